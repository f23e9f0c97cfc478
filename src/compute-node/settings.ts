// What a compute node reads from its environment, checked once at start.
import { z } from 'zod';
import { LedgerChoice } from '../adapters/ledger/choice';
import { HttpUrl, Serving } from '../platform/config';

export const ComputeNodeSettings = z.object({
  ...Serving,
  ...LedgerChoice,
  /** The node's key file. */
  KEYS: z.string().min(1),
  /** The exchange: authorisation server and ledger. */
  EXCHANGE_URL: HttpUrl,
  LEDGER_CHAIN: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** File with the node's HPKE seed and the key under which its database secrets are wrapped; made on the first start. */
  SECRETS: z.string().min(1),
  /** The node's own limits; a question can only ask for more. */
  MIN_REPOSITORIES: z.coerce.number().int().min(2).default(3),
  SET_FLOOR: z.coerce.number().int().min(1).default(2),
});
export type ComputeNodeSettings = z.infer<typeof ComputeNodeSettings>;
export const NODE_SETTINGS = Symbol('compute node settings');
