// A node's steps: a table of moves, each step naming the one before it by hash, so that none can be taken back.
import { contentId, type ContentId } from '../../canonical';
import { Refusal } from '../../refusals';
import { signDocument, signatureHolds, type Sign, type Signed, type Verify } from '../signed';

/** What may follow what. `stopped` ends a computation with a named reason and nothing released. */
export const moves = {
  none: ['received', 'stopped'],
  received: ['verified', 'stopped'],
  verified: ['noised', 'stopped'],
  noised: ['aggregated', 'mixed', 'stopped'],
  /** Of an overlap. */
  mixed: ['sealed', 'stopped'],
  aggregated: ['sealed', 'stopped'],
  sealed: [],
  stopped: [],
} as const;

export type StepKind = Exclude<keyof typeof moves, 'none'>;

export interface StepBodies {
  /** The agreed set: its root, and each contribution's id. */
  readonly received: { readonly setRoot: string; readonly contributions: readonly string[] };
  /** Repositories whose share did not open; a computation goes on only when none is left in the set. */
  readonly verified: {
    readonly setRoot: string;
    readonly excluded: readonly { readonly repository: string; readonly code: string }[];
  };
  /** Commitment of this node's noise and the hash of its seed; in homomorphic mode the noise's ciphertext too.
   * In an overlap the commitment is to the key that the node will release. */
  readonly noised: { readonly commitment: string; readonly seedHash: string; readonly ciphertext?: string };
  /** Sum of the commitments; in homomorphic mode the hash of the sum ciphertext, in large form the root of this node's own sum. */
  readonly aggregated: { readonly commitment: string; readonly sum?: string };
  /** A node's turn with the two lists of an overlap: their hashes before and after, and how many points each has then. */
  readonly mixed: {
    readonly from: readonly [string, string];
    readonly to: readonly [string, string];
    readonly points: number;
  };
  /** Hash of what was sealed or of the switched share, and the thumbprint of the key it was sealed to. */
  readonly sealed: { readonly output: string; readonly recipient: string };
  readonly stopped: { readonly code: string; readonly blamed: readonly string[] };
}

export type Step = {
  [K in StepKind]: {
    readonly schema: 'aggregora/step/1';
    readonly question: string;
    readonly node: string;
    readonly index: number;
    readonly previous: ContentId | null;
    readonly kind: K;
    readonly body: StepBodies[K];
    /** SHA-256 of every message in and out. */
    readonly inbound: readonly string[];
    readonly outbound: readonly string[];
    /** Milliseconds since 1970 UTC by the node's clock; never smaller than in the step before. */
    readonly at: number;
    /** Digest of the program that made the step. */
    readonly program: string;
  };
}[StepKind];

export type SignedStep = Signed<Step>;
export const STEP_TAG = 'aggregora/step/1';
export const stepId = (step: Step): ContentId => contentId(STEP_TAG, step);

export interface Chain {
  readonly question: string;
  readonly node: string;
  readonly program: string;
  readonly steps: readonly SignedStep[];
}

export const newChain = (question: string, node: string, program: string): Chain => ({
  question,
  node,
  program,
  steps: [],
});

export interface StepContent<K extends StepKind> {
  readonly kind: K;
  readonly body: StepBodies[K];
  readonly inbound?: readonly string[];
  readonly outbound?: readonly string[];
}

/** The chain with one more signed step. Refuses STEP_OUT_OF_ORDER. A step already there with the same body is kept: a job may run twice. */
export function append<K extends StepKind>(chain: Chain, content: StepContent<K>, now: number, sign: Sign): Chain {
  const last = chain.steps.at(-1)?.document;
  const before: Step | undefined = stepOf(chain, content.kind);
  if (before && contentId(STEP_TAG, before.body) === contentId(STEP_TAG, content.body)) return chain;
  const allowed: readonly string[] = moves[last?.kind ?? 'none'];
  if (!allowed.includes(content.kind))
    throw new Refusal('STEP_OUT_OF_ORDER', { node: chain.node, after: last?.kind ?? 'none', step: content.kind });
  const step = {
    schema: 'aggregora/step/1',
    question: chain.question,
    node: chain.node,
    index: chain.steps.length,
    previous: last ? stepId(last) : null,
    kind: content.kind,
    body: content.body,
    inbound: content.inbound ?? [],
    outbound: content.outbound ?? [],
    at: Math.max(now, last?.at ?? 0),
    program: chain.program,
  } as unknown as Step;
  return { ...chain, steps: [...chain.steps, signDocument(STEP_TAG, step, chain.node, sign)] };
}

/** The step of a kind, if the chain has it. */
export function stepOf<K extends StepKind>(
  chain: { readonly steps: readonly SignedStep[] },
  kind: K,
): Extract<Step, { kind: K }> | undefined {
  return chain.steps
    .map(({ document }) => document)
    .find((step): step is Extract<Step, { kind: K }> => step.kind === kind);
}

export interface ChainFailure {
  readonly code: 'CHAIN_BROKEN' | 'STEP_SIGNATURE_WRONG' | 'STEP_OUT_OF_ORDER' | 'STEP_OF_ANOTHER';
  readonly party: string;
  readonly index: number;
}

/** Every break of order, link, ownership, clock and signature. Empty when the chain holds. */
export function checkChain(chain: Chain, verify: Verify): readonly ChainFailure[] {
  const failures: ChainFailure[] = [];
  const fail = (code: ChainFailure['code'], index: number): void => {
    failures.push({ code, party: chain.node, index });
  };
  let before: Step | undefined;
  chain.steps.forEach((signed, index) => {
    const step = signed.document;
    if (signed.by !== chain.node || !signatureHolds(STEP_TAG, signed, verify)) fail('STEP_SIGNATURE_WRONG', index);
    if (step.node !== chain.node || step.question !== chain.question) fail('STEP_OF_ANOTHER', index);
    const allowed: readonly string[] = moves[before?.kind ?? 'none'];
    if (!allowed.includes(step.kind)) fail('STEP_OUT_OF_ORDER', index);
    if (step.index !== index || step.previous !== (before ? stepId(before) : null) || step.at < (before?.at ?? 0))
      fail('CHAIN_BROKEN', index);
    before = step;
  });
  return failures;
}

/** Two steps of one node at one place of one question that differ: proof of two faces, from signatures alone. */
export const twoFaces = (a: SignedStep, b: SignedStep, verify: Verify): boolean =>
  a.by === b.by &&
  a.document.question === b.document.question &&
  a.document.index === b.document.index &&
  stepId(a.document) !== stepId(b.document) &&
  [a, b].every((one) => signatureHolds(STEP_TAG, one, verify));
