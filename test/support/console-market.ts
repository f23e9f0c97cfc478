// What the stand-in says about the market: one product sold by precision, one by subscription, and a desk that buys.
import { both, ids } from './console-fixtures';

const from = Date.UTC(2026, 0, 1);
const document = (title: string, titleZh: string) => ({
  title: both(title, titleZh),
  description: both('Answers about households, never the rows.', '关于住户的答案，从不提供原始行。'),
  templates: [ids.energy],
  purposes: ['urban-planning'],
  from,
  until: Date.UTC(2040, 0, 1),
});

export const products = [
  {
    id: 'denver-energy',
    owner: 'denver-open-data',
    repository: 'denver-north',
    state: 'LISTED',
    document: document('Energy by dwelling', '按住房类型的用电量'),
    planDocument: { currency: 'EUR', terms: { model: 'per-use', price: {} } },
    words: both('1 EUR a question plus 40 EUR times the precision', '每次 1 EUR，另加 40 EUR × 精度'),
    runsLeft: '500',
  },
  {
    id: 'denver-year',
    owner: 'denver-open-data',
    repository: 'denver-north',
    state: 'LISTED',
    document: document('Energy, a year of questions', '用电量，一年内提问'),
    planDocument: { currency: 'EUR', terms: { model: 'subscription-fixed' } },
    words: both('300.00 EUR a year, questions included', '每年 300.00 EUR，含提问'),
    runsLeft: null,
  },
];

/** `/v1/market/…` without a key. */
export function openMarket(room: string | undefined, id: string | undefined, part: string | undefined): unknown {
  if (room !== 'products') return undefined;
  if (id === undefined) return { items: products };
  if (part === 'compliance') return { checks: [{ check: 'right-to-sell', holds: true }] };
  if (part === 'curve') return { currency: 'EUR', interval: '95 %', points };
  return products.find((one) => one.id === id);
}

const points = [
  ['1/1000', '104', '43.826128'],
  ['1/200', '120', '19.599640'],
  ['1/20', '300', '6.197951'],
  ['1', '4100', '1.385904'],
].map(([rho, minor, halfWidth]) => ({ rho, minor, halfWidth }));

const order = {
  id: '00000000-0000-4000-8000-0000000000aa',
  product: 'denver-energy',
  buyer: 'city-planning',
  state: 'POSTED',
  currency: 'EUR',
  held: '120',
  captured: '120',
  reason: null,
  outcome: 'answered',
  createdAt: from,
  answeredAt: from,
  scoreUntil: null,
};
const share = {
  subject: order.id,
  why: 'holding',
  amount: '1.02',
  currency: 'EUR',
  ruleVersion: 1,
  inputs: { contribution: '10000', of: '10000' },
  at: from,
  ledger: { height: 81 },
};
const invoice = { seller: 'denver-open-data', number: '2026-000001', kind: 'invoice', buyer: 'city-planning' };
const told: Readonly<Record<string, unknown>> = {
  balance: { items: [{ account: 'buyer.available', currency: 'EUR', amount: '48.80' }] },
  orders: { items: [order] },
  subscriptions: { items: [] },
  offers: {
    items: [
      {
        id: 'o1',
        product: 'denver-year',
        buyer: 'city-planning',
        state: 'OFFERED',
        reason: null,
        currency: 'EUR',
        offers: [{ hash: 'sha256:1', by: 'seller', minor: '2500' }],
      },
    ],
  },
  invoices: { items: [{ ...invoice, currency: 'EUR', total: '120', state: 'PAID' }] },
  statement: { lines: [share], totals: [{ why: 'holding', amount: '1.02', currency: 'EUR' }] },
  quotes: {
    id: 'sha256:q',
    currency: 'EUR',
    amount: '1.20',
    total: '120',
    hold: '120',
    rho: '1/200',
    validUntil: Date.UTC(2030, 0, 1),
  },
};

/** `/desk/market/…`: what the desk hands on from the exchange. */
export const deskMarket = (room: string | undefined): unknown => told[room ?? ''];
