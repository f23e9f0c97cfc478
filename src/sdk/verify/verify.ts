// Checks an evidence bundle with no network: bytes, parts, hash, signatures, inclusion, ledger, permit, time.
import { type Trust, verifyBundle, type Verdict } from '../../domain/audit';
import { genesisIn } from '../evidence/genesis';
import { believe, type Parties } from './proofs';
import { shownIn } from './shown';
import type { AuditTrust } from './trust';

/** The verdict with its exit code (0 good) and every check by name. `known`: what was asked of the ledger beside the bundle. */
export function verifyOffline(bundle: Uint8Array, trust: AuditTrust, known?: Trust['known']): Verdict {
  const shown = shownIn(bundle);
  const parties: Parties | undefined = shown && {
    searcher: shown.searcher.participant,
    owner: shown.owner.participant,
  };
  const about = { parties, genesis: shown && genesisIn(shown) };
  return verifyBundle(bundle, { ledger: (proof) => believe(trust, proof, about), ...(known && { known }) });
}
