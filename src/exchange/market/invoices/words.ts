// What a charge is called on an invoice, in both languages.

const known: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  run: { en: 'Question answered', zh: '已回答的问题' },
  'scored run': { en: 'Question answered, priced by score', zh: '已回答的问题（按评分定价）' },
  period: { en: 'Subscription fee', zh: '订阅费' },
  overage: { en: 'Question beyond the quota', zh: '超出配额的问题' },
  minimum: { en: 'Minimum of the month', zh: '当月最低消费' },
  'stored answer': { en: 'Stored answer, free of charge', zh: '已存储的答案，免费' },
  upgrade: { en: 'Upgrade for the rest of the period', zh: '本期剩余时间升级' },
  'unused time': { en: 'Credit for unused time', zh: '未使用时间抵扣' },
  bargaining: { en: 'Price agreed by bargaining', zh: '协商达成的价格' },
  english: { en: 'Won in an English auction', zh: '英式拍卖成交' },
  dutch: { en: 'Won in a Dutch auction', zh: '荷兰式拍卖成交' },
  'sealed-first': { en: 'Won by sealed bid, own price', zh: '密封投标成交（按自身报价）' },
  'sealed-second': { en: 'Won by sealed bid, second price', zh: '密封投标成交（按次高报价）' },
  uniform: { en: 'Won by sealed bid, uniform price', zh: '密封投标成交（统一价）' },
  'run:appraised': { en: 'Question answered, appraised price', zh: '已回答的问题（第三方估价）' },
  'run:fallback': { en: 'Question answered, fallback price', zh: '已回答的问题（备用价格）' },
};

/** `what` of a charge line as people read it; an unknown one stays as it is. */
export function wordsFor(what: string): { en: string; zh: string } {
  const found = known[what];
  if (found !== undefined) return found;
  if (what.startsWith('member:')) return { en: `Bundle: ${what.slice(7)}`, zh: `组合：${what.slice(7)}` };
  if (what.startsWith('run:'))
    return { en: `Question answered, segment ${what.slice(4)}`, zh: `已回答的问题，客群 ${what.slice(4)}` };
  return { en: what, zh: what };
}
