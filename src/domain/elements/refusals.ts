// What an element or repository description can be refused for.
import type { RefusalRows } from '../refusals';

export const elementRefusals = {
  ELEMENT_INVALID: {
    http: 422,
    en: 'The data element document is not valid.',
    zh: '数据元文档无效。',
    doEn: 'Correct the place that "at" names and send it again.',
    doZh: '请修改 "at" 所指的位置后重新提交。',
  },
  REPOSITORY_INVALID: {
    http: 422,
    en: 'The repository metadata are not valid.',
    zh: '数据仓库元数据无效。',
    doEn: 'Correct the place that "at" names and send it again.',
    doZh: '请修改 "at" 所指的位置后重新提交。',
  },
} as const satisfies RefusalRows;
