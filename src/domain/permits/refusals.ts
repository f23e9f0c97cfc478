// Why a use is not permitted. All of these are decided before any data are touched, and are free.
import type { RefusalRows } from '../refusals';

export const permitRefusals = {
  PERMIT_MISSING: {
    http: 403,
    en: 'There is no permit for this question at this repository.',
    zh: '在该数据仓库没有针对此问题的许可。',
    doEn: 'Request a permit from the owner: aggregora permit request.',
    doZh: '请向数据所有者申请许可：aggregora permit request。',
  },
  PERMIT_REVOKED: {
    http: 403,
    en: 'The owner has revoked this permit.',
    zh: '数据所有者已撤销该许可。',
    doEn: 'Ask the owner why, and request a new permit.',
    doZh: '请向数据所有者了解原因，并申请新的许可。',
  },
  PERMIT_STALE: {
    http: 403,
    en: 'The permit on the ledger is another version than the one at hand.',
    zh: '账本上的许可与当前版本不一致。',
    doEn: 'Fetch the permit again; if it stays so, the owner must publish it anew.',
    doZh: '请重新获取许可；若仍不一致，需由数据所有者重新发布。',
  },
  PERMIT_EXPIRED: {
    http: 403,
    en: 'The permit has ended.',
    zh: '许可已到期。',
    doEn: 'Request a new permit for a later period.',
    doZh: '请申请之后时段的新许可。',
  },
  PERMIT_NOT_YET: {
    http: 403,
    en: 'The permit has not begun.',
    zh: '许可尚未生效。',
    doEn: 'Ask again once it has begun.',
    doZh: '请在许可生效后再提问。',
  },
  PERMIT_OTHER_USE: {
    http: 403,
    en: 'The permit is for another searcher, template or repository.',
    zh: '该许可用于其他查询方、模板或数据仓库。',
    doEn: 'Name the permit that fits this question.',
    doZh: '请使用与此问题相符的许可。',
  },
  PURPOSE_NOT_PERMITTED: {
    http: 403,
    en: 'The permit does not allow this purpose.',
    zh: '该许可不允许此用途。',
    doEn: 'State a purpose that the permit names, or request one for yours.',
    doZh: '请填写许可列出的用途，或另行申请。',
  },
  PERMIT_PRICED: {
    http: 402,
    en: 'Questions under this permit are paid for, one by one, through the exchange.',
    zh: '此许可下的问题须通过交易所逐次付费。',
    doEn: 'Buy the question: aggregora order ask PRODUCT. Nothing was run and nothing was charged.',
    doZh: '请购买该问题：aggregora order ask 产品标识。未运行任何内容，也未收费。',
  },
  PERMIT_RHO_SPENT: {
    http: 429,
    en: 'This question would spend more privacy loss than the permit allows in all.',
    zh: '此问题的隐私损失将超出许可允许的总量。',
    doEn: 'Repeats of earlier questions stay free; for new ones, ask the owner for a permit with more rho.',
    doZh: '重复以前的问题仍然免费；新问题请向数据所有者申请更高 rho 的许可。',
  },
  QUOTA_SPENT: {
    http: 429,
    en: 'The permit allows no further questions: its quota is used up.',
    zh: '许可的提问次数已用完。',
    doEn: 'Repeats of earlier questions stay free; for new ones, ask the owner for more.',
    doZh: '重复以前的问题仍然免费；新问题请向数据所有者申请更多次数。',
  },
} as const satisfies RefusalRows;
