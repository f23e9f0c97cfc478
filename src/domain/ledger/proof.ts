// The embedded ledger's proof of one key, checkable offline. It has one operator, and that operator's word is all it proves:
// anyone holding an older header can catch a second history, but nobody but the operator ordered this one.
import { z } from 'zod';
import { canonicalBytes, fromB64u, fromHex, readCanonical, type JsonObject } from '../canonical';
import { thumbprint } from '../identity';
import { leafHash, verifyInclusion } from '../merkle';
import { Refusal } from '../refusals';
import { headerHash, Outcome, readHeader, valueHash, type Header } from './blocks';
import type { LedgerProof } from './port';
import { Count, Hash } from './shapes';
import { refuse } from './state';
import { NO_CHAIN, readBody, signatureMustHold, transactionId } from './transaction';

const Signed = z.strictObject({ bytes: z.string(), signature: z.string() });

/** The operator's word that this was the key's newest value at that head. */
export const Statement = z.strictObject({
  v: z.literal(1),
  type: z.literal('aggregora/ledger-statement/1'),
  chain: Hash,
  key: z.string(),
  hash: Hash,
  height: Count,
  index: Count,
  head: z.strictObject({ height: Count, hash: Hash }),
});
export type Statement = z.infer<typeof Statement>;

export const EmbeddedProof = z.strictObject({
  v: z.literal(1),
  operators: z.literal(1),
  key: z.string(),
  value: z.record(z.string(), z.json()),
  height: Count,
  index: Count,
  /** The block's header and some of its successors, each signed. */
  headers: z.array(Signed).min(1).max(64),
  transaction: Signed,
  /** DER of the certificate that signed the transaction. */
  certificate: z.string(),
  outcome: z.string(),
  inclusion: z.array(Hash).max(64),
  statement: Signed,
});
export type EmbeddedProof = z.infer<typeof EmbeddedProof>;

export interface EmbeddedTrust {
  /** Hex hash of the first block's header, received out of band. */
  readonly genesis: string;
  /** DER of the operator's ledger certificates, the present one and any before it. */
  readonly operators: readonly Uint8Array[];
}

export interface Proven {
  readonly key: string;
  readonly value: JsonObject;
  readonly height: number;
  readonly index: number;
  /** Who signed the transaction that wrote it. */
  readonly by: string;
  /** Newest head the operator signed beside it: compare with what you remember. */
  readonly head: { readonly height: number; readonly hash: string };
}

/**
 * What the ledger held under a key, and where it was written. Refuses LEDGER_PROOF_WRONG with the step that failed:
 * shape, header, link, operator, leaf, transaction, signature, verdict, value, statement.
 */
export function verifyEmbeddedProof(proof: LedgerProof, trust: EmbeddedTrust): Proven {
  const parsed = EmbeddedProof.safeParse(proof.document);
  if (proof.kind !== 'embedded' || !parsed.success) return wrong('shape');
  const shown = parsed.data;
  const header = step('header', () => headersMustHold(shown, trust));
  const outcome = step('leaf', () => outcomeIn(shown, header));
  const by = step('transaction', () => transactionMustHold(shown, outcome, trust));
  if (outcome.code !== 'VALID') wrong('verdict');
  const value = shown.value as JsonObject;
  const hash = valueHash(value);
  if (!outcome.writes.some((write) => write.key === shown.key && write.hash === hash)) wrong('value');
  const head = step('statement', () => statementMustHold(shown, hash, trust));
  return { key: shown.key, value, height: shown.height, index: shown.index, by, head };
}

function wrong(at: string): never {
  return refuse('LEDGER_PROOF_WRONG', { at });
}

/** A refusal or a parser's error inside a step means: this step failed. */
function step<T>(at: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'LEDGER_PROOF_WRONG') throw error;
    return wrong(at);
  }
}

function operatorMustSign(signed: z.infer<typeof Signed>, operator: string, trust: EmbeddedTrust): Uint8Array {
  const bytes = fromB64u(signed.bytes);
  const certificate = trust.operators.find((der) => thumbprint(der) === operator);
  if (certificate === undefined) return wrong('operator');
  signatureMustHold(bytes, fromB64u(signed.signature), certificate);
  return bytes;
}

function headersMustHold({ headers, height }: EmbeddedProof, trust: EmbeddedTrust): Header {
  let before: string | undefined;
  const read = headers.map((signed) => {
    const header = readHeader(fromB64u(signed.bytes));
    const bytes = operatorMustSign(signed, header.operator, trust);
    if (before !== undefined && header.previous !== before) wrong('link');
    before = headerHash(bytes);
    const chain = header.height === 0 && header.chain === NO_CHAIN ? before : header.chain;
    if (chain !== trust.genesis) wrong('header');
    return header;
  });
  const [first] = read;
  if (first?.height !== height || read.some((header, at) => header.height !== height + at)) return wrong('header');
  return first;
}

function outcomeIn({ outcome, inclusion, index }: EmbeddedProof, { count, root }: Header): Outcome {
  const bytes = fromB64u(outcome);
  const proof = inclusion.map((node) => fromHex(node, 32));
  const claim = { leafHash: leafHash(bytes), index, size: count, proof, root: fromHex(root, 32) };
  return verifyInclusion(claim) ? Outcome.parse(readCanonical(bytes)) : wrong('leaf');
}

function transactionMustHold(shown: EmbeddedProof, outcome: Outcome, trust: EmbeddedTrust): string {
  const bytes = fromB64u(shown.transaction.bytes);
  const certificate = fromB64u(shown.certificate);
  const body = readBody(bytes);
  const chain = shown.height === 0 ? NO_CHAIN : trust.genesis;
  if (transactionId(bytes) !== outcome.id || body.chain !== chain) wrong('transaction');
  if (thumbprint(certificate) !== body.certificate || outcome.signature !== shown.transaction.signature)
    wrong('signature');
  signatureMustHold(bytes, fromB64u(shown.transaction.signature), certificate);
  return body.by;
}

function statementMustHold(shown: EmbeddedProof, hash: string, trust: EmbeddedTrust): Proven['head'] {
  const bytes = fromB64u(shown.statement.bytes);
  const statement = Statement.parse(readCanonical(bytes));
  const { key, height, index } = shown;
  const expected = { ...statement, chain: trust.genesis, key, hash, height, index };
  if (headerless(statement) !== headerless(expected) || statement.head.height < height) wrong('statement');
  const signature = fromB64u(shown.statement.signature);
  const holds = trust.operators.some((der) => verifies(bytes, signature, der));
  return holds ? statement.head : wrong('statement');
}

const headerless = (statement: Statement): string => Buffer.from(canonicalBytes(statement)).toString('latin1');

function verifies(bytes: Uint8Array, signature: Uint8Array, der: Uint8Array): boolean {
  try {
    signatureMustHold(bytes, signature, der);
    return true;
  } catch {
    return false;
  }
}
