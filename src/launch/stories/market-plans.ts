// The products of the market's story: one a pricing model, small prices, every model of the design page.
import type { Json } from '../../domain/canonical';

export const currency = 'CNY';
const precision = { base: '0.50', rate: '40', family: { g: 'linear' } };
const auction = { good: 'licences', reserve: '500', deposit: '100', increment: '50' };
const negotiated = (mechanism: Json): Json => ({ model: 'negotiated', mechanism, runs: '1000' });

const two = [
  { upTo: '5', rate: '1.50', fee: '0' },
  { upTo: null, rate: '0.90', fee: '0' },
] as const;
const tiers = (scheme: Json, minimum = '0'): Json => ({ model: 'tiers', scheme, minimum });

/** Sold at the second repository, so that no owner's privacy budget carries the whole story. */
export const elsewhere: Readonly<Record<string, Json>> = {
  'tiers, flat': tiers({ by: 'flat', rate: '1.20' }),
  'tiers, graduated': tiers({ by: 'graduated', tiers: two }),
  'tiers, volume': tiers({ by: 'volume', tiers: two }),
  'tiers, package': tiers({ by: 'package', size: '10', price: '900' }),
  'tiers, minimum': tiers({ by: 'flat', rate: '1.10' }, '500'),
  'quota and overage': {
    model: 'subscription-per-use',
    interval: 'month',
    fee: '400',
    included: '1',
    overage: '120',
    rollOver: { minimum: '0', maximum: '1' },
    rhoPerPeriod: '1',
  },
};

/** Terms by product name, in the order in which they are sold. */
export const terms: Readonly<Record<string, Json>> = {
  'per-use': { model: 'per-use', price: precision },
  menu: {
    model: 'per-use',
    price: {
      menu: [
        { x: '1/200', minor: '80' },
        { x: '1/100', minor: '150' },
        { x: '1', minor: '900' },
      ],
    },
  },
  'subscription-fixed': { model: 'subscription-fixed', interval: 'month', fee: '3000', rhoPerPeriod: '1' },
  'subscription-per-use': {
    model: 'subscription-per-use',
    interval: 'month',
    fee: '1000',
    included: '10',
    overage: '120',
    rollOver: { minimum: '0', maximum: '5' },
    rhoPerPeriod: '1',
  },
  free: { model: 'free', runsPerPeriod: '100', rhoPerPeriod: '1' },
  differential: {
    model: 'differential',
    segments: [{ name: 'planners', when: { credential: 'searcher' }, price: { ...precision, base: '0.25' } }],
    otherwise: precision,
  },
  feedback: { model: 'feedback', base: '200', beta: '0.5', minimum: '100', maximum: '300', windowSeconds: 3600 },
  bargaining: negotiated({ by: 'bargaining', asking: '5000', rounds: 6, offerSeconds: 3600 }),
  english: negotiated({ by: 'english', ...auction, extendSeconds: 1 }),
  dutch: negotiated({ by: 'dutch', ...auction, start: '2000', step: '100', stepSeconds: 1 }),
  'sealed-first': negotiated({ by: 'sealed-first', ...auction, revealSeconds: 4 }),
  'sealed-second': negotiated({ by: 'sealed-second', ...auction, revealSeconds: 4 }),
  uniform: negotiated({ by: 'uniform', ...auction, units: 2, revealSeconds: 4 }),
};

export const appraisedTerms = (appraiser: string, mode: 'real-time' | 'automatic'): Json => ({
  model: 'appraised',
  mode,
  appraiser,
  appraisalModel: 'income-2026',
  staleSeconds: 86_400,
  minimum: '50',
  maximum: '900',
  maxStepBp: 10_000,
  fallback: '200',
});

export const bundleTerms = (members: readonly string[]): Json => ({
  model: 'bundle',
  interval: 'month',
  members: members.map((product) => ({ product, standAlone: '1000' })),
  fee: '1600',
  parts: [],
});

export const plan = (name: string, what: Json): Json => ({
  schema: 'aggregora/price-plan/1',
  plan: name.replaceAll(/\W+/g, '-'),
  version: 1,
  currency,
  quoteSeconds: 600,
  terms: what,
});

export const shareRule: Json = {
  schema: 'aggregora/share-rule/1',
  rule: 'standard',
  version: 1,
  taxBp: 600,
  platformFeeBp: 500,
  compensationPerRho: '10',
  rights: { holding: 6000, processing: 3000, usage: 1000 },
  entityCapBp: 10_000,
  newcomer: { poolBp: 0, multiplierBp: 10_000 },
};

/** What an owner could not publish: two cheap questions would replace the dear one. */
export const exploitable: Json = plan('exploitable', {
  model: 'per-use',
  price: {
    menu: [
      { x: '1/200', minor: '100' },
      { x: '1/100', minor: '900' },
    ],
  },
});
