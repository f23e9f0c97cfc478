// The four signed statements M1 to M4: what each side puts its name to, by digest alone.
import { z } from 'zod';
import { signJws, verifyJws, type Key } from '../identity';
import { ContentName, Hash, Id, Instant, Slug } from '../ledger/shapes';
import { Refusal } from '../refusals';
import { shaped } from './read';

const Xid = z.string().max(36);

export const statements = {
  request: {
    typ: 'dx-request+jws',
    payload: z.strictObject({ xid: Xid, iss: Slug, aud: Slug, digest: Hash, template: ContentName, permit: Id }),
  },
  answer: {
    typ: 'dx-answer+jws',
    payload: z.strictObject({ xid: Xid, E: Hash, digest: Hash, request: Hash }),
  },
  ack: {
    typ: 'dx-ack+jws',
    payload: z.strictObject({
      xid: Xid,
      E: Hash,
      verdict: z.enum(['MATCH', 'MISMATCH']),
      answer: Hash,
      /** The signer's own promise to anchor its leaf: milliseconds since 1970 UTC. */
      'anchor-by': Instant,
    }),
  },
  final: {
    typ: 'dx-final+jws',
    payload: z.strictObject({ xid: Xid, E: Hash, 'anchor-by': Instant }),
  },
} as const;

export type StatementName = keyof typeof statements;
export type Statement<N extends StatementName> = z.infer<(typeof statements)[N]['payload']>;
export type Verdict = Statement<'ack'>['verdict'];

/** Longest a side may take to anchor what it promised. */
export const ANCHOR_WITHIN_MS = 300_000;

/** Clocks of two participants may differ by this much. */
export const SKEW_MS = 120_000;

/** The compact JWS of one statement. */
export function state<N extends StatementName>(name: N, payload: Statement<N>, key: Key): string {
  return signJws(statements[name].typ, payload, key);
}

/** The statement this certificate signed. Refuses JWS_* and STATEMENT_SHAPE. */
export function readStatement<N extends StatementName>(name: N, jws: string, certificateDer: Uint8Array): Statement<N> {
  const payload = verifyJws(jws, statements[name].typ, certificateDer);
  return shaped(statements[name].payload as unknown as z.ZodType<Statement<N>>, payload, 'STATEMENT_SHAPE');
}

/** Refuses STATEMENT_MISMATCH, naming the first field, unless every expected field is exactly as expected. */
export function mustSay(found: object, expected: Readonly<Record<string, string>>): void {
  const said = found as Readonly<Record<string, unknown>>;
  const wrong = Object.keys(expected).find((field) => said[field] !== expected[field]);
  if (wrong !== undefined) throw new Refusal('STATEMENT_MISMATCH', { field: wrong });
}

/** Refuses PROMISE_TOO_LATE when a promise to anchor reaches beyond 300 s (and the clocks' difference) from `now`. */
export function mustBeSoon(anchorBy: number, now: number): void {
  if (anchorBy > now + ANCHOR_WITHIN_MS + SKEW_MS) throw new Refusal('PROMISE_TOO_LATE', { anchorBy, now });
}
