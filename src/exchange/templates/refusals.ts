// Why a template did not move on.
import type { RefusalRows } from '../../domain/refusals';

export const templateDeskRefusals = {
  TEMPLATE_UNKNOWN: {
    http: 404,
    en: 'No template has this id.',
    zh: '没有使用该标识的模板。',
    doEn: 'Look at GET /v1/templates for those published.',
    doZh: '请通过 GET /v1/templates 查看已发布的模板。',
  },
  TEMPLATE_STATE: {
    http: 409,
    en: 'The template is not in a state in which this can be done.',
    zh: '模板当前状态不允许此操作。',
    doEn: 'Look at its state in the details: drafts are submitted, submitted templates are reviewed.',
    doZh: '请查看详情中的状态：草稿需先提交，提交后方可评审。',
  },
  REVIEW_OTHER: {
    http: 422,
    en: 'The signed statement is not a review of this template.',
    zh: '该签名声明不是对此模板的评审。',
    doEn: 'Sign template id, verdict, comment and time with your receipt key.',
    doZh: '请用回执密钥对模板标识、结论、意见和时间签名。',
  },
} as const satisfies RefusalRows;
