// Why the owner's desk said no.
import type { RefusalRows } from '../../domain/refusals';

export const ownerRefusals = {
  DESK_CODE_WRONG: {
    http: 401,
    en: 'This desk needs its access code.',
    zh: '此工作台需要访问码。',
    doEn: 'Send it as "Authorization: Desk <code>"; it is in the secrets file of the program.',
    doZh: '请以 "Authorization: Desk <访问码>" 发送；访问码位于程序的机密文件中。',
  },
  POLICY_FORBIDS_TEMPLATE: {
    http: 409,
    en: "The repository's policy does not allow this template.",
    zh: '该数据仓库的策略不允许此模板。',
    doEn: 'The details name the limit. Choose a stricter template; loosening a policy needs a second person.',
    doZh: '详情中指出了所违反的限制。请选择更严格的模板；放宽策略需要第二人同意。',
  },
  PERMIT_ID_TAKEN: {
    http: 409,
    en: 'Another permit has this id.',
    zh: '该许可标识已被占用。',
    doEn: 'Choose a fresh id for a new permit.',
    doZh: '请为新许可使用新的标识。',
  },
} as const satisfies RefusalRows;
