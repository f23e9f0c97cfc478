// Checks an evidence bundle with no network: bytes, parts, hash, signatures, inclusion, ledger, permit, time.
import { verifyBundle, type Verdict } from '../../domain/audit';
import { fromB64u } from '../../domain/canonical';
import { verifyEmbeddedProof } from '../../domain/ledger/proof';
import type { AuditTrust } from './trust';

/** The verdict with its exit code (0 good) and every check by name. */
export function verifyOffline(bundle: Uint8Array, trust: AuditTrust): Verdict {
  const ledger = { genesis: trust.genesis, operators: trust.operators.map((der) => fromB64u(der)) };
  return verifyBundle(bundle, {
    ledger: (proof) => {
      const { key, value, height } = verifyEmbeddedProof(proof, ledger);
      return { key, value, height };
    },
  });
}
