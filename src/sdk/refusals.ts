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
  STILL_WAITING: {
    http: 504,
    en: 'There is no answer yet.',
    zh: '尚未收到答复。',
    doEn: 'Nothing is lost: ask for it again with its exchange id.',
    doZh: '没有丢失任何内容：请稍后用交换标识再次查询。',
  },
} as const satisfies RefusalRows;
