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
  PERMIT_ID_TAKEN: {
    http: 409,
    en: 'Another permit has this id.',
    zh: '该许可标识已被占用。',
    doEn: 'Choose a fresh id for a new permit.',
    doZh: '请为新许可使用新的标识。',
  },
} as const satisfies RefusalRows;
