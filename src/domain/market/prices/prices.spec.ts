// Every model by a table of figures, what each refuses, and what a quote binds.
import {
  honour,
  models,
  periodCharge,
  planId,
  planSchema,
  publishable,
  quote,
  rolledOver,
  type PriceContext,
  type Usage,
} from '.';

const plan = (terms: unknown, currency = 'CNY') =>
  publishable({ schema: 'aggregora/price-plan/1', plan: 'p', version: 1, currency, quoteSeconds: 60, terms });
const run: Usage = { event: 'run', runs: 1n, rho: '1/200', repeated: false };
const at = (more: Partial<PriceContext> = {}): PriceContext => ({
  now: 1000,
  buyer: { id: 'b', verified: true, credentials: [] },
  purpose: 'research',
  runsBefore: 0n,
  rolledOver: 0n,
  ...more,
});
const linear = { base: '1', rate: '100', family: { g: 'linear' } };
const month = { interval: 'month', rhoPerPeriod: '1/10' };
const quota = {
  model: 'subscription-per-use',
  ...month,
  fee: '900',
  included: '2',
  overage: '50',
  rollOver: { minimum: '0', maximum: '3' },
};
const tiersOf = (scheme: unknown) => ({ model: 'tiers', minimum: '0', scheme });
const table = [
  { upTo: '10', rate: '1', fee: '0' },
  { upTo: null, rate: '0.5', fee: '0' },
];
const feedback = { model: 'feedback', base: '100', beta: '0.5', minimum: '80', maximum: '120', windowSeconds: 60 };
const segments = [{ name: 'academic', when: { credential: 'university' }, price: { ...linear, base: '0' } }];
const members = [
  { product: 'a', standAlone: '100' },
  { product: 'b', standAlone: '50' },
];
const bundle = { model: 'bundle', interval: 'month', members, fee: '120', parts: [] };
const appraised = {
  model: 'appraised',
  mode: 'real-time',
  appraiser: 'fair',
  appraisalModel: 'm',
  staleSeconds: 60,
  minimum: '50',
  maximum: '500',
  maxStepBp: 1000,
  fallback: '100',
};
const appraisal = {
  appraiser: 'fair',
  model: 'm',
  input: 'x',
  currency: 'CNY',
  minor: 300n,
  low: 200n,
  high: 400n,
  at: 900,
  validUntil: 5000,
};
const bargained = {
  model: 'negotiated',
  runs: '3',
  mechanism: { by: 'bargaining', asking: '900', rounds: 5, offerSeconds: 60 },
};
const scored = { ...run, event: 'settle' } as const;

test.each([
  [
    'subscription-fixed charges its fee at the start',
    { model: 'subscription-fixed', ...month, fee: '900' },
    { ...run, event: 'start' },
    {},
    900n,
  ],
  ['subscription-fixed charges no run', { model: 'subscription-fixed', ...month, fee: '900' }, run, {}, 0n],
  ['quota: inside', quota, { ...run, runs: 2n }, {}, 0n],
  ['quota: overage', quota, { ...run, runs: 3n }, {}, 50n],
  ['quota: rolled over', quota, { ...run, runs: 3n }, { rolledOver: 1n }, 0n],
  ['per use: 1 + 100/200', { model: 'per-use', price: linear }, run, {}, 150n],
  ['per use: a menu', { model: 'per-use', price: { menu: [{ x: '0.01', minor: '77' }] } }, run, {}, 77n],
  ['tiers: flat', tiersOf({ by: 'flat', rate: '0.015' }), { ...run, runs: 3n }, {}, 5n],
  ['tiers: graduated over the edge', tiersOf({ by: 'graduated', tiers: table }), { ...run, runs: 12n }, {}, 1100n],
  ['tiers: volume, the cliff credits', tiersOf({ by: 'volume', tiers: table }), run, { runsBefore: 10n }, -450n],
  ['tiers: package', tiersOf({ by: 'package', size: '5', price: '99' }), { ...run, runs: 6n }, {}, 198n],
  [
    'tiers: minimum at the close',
    { ...tiersOf({ by: 'flat', rate: '1' }), minimum: '500' },
    { ...run, event: 'close' },
    { runsBefore: 2n },
    300n,
  ],
  [
    'negotiated: the award',
    bargained,
    { ...run, event: 'award' },
    { agreed: { minor: 640n, currency: 'CNY', hash: 'h' } },
    640n,
  ],
  ['feedback: silence is neutral', feedback, scored, {}, 100n],
  ['feedback: best score is clamped', feedback, scored, { score: '1' }, 120n],
  ['feedback: worst score is clamped', feedback, scored, { score: '0' }, 80n],
  ['free', { model: 'free', ...{ runsPerPeriod: '2', rhoPerPeriod: '1' } }, run, {}, 0n],
  [
    'differential: the segment',
    { model: 'differential', segments, otherwise: linear },
    run,
    { buyer: { id: 'b', verified: true, credentials: ['university'] } },
    50n,
  ],
  ['differential: otherwise', { model: 'differential', segments, otherwise: linear }, run, {}, 150n],
  ['bundle', bundle, { ...run, event: 'start' }, {}, 120n],
  ['appraised: railed to one step', appraised, run, { appraisal }, 110n],
  ['appraised: automatic falls back', { ...appraised, mode: 'automatic' }, run, {}, 100n],
  ['a stored answer costs nothing', { model: 'per-use', price: linear }, { ...run, repeated: true }, {}, 0n],
] as [string, unknown, Usage, Partial<PriceContext>, bigint][])('%s', (_title, terms, usage, more, total) => {
  expect(quote(plan(terms), usage, at(more)).total).toBe(total);
});

test.each([
  ['RUNS_SPENT', { ...quota, overage: null }, { ...run, runs: 3n }, {}],
  ['PRICE_NOT_AGREED', bargained, run, {}],
  ['CURRENCY_MISMATCH', bargained, run, { agreed: { minor: 1n, currency: 'JPY', hash: 'h' } }],
  [
    'FREE_NEEDS_VERIFIED',
    { model: 'free', runsPerPeriod: '2', rhoPerPeriod: '1' },
    run,
    { buyer: { id: 'b', verified: false, credentials: [] } },
  ],
  ['APPRAISAL_STALE', appraised, run, { appraisal, now: 61_000 }],
  ['APPRAISAL_FOREIGN', appraised, run, { appraisal: { ...appraisal, model: 'other' } }],
  ['APPRAISER_INVOLVED', appraised, run, { appraisal, buyer: { id: 'fair', verified: true, credentials: [] } }],
  ['SCORE_OUTSIDE', feedback, scored, { score: '1.5' }],
] as [string, unknown, Usage, Partial<PriceContext>][])('%s', (code, terms, usage, more) => {
  expect(() => quote(plan(terms), usage, at(more))).toThrow(code);
});

test.each([
  [
    'MENU_EXPLOITABLE',
    {
      model: 'per-use',
      price: {
        menu: [
          { x: '1', minor: '10' },
          { x: '2', minor: '30' },
        ],
      },
    },
  ],
  ['BUNDLE_PRICE', { ...bundle, fee: '99' }],
  ['BUNDLE_PRICE', { ...bundle, fee: '151' }],
  ['TIERS_NOT_ASCENDING', tiersOf({ by: 'volume', tiers: [...table].reverse() })],
  ['FEEDBACK_BOUNDS', { ...feedback, base: '79' }],
  ['PLAN_UNREADABLE', { ...feedback, beta: '-1' }],
  ['RATE_TOO_PRECISE', { model: 'per-use', price: { ...linear, rate: '0.1234567890123' } }],
  ['RATE_NEGATIVE', { model: 'per-use', price: { ...linear, rate: '-1' } }],
])('a plan that could be gamed is not published: %s', (code, terms) => {
  expect(() => plan(terms)).toThrow(code);
});

test('any way of cutting a period into quotes adds up to the charge of the period', () => {
  const scheme = { by: 'graduated', tiers: table.map((each) => ({ ...each, rate: '0.3333' })) } as const;
  for (const cuts of [[7n, 8n], [1n, 1n, 13n], [15n]]) {
    let [before, sum] = [0n, 0n];
    for (const runs of cuts) {
      sum += quote(plan(tiersOf(scheme)), { ...run, runs }, at({ runsBefore: before })).total;
      before += runs;
    }
    expect(sum).toBe(periodCharge(scheme, 15n, 'CNY'));
  }
});

test('roll-over is min(maximum, max(minimum, left))', () => {
  expect([0n, 2n, 9n].map((left) => rolledOver(left, { minimum: '1', maximum: '5' }))).toEqual([1n, 2n, 5n]);
});

test('feedback holds the maximum, and a quote binds buyer, question and time', () => {
  expect(quote(plan(feedback), run, at()).hold).toBe(120n);
  const question = { template: 't', binding: 'b', repository: 'r', dataVersion: '1' };
  const made = quote(plan(feedback), run, at(), question);
  expect(quote(plan(feedback), run, at(), question)).toEqual(made);
  expect(() => {
    honour(made, { buyer: 'b', question, now: 61_000 });
  }).not.toThrow();
  expect(() => {
    honour(made, { buyer: 'b', question, now: 61_001 });
  }).toThrow('QUOTE_STALE');
  expect(() => {
    honour(made, { buyer: 'x', question, now: 0 });
  }).toThrow('QUOTE_FOREIGN');
  expect(() => {
    honour(made, { buyer: 'b', question: { ...question, dataVersion: '2' }, now: 0 });
  }).toThrow('QUOTE_OTHER_QUESTION');
});

test('every model is in the schema, and a plan is named by its content', () => {
  const schema = JSON.stringify(planSchema());
  for (const { name } of models) expect(schema).toContain(`"${name}"`);
  expect(planId(plan(feedback))).toMatch(/^sha256:/);
});
