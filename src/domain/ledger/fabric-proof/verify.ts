// Either strength of a Fabric proof, by its kind.
import type { LedgerProof } from '../port';
import { verifyFabricChain, type FabricChained } from './chain';
import { verifyFabricReceipt, type FabricTrust } from './receipt';

/**
 * What a Fabric ledger held under a key, and where it was written. A receipt is always VALID: only a valid transaction can
 * have written what was read. Refuses LEDGER_PROOF_WRONG with the step that failed.
 */
export function verifyFabricProof(proof: LedgerProof, trust: FabricTrust): FabricChained {
  if (proof.kind === 'fabric-chain') return verifyFabricChain(proof, trust);
  return { ...verifyFabricReceipt(proof, trust), verdict: 'VALID' };
}
