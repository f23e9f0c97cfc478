// What the exchange reads from its environment, checked once at start.
import { z } from 'zod';
import { LedgerChoice } from '../adapters/ledger/choice';
import { Serving } from '../platform/config';
import type { QueueSettings } from '../platform/queue';

export const ExchangeSettings = z.object({
  ...Serving,
  ...LedgerChoice,
  /** The operator's key file; token signing keys lie beside it. */
  KEYS: z.string().min(1),
  OPERATOR_NAME_EN: z.string().default('Aggregora operator'),
  OPERATOR_NAME_ZH: z.string().default('Aggregora 运营方'),
  /** How long a compute node that does not answer is asked again before a confidential question is stopped. */
  NODE_PATIENCE_MS: z.coerce.number().int().min(100).default(120_000),
  REDIS_URL: z.string().optional(),
  ALLOW_VOLATILE_REDIS: z.enum(['0', '1']).default('0'),
  /** Folder of the built console; absent, `/` is not served. */
  CONSOLE: z.string().optional(),
});
export type ExchangeSettings = z.infer<typeof ExchangeSettings>;

export const EXCHANGE_SETTINGS = Symbol('exchange settings');

export const queueSettings = (settings: ExchangeSettings): QueueSettings => ({
  databaseUrl: settings.DATABASE_URL,
  ...(settings.REDIS_URL === undefined ? {} : { redisUrl: settings.REDIS_URL }),
  allowVolatile: settings.ALLOW_VOLATILE_REDIS === '1',
});
