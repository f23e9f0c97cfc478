// What the SDK tells its user on its own account.
import type { RefusalRows } from '../domain/refusals';

export const sdkRefusals = {
  BOOK_IN_USE: {
    http: 409,
    en: 'Another program is using this book.',
    zh: '另一个程序正在使用该账簿。',
    doEn: 'Close the other program (its number is in the details), or use another book.',
    doZh: '请关闭另一个程序（编号见详情），或使用其他账簿。',
  },
  BOOK_DAMAGED: {
    http: 500,
    en: 'The book has a broken line in its middle.',
    zh: '账簿中间存在损坏的行。',
    doEn: 'Restore it from your backup; the data ends still hold their side of every record.',
    doZh: '请从备份恢复；数据端仍保存着每条记录的另一方内容。',
  },
  ANSWER_MISMATCH: {
    http: 502,
    en: 'The data end signed another hash than the one its answer has.',
    zh: '数据端签署的哈希与其答复不一致。',
    doEn: 'Do not use the answer. The mismatch is recorded in your tree; show it to an auditor.',
    doZh: '请勿使用该答复。不一致已记入您的哈希树，可交由审计方查验。',
  },
  PRODUCT_OTHER_REPOSITORY: {
    http: 422,
    en: 'This product sells answers of a repository that is not asked.',
    zh: '该产品出售的并非所询问数据仓库的答案。',
    doEn: 'Name products of the repositories that you ask, at most one of each.',
    doZh: '请指定所询问数据仓库的产品，每个仓库至多一个。',
  },
  TRUST_LACKS_PARTY: {
    http: 422,
    en: 'The trust file does not say to which organisation a party belongs.',
    zh: '信任文件未说明某一方所属的组织。',
    doEn: 'Make it anew (aggregora verify --fetch-trust FILE), or add the party by hand.',
    doZh: '请重新生成（aggregora verify --fetch-trust FILE），或手工补充该方。',
  },
  DESK_CODE_WRONG: {
    http: 401,
    en: 'This desk needs its access code.',
    zh: '此工作台需要访问码。',
    doEn: 'Open the address that the desk printed when it started; it holds the code.',
    doZh: '请打开工作台启动时打印的地址，其中包含访问码。',
  },
  ROUTE_UNKNOWN: {
    http: 404,
    en: 'There is nothing at this address.',
    zh: '该地址没有任何内容。',
    doEn: 'Check the address.',
    doZh: '请检查地址。',
  },
  BODY_SHAPE: {
    http: 400,
    en: 'The body does not have the shape this route needs.',
    zh: '请求体的结构不符合此接口的要求。',
    doEn: 'The details name the place.',
    doZh: '详情中指出了位置。',
  },
  INTERNAL: {
    http: 500,
    en: 'Something went wrong at the desk. This is a bug.',
    zh: '工作台内部出错，这是一个缺陷。',
    doEn: 'Nothing is lost: the book keeps every step. Try again, and report it.',
    doZh: '没有丢失任何内容：账簿保存了每一步。请重试并报告。',
  },
  EVIDENCE_OTHER: {
    http: 422,
    en: 'This file is not the evidence of a confidential answer.',
    zh: '该文件不是机密答复的证据。',
    doEn: 'Name a file that was saved after a question in the mode "shares" or "homomorphic".',
    doZh: '请给出以 shares 或 homomorphic 模式提问后保存的文件。',
  },
  STILL_WAITING: {
    http: 504,
    en: 'There is no answer yet.',
    zh: '尚未收到答复。',
    doEn: 'Nothing is lost: ask for it again with its exchange id.',
    doZh: '没有丢失任何内容：请稍后用交换标识再次查询。',
  },
} as const satisfies RefusalRows;
