// What a searcher says when it asks confidentially, what the exchange shows of the run, and what comes back.
import type { Json, JsonObject } from '../../domain/canonical';
import type {
  Chain,
  Failure,
  large,
  Opening,
  overlap,
  SignedContribution,
  Transcript,
} from '../../domain/confidential';

export interface ConfidentialAsking {
  /** `shares` becomes the large form by itself above 16,384 cells. */
  readonly mode: 'shares' | 'homomorphic' | 'overlap';
  readonly template: string;
  readonly repositories: readonly string[];
  readonly parameters: JsonObject;
  readonly purpose: string;
  /** Fewest repositories whose sum may be opened; three by default and at the nodes. */
  readonly minRepositories?: number;
  /** How long data ends may take, in milliseconds. */
  readonly withinMs?: number;
  /** Products that sell these answers, at most one a repository: each is paid for with its part of the sum. */
  readonly products?: readonly string[];
  /** Three nodes by name; the first three of three organisations by default. */
  readonly nodes?: readonly string[];
}

export interface NodeOpeningShown {
  readonly node: string;
  readonly opening: Opening;
}

export interface ConfidentialAnswer {
  readonly question: string;
  readonly group: string;
  /** The safe answer: cells and label. */
  readonly body: Json;
  readonly repositories: readonly {
    readonly repository: string;
    readonly xid: string;
    readonly state: string;
    readonly code: string | null;
  }[];
  readonly transcript: Transcript;
  /** Noisy sums as combined, before any rounding for people: what the certificate certifies. */
  readonly opening: Opening;
  readonly openings: readonly NodeOpeningShown[];
  /** Large form: each node's sum and mask total; `opening` has no cells then. */
  readonly sums?: readonly large.LargeSum[];
  readonly ciphertexts: readonly Uint8Array[];
  /** Overlap: the lists and keys that the count comes from. */
  readonly revealed?: overlap.Revealed;
  /** The body is that of a whole fit; everything else is of its last round. */
  readonly fit?: true;
  /** What levels A and B found; both empty, or this would have been a refusal. */
  readonly checks: { readonly public: readonly Failure[]; readonly certificate: readonly Failure[] };
}

export interface RunPart {
  readonly xid: string;
  readonly repository: string;
  readonly owner: string;
  readonly state: string;
  readonly refusal: string | null;
  readonly contribution: SignedContribution | null;
  readonly crossing?: overlap.SignedCrossing;
  readonly answer: { readonly bytes: string; readonly statement: string } | null;
}

export interface RunView {
  readonly state: 'COLLECTING' | 'COMPUTING' | 'COMPLETE' | 'STOPPED';
  readonly chains: readonly Chain[] | null;
  /** Large form. */
  readonly fingerprints?: readonly large.SignedFingerprint[] | null;
  readonly signatures: readonly { readonly by: string; readonly signature: string }[] | null;
  readonly outputs: readonly string[] | null;
  readonly refusal: string | null;
  readonly blamed: readonly string[];
  readonly parts: readonly RunPart[];
}
