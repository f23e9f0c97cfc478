// Does the same leaf stand in both trees, and do both heads stand on the ledger? (exit codes 15 to 19)
import { fromHex } from '../canonical';
import { thumbprint } from '../identity';
import { ledgerKeys } from '../ledger/keys';
import { verifyConsistency, verifyInclusion } from '../merkle';
import { leafHashOf, type BundleSide } from '../receipts';
import type { Case } from './case';
import { factAt, type LedgerFact, type RememberedHead, type Trust } from './trust';

const sides = ['searcher', 'owner'] as const;
type SideName = (typeof sides)[number];

/** 15: each certificate is the participant's receipt certificate, registered by and not revoked at its anchor's height. */
export function certificatesHold(found: Case): string | undefined {
  return sides.find((side) => !certificateHolds(found, side));
}

function certificateHolds({ bundle, trust, certificates }: Case, name: SideName): boolean {
  const side = bundle[name];
  const x5t = thumbprint(certificates[name]);
  const registered = factAt(trust, side.registration, ledgerKeys.certificate(x5t));
  if (registered?.value['participant'] !== side.participant || registered.value['use'] !== 'receipt') return false;
  // A head that cannot be proved has no height; that is code 18, and not the certificate's fault.
  const height = anchorOf(trust, side)?.height ?? registered.height;
  const invalidFrom = trust.known?.(ledgerKeys.revocation(x5t))?.value['invalidFrom'];
  return registered.height <= height && !(typeof invalidFrom === 'number' && invalidFrom <= height);
}

/** 16 and 17: the leaf of kind and E stands in this side's tree. */
export function leafStands({ bundle }: Case, name: SideName): string | undefined {
  const { index, inclusion, head } = bundle[name];
  const proof = inclusion.map((node) => fromHex(node, 32));
  const leafHash = leafHashOf(bundle.kind, fromHex(bundle.E, 32));
  const claim = { leafHash, index, size: head.size, proof, root: fromHex(head.root, 32) };
  return verifyInclusion(claim) ? undefined : `${name} leaf ${String(index)} of ${String(head.size)}`;
}

/** 18: each head is what the ledger says this participant anchored under that number. */
export function headsStand({ bundle, trust }: Case): string | undefined {
  return sides.find((name) => {
    const { participant, head } = bundle[name];
    const said = anchorOf(trust, bundle[name])?.value;
    const expected: Readonly<Record<string, unknown>> = { participant, ...head };
    return Object.entries(expected).some(([field, value]) => said?.[field] !== value);
  });
}

/** 23: no head rests on a block alone, which shows that it was ordered and not that it was valid. */
export function tookEffect({ bundle, trust }: Case): string | undefined {
  return sides.find((name) => anchorOf(trust, bundle[name])?.verdict === 'ORDERED');
}

function anchorOf(trust: Trust, side: BundleSide): LedgerFact | undefined {
  return factAt(trust, side.anchor, ledgerKeys.anchor(side.participant, side.head.seq));
}

/** 19: every head the auditor remembers and the bundle's belong to one growing tree. */
export function remembersHold({ bundle, trust }: Case): string | undefined {
  for (const name of sides) {
    const { participant, head } = bundle[name];
    const own = (trust.remembered ?? []).filter((seen) => seen.participant === participant);
    const wrong = own.find((seen) => !oneTree(trust, seen, { participant, size: head.size, root: head.root }));
    if (wrong) return `${participant} at ${String(wrong.size)}`;
  }
  return undefined;
}

/** True when the smaller of two heads is a prefix of the larger (RFC 9162 §2.1.4); fails closed without a proof. */
function oneTree(trust: Trust, a: RememberedHead, b: RememberedHead): boolean {
  const [first, second] = a.size <= b.size ? [a, b] : [b, a];
  if (first.size === 0) return true;
  const proof = first.size === second.size ? [] : trust.consistency?.(a.participant, first.size, second.size);
  if (proof === undefined) return false;
  return verifyConsistency({
    first: first.size,
    second: second.size,
    firstRoot: fromHex(first.root, 32),
    secondRoot: fromHex(second.root, 32),
    proof: proof.map((node) => fromHex(node, 32)),
  });
}
