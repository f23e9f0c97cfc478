// A good evidence bundle over a ledger that lives in a test: entries sealed by a digest only the test's trust knows.
import { b64u, canonicalBytes, hex, sha256, utf8, type Json, type JsonObject } from '../../src/domain/canonical';
import { thumbprint } from '../../src/domain/identity';
import { ledgerKeys } from '../../src/domain/ledger/keys';
import type { LedgerProof } from '../../src/domain/ledger/port';
import { Tree } from '../../src/domain/merkle';
import type { LedgerFact, Trust } from '../../src/domain/audit';
import {
  leafHashOf,
  makeBundle,
  type Bundle,
  type BundleFacts,
  type Held,
  type PartName,
} from '../../src/domain/receipts';
import { answerFields, NOW, requestFields, runExchange, template, type Sides } from './exchange-record';

/** A proof our test trust believes. */
export function proofOf(key: string, value: JsonObject, height: number) {
  const fact = { key, value, height };
  return { kind: 'embedded' as const, document: { fact, seal: sealOf(fact) } };
}

function sealOf(fact: Json): string {
  return hex(sha256(utf8('test ledger'), canonicalBytes(fact)));
}

/** Believes exactly the proofs of `proofOf`. */
export const trust: Trust = {
  ledger({ document }: LedgerProof): LedgerFact | undefined {
    const { fact, seal, ...rest } = document as { fact: Json; seal: string };
    return Object.keys(rest).length === 0 && sealOf(fact) === seal ? (fact as unknown as LedgerFact) : undefined;
  },
};

export const permitValue = {
  owner: 'statistics',
  version: 1,
  hash: '0'.repeat(64),
  from: NOW - 1000,
  until: NOW + 1000,
  repository: 'wages-1985',
  template,
  searcher: 'city-health',
  status: 'granted',
};
export const permitProof = (change: JsonObject = {}, height = 4, version = 1) =>
  proofOf(ledgerKeys.permitVersion('permit-1', version), { ...permitValue, ...change }, height);
export const templateProof = (change: JsonObject = {}, height = 3) =>
  proofOf(ledgerKeys.template(template), { status: 'published', ...change }, height);
export const certificateProof = (x5t: string, participant: string, change: JsonObject = {}, height = 2) =>
  proofOf(ledgerKeys.certificate(x5t), { participant, use: 'receipt', ...change }, height);

/** A tree of pads with one leaf in it, anchored at height 9. */
export function anchored(participant: string, leaf: Uint8Array, size: number, index: number) {
  const pads = Array.from({ length: size }, (_, at) => leafHashOf('PAD', sha256(utf8(`${participant} ${String(at)}`))));
  const tree = Tree.of(pads.map((pad, at) => (at === index ? leaf : pad)));
  const head = { seq: 2, size, root: hex(tree.root()) };
  const anchor = proofOf(ledgerKeys.anchor(participant, 2), { participant, ...head, previous: '0'.repeat(64) }, 9);
  return { tree, side: { participant, index, inclusion: tree.inclusion(index).map(hex), head, anchor } };
}

/** Everything of one good case; `facts` can be changed before `bundleOf` writes it. */
export function goodCase(
  sides: Sides,
  request = requestFields,
  answer: Parameters<typeof runExchange>[2] = answerFields,
) {
  const { m1, m2, ack, final } = runExchange(sides, request, answer);
  const kind = answer.status === 'REFUSED' ? ('REFUSED' as const) : ('COMPLETED' as const);
  const leaf = leafHashOf(kind, m2.e);
  const trees = {
    searcher: anchored('city-health', leaf, 256, 77),
    owner: anchored('statistics', leaf, 300, 299),
  };
  const side = (name: 'searcher' | 'owner') => ({
    ...trees[name].side,
    certificate: b64u(sides[name].certificate),
    registration: certificateProof(thumbprint(sides[name].certificate), trees[name].side.participant),
  });
  const facts: BundleFacts = {
    xid: request.xid,
    kind,
    statements: { request: m1.statement, answer: m2.statement, ack, final },
    searcher: side('searcher'),
    owner: side('owner'),
    template: templateProof(),
    permit: permitProof(),
  };
  return { m1, m2, facts, trees };
}

/** Bytes of the case's bundle. */
export function bundleOf(
  { m1, m2, facts }: Pick<ReturnType<typeof goodCase>, 'm1' | 'm2' | 'facts'>,
  open: Held['open'] = 'everything',
): Uint8Array {
  return makeBundle({ request: m1.bytes, answer: m2.bytes, open }, facts);
}

/** The same bundle with something changed after it was made. */
export function changed(bundle: Uint8Array, change: (bundle: Mutable<Bundle>) => unknown): Uint8Array {
  const value = JSON.parse(Buffer.from(bundle).toString()) as Mutable<Bundle>;
  change(value);
  return canonicalBytes(value as unknown as Json, 8_388_608);
}

/** Writable all the way down to the ledger proofs, whose documents stay as they are. */
export type Mutable<T> = T extends { readonly document: unknown }
  ? { -readonly [K in keyof T]: T[K] }
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;
export const everyPartName: readonly PartName[] = ['head', 'template', 'permit', 'parameters', 'answer', 'timing'];
