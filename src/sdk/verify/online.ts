// The same verdict with the network at hand: organisations' own peers are asked for what the bundle's proofs say, and what came later.
import type { Check, LedgerFact, Verdict } from '../../domain/audit';
import { exitCodes } from '../../domain/audit';
import { canonicalText, fromB64u } from '../../domain/canonical';
import { thumbprint } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import type { Bundle } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { genesisIn } from '../evidence/genesis';
import type { PeerLedger } from '../ledger';
import { believe } from './proofs';
import { shownIn } from './shown';
import type { AuditTrust } from './trust';
import { verifyOffline } from './verify';

/** What one peer holds under each key that was asked for. */
interface Heard {
  readonly organisation: string;
  readonly facts: ReadonlyMap<string, LedgerFact>;
}

/**
 * First everything `verifyOffline` checks, with revocations, withdrawals and later permits as the peers know them; then code
 * 24 unless every peer that answers holds each proved entry, word for word and in the same block. Refuses LEDGER_DOWN when
 * fewer peers answer than the trust file wants to agree.
 */
export async function verifyOnline(
  bytes: Uint8Array,
  trust: AuditTrust,
  peers: readonly PeerLedger[],
): Promise<Verdict> {
  const shown = shownIn(bytes);
  if (shown === undefined) return verifyOffline(bytes, trust);
  const proven = provenBy(shown, trust);
  const heard = await ask(peers, [...proven.keys(), ...laterKeys(shown, proven)]);
  const wanted = trust.kind === 'fabric' ? trust.agree : 1;
  if (heard.length < wanted) throw new Refusal('LEDGER_DOWN', { answered: heard.length, wanted });
  const known = (key: string) => heard.map(({ facts }) => facts.get(key)).find((fact) => fact !== undefined);
  const verdict = verifyOffline(bytes, trust, known);
  if (verdict.code !== exitCodes.GOOD) return verdict;
  const check = agreement(proven, heard);
  return { code: check.holds ? exitCodes.GOOD : check.code, checks: [...verdict.checks, check] };
}

/** What the proofs prove, by key; a proof that proves nothing is the offline verifier's to name. */
function provenBy(bundle: Bundle, trust: AuditTrust): ReadonlyMap<string, LedgerFact> {
  const { searcher, owner, template, permit } = bundle;
  const proofs = [searcher.registration, searcher.anchor, owner.registration, owner.anchor, template, permit];
  const found = proofs.flatMap((proof) => {
    try {
      return proof === null ? [] : [believe(trust, proof, { genesis: genesisIn(bundle) })];
    } catch {
      return [];
    }
  });
  return new Map(found.map((fact) => [fact.key, fact]));
}

/** Entries that a bundle could leave out: revoked certificates, and the permit version after the one shown. */
function laterKeys({ searcher, owner }: Bundle, proven: ReadonlyMap<string, LedgerFact>): readonly string[] {
  const revocations = [searcher, owner].map(({ certificate }) =>
    ledgerKeys.revocation(thumbprint(fromB64u(certificate))),
  );
  const permits = [...proven.keys()].flatMap((key) => {
    const [, permit, version] = /^permit-version\/([^/]+)\/(\d+)$/.exec(key) ?? [];
    return permit === undefined ? [] : [ledgerKeys.permitVersion(permit, Number(version) + 1)];
  });
  return [...revocations, ...permits];
}

async function ask(peers: readonly PeerLedger[], keys: readonly string[]): Promise<readonly Heard[]> {
  const answers = await Promise.all(
    peers.map(async ({ organisation, ledger }) => {
      try {
        const entries = await Promise.all(keys.map((key) => ledger.read(key)));
        const found = entries.flatMap((entry) =>
          entry === undefined ? [] : [[entry.key, entry as LedgerFact] as const],
        );
        return [{ organisation, facts: new Map(found) }];
      } catch (error) {
        if (error instanceof Refusal) return []; // its peer is away, or of another channel: it has said nothing
        throw error;
      }
    }),
  );
  return answers.flat();
}

/** A template may have been withdrawn since; everything else under these keys is written once. */
function agreement(proven: ReadonlyMap<string, LedgerFact>, heard: readonly Heard[]): Check {
  const { PEERS: code } = exitCodes;
  for (const { organisation, facts } of heard) {
    for (const [key, fact] of proven) {
      const theirs = facts.get(key);
      const moved = key.startsWith('template/') && theirs !== undefined && theirs.height >= fact.height;
      if (!moved && !same(theirs, fact)) return { code, name: 'PEERS', holds: false, note: `${organisation} ${key}` };
    }
  }
  return { code, name: 'PEERS', holds: true, note: heard.map(({ organisation }) => organisation).join(', ') };
}

const same = (theirs: LedgerFact | undefined, { value, height }: LedgerFact): boolean =>
  theirs?.height === height && canonicalText(theirs.value) === canonicalText(value);
