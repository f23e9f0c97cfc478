// A permit is an owner's grant: who may run which template at which repository, for which purpose, until when, how often, and at what privacy loss.
import { z } from 'zod';
import { contentId, type ContentId } from '../canonical';
import { Refusal } from '../refusals';

const TAG = 'aggregora/permit/1';
const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);

/** The purposes a permit or a template can name; closed, so that a purpose means the same to everybody. */
export const purposes = [
  'urban-planning',
  'research',
  'official-statistics',
  'public-health',
  'operations',
  'commercial-analysis',
] as const;

export const Permit = z.strictObject({
  schema: z.literal(TAG),
  id: Name,
  version: z.int().positive(),
  grantor: Slug,
  searcher: Slug,
  repository: Name,
  template: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  purposes: z.array(z.enum(purposes)).min(1).max(purposes.length),
  /** Valid in [from, until), ms since 1970 UTC. */
  from: z.int().nonnegative(),
  until: z.int().nonnegative(),
  /** How many questions may be run; repeats that are answered from store do not count. */
  quota: z.int().positive().max(1_000_000),
  /** The most privacy loss (zCDP rho) all of them together may spend, as a rational such as `1/8`. */
  rho: z.string().regex(/^[1-9]\d{0,17}(\/[1-9]\d{0,17})?$/),
  /** Each question is paid for: only the exchange, which holds the money, may bring it. Left out: it may come either way. */
  priced: z.literal(true).exactOptional(),
});
export type Permit = z.infer<typeof Permit>;

/** The permit's content id; its hex part is what the ledger keeps. */
export const permitHash = (permit: Permit): ContentId => contentId(TAG, permit);

/**
 * Under a priced permit a question must come from the exchange's relay: it brings none without a reserved order, so its
 * bringing is the proof that the money is held. Refuses PERMIT_PRICED.
 */
export function needPaidWay(permit: Permit | undefined, way: 'relayed' | 'direct'): void {
  if (permit?.priced === true && way !== 'relayed') throw new Refusal('PERMIT_PRICED', { permit: permit.id, way });
}

/** What somebody wants to do under a permit. */
export interface Use {
  readonly searcher: string;
  readonly repository: string;
  readonly template: string;
  readonly purpose: string;
  readonly now: number;
}

/** What the ledger says about the permit, read together with the height it was read at. */
export interface PermitOnLedger {
  readonly hash: string;
  readonly version: number;
  readonly revoked: boolean;
  readonly height: number;
}

/** What goes into the receipt about the decision. */
export interface Decision {
  readonly id: string;
  readonly version: number;
  readonly decision: ContentId;
  readonly height: number;
}

/**
 * Decides whether this use is permitted, by document and ledger together; quota and rho are held elsewhere.
 * Returns the decision, named by its content. Refuses PERMIT_MISSING, PERMIT_REVOKED, PERMIT_STALE, PERMIT_EXPIRED,
 * PERMIT_NOT_YET, PERMIT_OTHER_USE, PURPOSE_NOT_PERMITTED.
 */
export function decide(permit: Permit | undefined, ledger: PermitOnLedger | undefined, use: Use): Decision {
  if (permit === undefined || ledger === undefined) throw new Refusal('PERMIT_MISSING', { repository: use.repository });
  const details = { permit: permit.id, height: ledger.height };
  if (ledger.revoked) throw new Refusal('PERMIT_REVOKED', details);
  if (ledger.version !== permit.version || `sha256:${ledger.hash}` !== permitHash(permit))
    throw new Refusal('PERMIT_STALE', details);
  const same = (['searcher', 'repository', 'template'] as const).every((field) => permit[field] === use[field]);
  if (!same) throw new Refusal('PERMIT_OTHER_USE', details);
  if (!permit.purposes.some((purpose) => purpose === use.purpose)) throw new Refusal('PURPOSE_NOT_PERMITTED', details);
  if (use.now < permit.from) throw new Refusal('PERMIT_NOT_YET', details);
  if (use.now >= permit.until) throw new Refusal('PERMIT_EXPIRED', details);
  const grounds = { permit: permitHash(permit), version: permit.version, height: ledger.height, purpose: use.purpose };
  return {
    id: permit.id,
    version: permit.version,
    decision: contentId('aggregora/decision/1', grounds),
    height: ledger.height,
  };
}
