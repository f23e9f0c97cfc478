// The plans the simulated buyers are on: one of each kind that is paid by period or by run.
import { publishable, type PricePlan } from '../../../src/domain/market/prices';

const bare = (name: string, currency: string, terms: unknown): PricePlan =>
  publishable({ schema: 'aggregora/price-plan/1', plan: name, version: 1, currency, quoteSeconds: 3600, terms });

const tier = (upTo: string | null, rate: string) => ({ upTo, rate, fee: '0' });

/** Builders by kind; amounts are minor units of whatever currency the buyer has. */
export const plans = {
  fixed: (currency: string, fee: number) =>
    bare('fixed', currency, { model: 'subscription-fixed', interval: 'month', fee: String(fee), rhoPerPeriod: '1/10' }),
  quota: (currency: string, fee: number) =>
    bare('quota', currency, {
      model: 'subscription-per-use',
      interval: 'month',
      fee: String(fee),
      included: '2',
      overage: '137',
      rollOver: { minimum: '0', maximum: '3' },
      rhoPerPeriod: '1/10',
    }),
  perUse: (currency: string) =>
    bare('per-use', currency, { model: 'per-use', price: { base: '0.07', rate: '123.456789', family: { g: 'root' } } }),
  tiers: (currency: string) =>
    bare('tiers', currency, {
      model: 'tiers',
      scheme: { by: 'graduated', tiers: [tier('2', '1.235'), tier('5', '0.9871'), tier(null, '0.5')] },
      minimum: '250',
    }),
  feedback: (currency: string) =>
    bare('feedback', currency, {
      model: 'feedback',
      base: '300',
      beta: '0.5',
      minimum: '200',
      maximum: '400',
      windowSeconds: 3600,
    }),
  free: (currency: string) => bare('free', currency, { model: 'free', runsPerPeriod: '3', rhoPerPeriod: '1/10' }),
} as const;
export type PlanKind = keyof typeof plans;

export const zones = [
  'Etc/GMT+12',
  'America/New_York',
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
] as const;
export const currencies = ['CNY', 'JPY', 'KWD', 'EUR'] as const;
