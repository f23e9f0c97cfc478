// A transaction's bytes: one command, who says it, and what it had read; the id is their hash, the signature is over it.
import { verify } from 'node:crypto';
import { z } from 'zod';
import { b64u, canonicalBytes, concatBytes, hex, readCanonical, sha256, type Json } from '../canonical';
import { isLowS, publicKeyOf } from '../identity';
import { Refusal } from '../refusals';
import { keysOf } from './apply';
import { Command } from './commands';
import { Count, Hash, Slug, Thumbprint } from './shapes';
import { refuse } from './state';

const Version = z.strictObject({ height: Count, index: Count });
/** Where a value was written: block height and place in the block. */
export type Version = z.infer<typeof Version>;

const Body = z.strictObject({
  v: z.literal(1),
  /** Hash of the first block's header: a transaction cannot be replayed on another ledger. 64 zeros while founding. */
  chain: Hash,
  command: Command,
  by: Slug,
  certificate: Thumbprint,
  reads: z.array(z.strictObject({ key: z.string().max(600), version: Version.nullable() })).max(64),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type TransactionBody = z.infer<typeof Body>;

export const NO_CHAIN = '0'.repeat(64);
const SIGNATURE_BYTES = 64;
const BODY_LIMIT = 65_536;

/** The command as the schema has it; refuses LEDGER_COMMAND_UNKNOWN. */
export function readCommand(value: unknown): Command {
  const parsed = Command.safeParse(JSON.parse(JSON.stringify(value)));
  return parsed.success ? parsed.data : refuse('LEDGER_COMMAND_UNKNOWN', { fields: pathsOf(parsed.error) });
}

function pathsOf(error: z.ZodError): string {
  return error.issues.map(({ path }) => path.join('.')).join(' ');
}

export interface Draft {
  readonly chain: string;
  readonly command: Command;
  readonly by: string;
  readonly certificate: string;
  /** Version of a key when it was read; null when there was nothing. */
  readonly versionOf: (key: string) => Version | null;
  /** 16 random bytes: the same command said twice is two transactions. */
  readonly nonce: Uint8Array;
}

/** Canonical bytes of an unsigned transaction. */
export function writeBody({ chain, command, by, certificate, versionOf, nonce }: Draft): Uint8Array {
  const reads = keysOf(command, by).map((key) => ({ key, version: versionOf(key) }));
  return canonicalBytes(
    { v: 1, chain, command: command as Json, by, certificate, reads, nonce: b64u(nonce) },
    BODY_LIMIT,
  );
}

/** The inverse of `writeBody`; refuses LEDGER_BYTES_UNSOUND for any other bytes, also when a key is left out of the reads. */
export function readBody(bytes: Uint8Array): TransactionBody {
  const parsed = Body.safeParse(canonicalOrRefuse(bytes));
  if (!parsed.success) return refuse('LEDGER_BYTES_UNSOUND', { fields: pathsOf(parsed.error) });
  const { command, by, reads } = parsed.data;
  const named = keysOf(command, by);
  // Without this a transaction could leave out the key whose change would make it invalid.
  if (reads.length !== named.length || reads.some(({ key }, at) => key !== named[at])) refuse('LEDGER_BYTES_UNSOUND');
  return parsed.data;
}

function canonicalOrRefuse(bytes: Uint8Array): Json {
  try {
    return readCanonical(bytes, BODY_LIMIT);
  } catch (error) {
    if (error instanceof Refusal) return refuse('LEDGER_BYTES_UNSOUND', { why: error.code });
    throw error;
  }
}

/** Hex SHA-256 of the body. Not of the signature, which its maker could vary. */
export function transactionId(body: Uint8Array): string {
  return hex(sha256(body));
}

/** Signature (raw r‖s, 64 bytes) before body: what is stored and sent. */
export function pack(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return concatBytes(signature, body);
}

export function unpack(bytes: Uint8Array): { readonly body: Uint8Array; readonly signature: Uint8Array } {
  if (bytes.length <= SIGNATURE_BYTES) refuse('LEDGER_BYTES_UNSOUND');
  return { signature: bytes.slice(0, SIGNATURE_BYTES), body: bytes.slice(SIGNATURE_BYTES) };
}

/** ES256 over bytes, raw r‖s, low-S. Refuses LEDGER_SIGNATURE_WRONG. */
export function signatureMustHold(bytes: Uint8Array, signature: Uint8Array, certificateDer: Uint8Array): void {
  const key = { key: publicKeyOf(certificateDer), dsaEncoding: 'ieee-p1363' } as const;
  const holds = signature.length === SIGNATURE_BYTES && isLowS(signature) && verify('sha256', bytes, key, signature);
  if (!holds) refuse('LEDGER_SIGNATURE_WRONG');
}
