// Either strength of a Fabric proof, by its kind.
import type { LedgerProof } from '../port';
import { verifyFabricReceipt, type FabricProven, type FabricTrust } from './receipt';

/** What a Fabric ledger held under a key, and where it was written. Refuses LEDGER_PROOF_WRONG with the step that failed. */
export function verifyFabricProof(proof: LedgerProof, trust: FabricTrust): FabricProven {
  return verifyFabricReceipt(proof, trust);
}
