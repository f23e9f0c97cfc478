// The evidence bundle: one canonical file that lets anyone check one exchange record offline.
import { z } from 'zod';
import { b64u, canonicalBytes, hex, isObject, readCanonical, type Json, type JsonObject } from '../canonical';
import { Count, Der, Hash, Jws, Slug } from '../ledger/shapes';
import type { LedgerProof } from '../ledger/port';
import { Refusal } from '../refusals';
import { commitmentsOf, everyPart, hashOfCommitments, openingsOf, type PartName } from './parts';
import { shaped } from './read';

export const BUNDLE_VERSION = 'dx-bundle/1';

/** Two envelopes of 1 MiB in base64url, and room for proofs. */
export const BUNDLE_BYTES = 8 * 1_048_576;

const Bytes = z.string().regex(/^[A-Za-z0-9_-]*$/);
const Proof = z.strictObject({
  kind: z.enum(['embedded', 'fabric-receipt', 'fabric-chain']),
  document: z.custom<JsonObject>((value) => isObject(value as Json | undefined)),
});
const Opening = z.strictObject({ bytes: Bytes, salt: Bytes });
const Side = z.strictObject({
  participant: Slug,
  /** DER of the receipt certificate, base64url. */
  certificate: Der,
  /** The ledger's entry about that certificate. */
  registration: Proof,
  /** Where the leaf stands in this side's tree, and the RFC 9162 inclusion proof (hex). */
  index: Count,
  inclusion: z.array(Hash).max(64),
  head: z.strictObject({ seq: z.int().positive(), size: Count, root: Hash }),
  /** The ledger's entry about that head. */
  anchor: Proof,
});

export const Bundle = z.strictObject({
  v: z.literal(BUNDLE_VERSION),
  xid: z.string().max(36),
  kind: z.enum(['COMPLETED', 'REFUSED']),
  E: Hash,
  /** All six commitments; with an opening beside those parts the holder chose to show. */
  commitments: z.strictObject(everyPart(() => Hash)),
  openings: z.strictObject(everyPart(() => Opening.optional())),
  /** The whole messages, if the holder shows everything. */
  envelopes: z.strictObject({ request: Bytes, answer: Bytes }).nullable(),
  statements: z.strictObject({ request: Jws, answer: Jws, ack: Jws, final: Jws }),
  searcher: Side,
  owner: Side,
  /** The ledger's entries about template and permit version; null only with a refusal, whose reason may be their absence. */
  template: Proof.nullable(),
  permit: Proof.nullable(),
});
export type Bundle = z.infer<typeof Bundle>;
export type BundleSide = z.infer<typeof Side>;

/** What only the holder of both envelopes knows. */
export interface Held {
  readonly request: Uint8Array;
  readonly answer: Uint8Array;
  /** Parts to open; 'everything' also encloses the envelopes themselves. */
  readonly open: readonly PartName[] | 'everything';
}

/** What the bundle says beside the openings. */
export type BundleFacts = Omit<Bundle, 'v' | 'E' | 'commitments' | 'openings' | 'envelopes'>;

/** Canonical bytes of a bundle. Refuses as `partsOf`, and BUNDLE_SHAPE. */
export function makeBundle(held: Held, facts: BundleFacts): Uint8Array {
  const commitments = commitmentsOf(held.request, held.answer);
  const { parts, salts } = openingsOf(held.request, held.answer);
  const shown = held.open === 'everything' ? [] : held.open;
  const bundle = shaped(
    Bundle,
    {
      ...facts,
      v: BUNDLE_VERSION,
      E: hex(hashOfCommitments(commitments)),
      commitments: everyPart((part) => hex(commitments[part])),
      openings: Object.fromEntries(shown.map((part) => [part, { bytes: b64u(parts[part]), salt: b64u(salts[part]) }])),
      envelopes: held.open === 'everything' ? { request: b64u(held.request), answer: b64u(held.answer) } : null,
    },
    'BUNDLE_SHAPE',
  );
  return canonicalBytes(bundle as unknown as Json, BUNDLE_BYTES);
}

/** A bundle from its bytes. Refuses everything of `readCanonical`, BUNDLE_VERSION_UNKNOWN, BUNDLE_SHAPE. Nothing in it is checked yet. */
export function readBundle(bytes: Uint8Array): Bundle {
  const value = readCanonical(bytes, BUNDLE_BYTES);
  if (!isObject(value) || value['v'] !== BUNDLE_VERSION) throw new Refusal('BUNDLE_VERSION_UNKNOWN');
  return shaped(Bundle, value, 'BUNDLE_SHAPE');
}

/** A ledger proof as the bundle carries it. */
export function proofField(proof: LedgerProof): z.infer<typeof Proof> {
  return { kind: proof.kind, document: proof.document as JsonObject };
}
