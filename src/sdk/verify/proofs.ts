// Believes a ledger proof, or not: the operator's signatures of the embedded ledger, or the endorsements of Fabric's organisations.
import type { LedgerFact } from '../../domain/audit';
import { fromB64u } from '../../domain/canonical';
import { verifyFabricProof } from '../../domain/ledger/fabric-proof';
import type { LedgerProof } from '../../domain/ledger/port';
import { verifyEmbeddedProof } from '../../domain/ledger/proof';
import { Refusal } from '../../domain/refusals';
import type { AuditTrust } from './trust';

/** The two sides of an exchange record. */
export interface Parties {
  readonly searcher: string;
  readonly owner: string;
}

/**
 * The entry a proof proves. On Fabric as many organisations as the trust file says must have endorsed it and, where the
 * parties are named, one that is neither's. `genesis` is the block itself, for proofs that leave it out.
 * Refuses LEDGER_PROOF_WRONG with the step, TRUST_LACKS_PARTY for a party whose organisation the trust file does not know.
 */
export function believe(
  trust: AuditTrust,
  proof: LedgerProof,
  about: { readonly parties?: Parties | undefined; readonly genesis?: Uint8Array | undefined } = {},
): LedgerFact {
  if (trust.kind === 'embedded') {
    const operators = trust.operators.map((der) => fromB64u(der));
    const { key, value, height } = verifyEmbeddedProof(proof, { genesis: trust.genesis, operators });
    return { key, value, height };
  }
  const { genesis, channel, chaincode, agree, parties } = trust;
  const held = { genesis, channel, chaincode, ...(about.genesis && { genesisBlock: about.genesis }) };
  const { key, value, height, verdict } = verifyFabricProof(proof, { ...held, minimum: agree, excluded: [] });
  if (about.parties !== undefined) {
    const excluded = [about.parties.searcher, about.parties.owner].map((party) => organisationOf(parties, party));
    verifyFabricProof(proof, { ...held, minimum: 1, excluded });
  }
  return { key, value, height, verdict };
}

function organisationOf(parties: Readonly<Record<string, string>>, party: string): string {
  const found = Object.hasOwn(parties, party) ? parties[party] : undefined;
  if (found === undefined) throw new Refusal('TRUST_LACKS_PARTY', { party });
  return found;
}
