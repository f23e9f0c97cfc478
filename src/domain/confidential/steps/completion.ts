// The record that ends a computation: what was summed, what was sent, and three signatures under it.
import { contentId, type ContentId, type Json } from '../../canonical';
import { signingBytes, type Sign, type Verify } from '../signed';

export interface Completion {
  readonly schema: 'aggregora/completion/1';
  readonly question: string;
  readonly setRoot: string;
  readonly repositories: number;
  /** Σ of the repositories' commitments. */
  readonly parts: string;
  /** Each node's noise commitment, in the question's order. */
  readonly noises: readonly [string, string, string];
  /** Hash of each node's released envelope or switched share. */
  readonly outputs: readonly [string, string, string];
  /** The last step of each node's chain. */
  readonly chains: readonly [string, string, string];
  /** Large form: `fingerprintsId` of what repositories and nodes said under the challenge. */
  readonly fingerprints?: string;
  readonly status: 'complete' | 'stopped';
  readonly blamed: readonly string[];
}

export interface SignedCompletion {
  readonly document: Completion;
  readonly signatures: readonly { readonly by: string; readonly signature: string }[];
}

const TAG = 'aggregora/completion/1';
export const completionId = (completion: Completion): ContentId => contentId(TAG, completion as unknown as Json);
export const signCompletion = (completion: Completion, by: string, sign: Sign) => ({
  by,
  signature: sign(signingBytes(TAG, completion)),
});

/** Nodes whose valid signature is missing. Empty when all three signed exactly this document. */
export const unsignedBy = (
  { document, signatures }: SignedCompletion,
  nodes: readonly string[],
  verify: Verify,
): readonly string[] =>
  nodes.filter(
    (node) =>
      !signatures.some(({ by, signature }) => by === node && verify(node, signingBytes(TAG, document), signature)),
  );
