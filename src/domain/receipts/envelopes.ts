// The two envelopes of an exchange record: what a request and its answer look like on the wire.
import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../canonical';
import { ContentName, Count, Hash, Id, Instant, Slug } from '../ledger/shapes';

export const VERSION = 'dx/1';

/** 32 random bytes of one side, base64url. */
const Salt = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const Xid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const Fields = z.custom<JsonObject>((value) => isObject(value as Json | undefined));
const Anything = z.custom<Json>((value) => value !== undefined);
/** What only the data end (or the searcher) can open. */
const Sealed = z.string().min(1);

const asked = {
  v: z.literal(VERSION),
  /** Idempotency key of the exchange record: a lower-case UUID. */
  xid: Xid,
  from: Slug,
  to: Slug,
  repository: Id,
  template: ContentName,
  permit: Id,
  purpose: Id,
  salt: Salt,
  /** Milliseconds since 1970 UTC, the searcher's clock. */
  issuedAt: Instant,
};

export const Request = z.discriminatedUnion('mode', [
  z.strictObject({ ...asked, mode: z.literal('clear'), parameters: Fields }),
  z.strictObject({ ...asked, mode: z.literal('sealed'), parameters: Sealed }),
]);
export type Request = z.infer<typeof Request>;

/** The decision that let the request through: which grant, in which version, as the ledger stood at which height. */
export const PermitUse = z.strictObject({ id: Id, version: Count, decision: Id, height: Count });
export type PermitUse = z.infer<typeof PermitUse>;

const answered = {
  v: z.literal(VERSION),
  xid: Xid,
  /** SHA-256 of the request's bytes. */
  request: Hash,
  template: ContentName,
  /** Digest text of the engine that answered. */
  engine: z.string().min(1).max(200),
  /** Privacy budget left, as the data end words it; null when it does not say. */
  left: Anything,
  timing: z.strictObject({ receivedAt: Instant, answeredAt: Instant }),
  salt: Salt,
};

export const Answer = z.discriminatedUnion('status', [
  z.strictObject({ ...answered, status: z.literal('ANSWERED'), permit: PermitUse, answer: Anything }),
  z.strictObject({
    ...answered,
    status: z.literal('REFUSED'),
    /** Null when the refusal came before any permit was found. */
    permit: PermitUse.nullable(),
    answer: z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/) }),
  }),
]);
export type Answer = z.infer<typeof Answer>;
