// The small shapes every command is built from: ids, hashes, certificates, approvals. JSON-safe, and safe inside keys.
import { z } from 'zod';

/** A participant's id: a short slug, the same one everywhere. */
export const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);

/** Any other id. No slash, so that an id can never reach into a neighbour's key. */
export const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);

/** `sha256:` and 64 hex digits: the name of a document by its content. */
export const ContentName = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);

/** SHA-256 as 64 lower-case hex digits. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** RFC 7515 x5t#S256: base64url of the SHA-256 of a certificate's DER. */
export const Thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Base64url of a certificate's DER, 4 KiB at most. */
export const Der = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(5464);

/** Compact JWS; its content is checked against the approver's registered certificate. */
export const Jws = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/)
  .max(2048);

/** Whole number that JSON carries exactly; zod's int() already stops at 2^53 − 1. */
export const Count = z.int().nonnegative();

/** Milliseconds since 1970 UTC. The ledger stores instants and compares them with each other, never with a clock. */
export const Instant = z.int().nonnegative();

export const Role = z.enum(['owner', 'searcher', 'reviewer', 'auditor', 'trader', 'operator', 'compute-node']);
export type Role = z.infer<typeof Role>;

export const Use = z.enum(['receipt', 'ledger']);
export type Use = z.infer<typeof Use>;

/** A second participant's signature over the same command: see `approve` in approvals.ts. */
export const Approval = z.strictObject({ by: Slug, certificate: Thumbprint, jws: Jws });
export type Approval = z.infer<typeof Approval>;

export const Words = z.string().min(1).max(200);
