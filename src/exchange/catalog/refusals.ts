// Why something is not in the catalogue, or may not enter it.
import type { RefusalRows } from '../../domain/refusals';

export const catalogRefusals = {
  ELEMENT_UNKNOWN: {
    http: 404,
    en: 'No data element has this id.',
    zh: '没有使用该标识的数据元。',
    doEn: 'Look at GET /v1/elements, or publish the element first.',
    doZh: '请查看 GET /v1/elements，或先发布该数据元。',
  },
  REPOSITORY_UNKNOWN: {
    http: 404,
    en: 'No repository has this id.',
    zh: '没有使用该标识的数据仓库。',
    doEn: 'Look at GET /v1/repositories for those announced.',
    doZh: '请通过 GET /v1/repositories 查看已公布的数据仓库。',
  },
  LEDGER_ENTRY_MISSING: {
    http: 409,
    en: 'The ledger holds no entry with the hash of this document.',
    zh: '账本上没有与该文档哈希一致的记录。',
    doEn: 'Submit the ledger command first, then send the document whose hash it names.',
    doZh: '请先提交账本命令，再发送其哈希所对应的文档。',
  },
} as const satisfies RefusalRows;
