// What an auditor brings along: everything a bundle cannot vouch for by itself.
import type { JsonObject } from '../canonical';
import type { LedgerProof } from '../ledger/port';

/** One entry of the ledger, as a proof shows it. */
export interface LedgerFact {
  readonly key: string;
  readonly value: JsonObject;
  /** Height of the block that wrote it. */
  readonly height: number;
  /** ORDERED: it stands in the chain, and nothing shows that it took effect. Left out: VALID. */
  readonly verdict?: 'ORDERED' | 'VALID';
}

/** A head of a participant's tree that the auditor saw before. */
export interface RememberedHead {
  readonly participant: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

export interface Trust {
  /** The entry a ledger proof proves, or undefined: embedded signatures, Fabric endorsements. May throw; that counts as no. */
  ledger(proof: LedgerProof): LedgerFact | undefined;
  /** What the auditor knows of the ledger beside the bundle: later permit versions, revocations, withdrawals. */
  readonly known?: (key: string) => LedgerFact | undefined;
  readonly remembered?: readonly RememberedHead[];
  /** RFC 9162 consistency proof (hex) between two sizes of a participant's tree; without it differing sizes fail. */
  readonly consistency?: (participant: string, first: number, second: number) => readonly string[] | undefined;
  /** Whether a participant belongs to the class a permit names; without it no class permit holds. */
  readonly inClass?: (name: string, participant: string) => boolean;
}

/** The proved entry if it stands under this key. */
export function factAt(trust: Trust, proof: LedgerProof, key: string): LedgerFact | undefined {
  const fact = proved(trust, proof);
  return fact?.key === key ? fact : undefined;
}

/** The proved entry; a verifier that stumbles over a malformed proof has not accepted it. */
export function proved(trust: Trust, proof: LedgerProof): LedgerFact | undefined {
  try {
    return trust.ledger(proof);
  } catch {
    return undefined;
  }
}
