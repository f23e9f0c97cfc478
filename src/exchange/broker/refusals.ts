// Why the exchange did not relay.
import type { RefusalRows } from '../../domain/refusals';

export const brokerRefusals = {
  DATA_END_MISSING: {
    http: 409,
    en: 'The owner of this repository has no data end registered.',
    zh: '该数据仓库的所有者尚未登记数据端。',
    doEn: 'Ask the owner to register the address of its data end.',
    doZh: '请所有者登记其数据端地址。',
  },
  SENDER_NOT_CALLER: {
    http: 403,
    en: 'The message is from another participant than the one who sends it.',
    zh: '消息的发件方与当前调用方不一致。',
    doEn: 'Send messages that your own organisation signed.',
    doZh: '请发送由贵组织签署的消息。',
  },
  OWNER_OTHER: {
    http: 409,
    en: 'The request is addressed to someone who does not own this repository.',
    zh: '请求的接收方并非该数据仓库的所有者。',
    doEn: 'Look the repository up in the catalogue and address its owner.',
    doZh: '请在目录中查找该数据仓库，并以其所有者为接收方。',
  },
  UNDELIVERABLE: {
    http: 502,
    en: 'The data end would not take the request.',
    zh: '数据端不接受该请求。',
    doEn: 'The details name its reason; nothing was run and nothing was spent.',
    doZh: '详情中给出了原因；未运行任何问题，也未产生成本。',
  },
} as const satisfies RefusalRows;
