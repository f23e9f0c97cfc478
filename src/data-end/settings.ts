// What a data end reads from its environment, checked once at start.
import { z } from 'zod';
import { LedgerChoice } from '../adapters/ledger/choice';
import { HttpUrl, Serving } from '../platform/config';

export const DataEndSettings = z.object({
  ...Serving,
  ...LedgerChoice,
  /** The owner's key file. */
  KEYS: z.string().min(1),
  /** The exchange: authorisation server, catalogue and ledger. */
  EXCHANGE_URL: HttpUrl,
  /** Hash of the ledger's first block, if the owner wants to sign for no other ledger. */
  LEDGER_CHAIN: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** File with the desk code of the owner's own people, and the seal of stored answers beside it. */
  SECRETS: z.string().min(1),
});
export type DataEndSettings = z.infer<typeof DataEndSettings>;
export const DATA_END_SETTINGS = Symbol('data end settings');
