// The messages between searcher, exchange, data ends and compute nodes, as shapes that every door checks.
import { z } from 'zod';
import type { Json } from '../canonical';
import { Refusal } from '../refusals';
import type { SignedContribution } from './contribution';
import { Question } from './question';
import type { SignedFingerprint } from './large';
import { OverlapContributionShape, SignedCrossingShape } from './overlap/records';
import type { Signed } from './signed';
import type { Chain } from './steps';

const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
const RepositoryId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Name = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const Code = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/);
const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);
const Point = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const Base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

const three = <T extends z.ZodType>(shape: T) => z.tuple([shape, shape, shape]);
const signed = <T extends z.ZodType>(document: T) =>
  z.strictObject({ document, by: z.string().max(128), signature: Signature });
const part = { question: Name, repository: RepositoryId };

const ShareContributionShape = z.strictObject({
  schema: z.literal('aggregora/contribution/1'),
  ...part,
  shares: three(Point),
  envelopes: three(Hash),
});
const DepositShape = z.strictObject({
  schema: z.literal('aggregora/deposit/1'),
  ...part,
  commitment: Point,
  ciphertext: Hash,
});
const LargeShape = z.strictObject({
  schema: z.literal('aggregora/large-contribution/1'),
  ...part,
  shares: three(Hash),
  envelopes: three(Hash),
});

export const SignedQuestionShape = signed(Question) as unknown as z.ZodType<Signed<Question>>;
export const SignedContributionShape = signed(
  z.discriminatedUnion('schema', [ShareContributionShape, DepositShape, LargeShape, OverlapContributionShape]),
) as unknown as z.ZodType<SignedContribution>;

/** What a node says about the contributions it was given, before anything is summed. */
export interface Verdict {
  readonly schema: 'aggregora/verdict/1';
  readonly question: string;
  readonly node: string;
  /** Root of all that was received. */
  readonly setRoot: string;
  readonly excluded: readonly { readonly repository: string; readonly code: string }[];
}
export type SignedVerdict = Signed<Verdict>;
export const VERDICT_TAG = 'aggregora/verdict/1';

const Excluded = z.strictObject({ repository: RepositoryId, code: Code });
export const SignedVerdictShape = signed(
  z.strictObject({
    schema: z.literal('aggregora/verdict/1'),
    question: Name,
    node: Slug,
    setRoot: Name,
    excluded: z.array(Excluded).max(8192),
  }),
) as unknown as z.ZodType<SignedVerdict>;

/** Bytes of one delivery to a node: eleven repositories of a million cells, or two hundred ciphertexts. */
export const DELIVERY_BYTES = 128 * 1_048_576;
/** Beside what is sealed: the question, and at most two kilobytes of records a repository. */
const OF_RECORDS = 2_048;

/** Bytes of one repository's part at the third node, as base64url: envelopes add 81 bytes to what they hold. */
function partBytes({ mode, cells }: Question): number {
  const bytes = { shares: 33 + 32 * cells, 'large-shares': 32 + 8 * cells, homomorphic: 393_329, overlap: 64 * cells };
  return Math.ceil(((bytes[mode] + 81) * 4) / 3) + OF_RECORDS;
}

/** Refuses DELIVERY_TOO_LARGE before anything is contributed or charged, when the nodes could not take the parts in. */
export function mustFit(question: Question, repositories: number): void {
  const most = Math.floor((DELIVERY_BYTES - 1_048_576) / partBytes(question));
  if (repositories > most) throw new Refusal('DELIVERY_TOO_LARGE', { repositories, most, cells: question.cells });
}

/** Exchange → node: the signed question, what was contributed, and what is sealed to this node (or deposited, in mode H). */
export const Delivery = z.strictObject({
  question: SignedQuestionShape,
  contributions: z.array(SignedContributionShape).min(1).max(8192),
  /** Envelope (modes S) or ciphertext (mode H) by repository. */
  sealed: z.record(RepositoryId, Base64url),
  /** Mode H: the searcher's SEAL public key. */
  searcherSealKey: Base64url.optional(),
  /** Overlap: what both repositories signed in the second round, and the nodes' HPKE keys. */
  crossings: z.tuple([SignedCrossingShape, SignedCrossingShape]).optional(),
  nodeKeys: three(Base64url.length(87)).optional(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Chains are checked by hash and signature link for link; here only that they are chains at all. */
const ChainShape = z.strictObject({
  question: Name,
  node: Slug,
  program: Hash,
  steps: z
    .array(
      signed(
        z.record(
          z.string(),
          z.custom<Json>((value) => value !== undefined),
        ),
      ),
    )
    .max(8),
}) as unknown as z.ZodType<Chain>;

export const Verdicts = z.strictObject({ verdicts: three(SignedVerdictShape) });
export const Chains = z.strictObject({ chains: three(ChainShape) });

const FingerprintShape = signed(
  z.strictObject({
    schema: z.literal('aggregora/fingerprint/1'),
    question: Name,
    of: RepositoryId,
    beacon: Hash,
    value: Point,
  }),
) as unknown as z.ZodType<SignedFingerprint>;
/** To the completion; large form: with what repositories and nodes said under the challenge. */
export const Completing = z.strictObject({
  chains: three(ChainShape),
  fingerprints: z.array(FingerprintShape).max(8195).optional(),
});
/** Mode H: every node's noise ciphertext, in the question's order. */
export const Noises = z.strictObject({ chains: three(ChainShape), noises: three(Base64url) });
/** Overlap: the chain of the node before, and what it sealed to this one. */
export const Turn = z.strictObject({ chain: ChainShape, message: Base64url });
export const Signatures = z.strictObject({
  signatures: z.array(z.strictObject({ by: Slug, signature: Signature })).length(3),
});

/** What stands in a request's sealed parameters when it belongs to a confidential question: no clear path takes it. */
export const AskedConfidentially = z.strictObject({
  schema: z.literal('aggregora/confidential-request/1'),
  question: Name,
  parameters: z.record(
    z.string(),
    z.custom<Json>((value) => value !== undefined),
  ),
});

/** Exchange → data end. */
export const ContributionOrder = z.strictObject({
  question: SignedQuestionShape,
  request: z.strictObject({ bytes: Base64url, statement: z.string().max(4096) }),
  /** The nodes' raw HPKE keys in the question's order; each is checked against the ledger. */
  nodeKeys: three(Base64url.length(87)).optional(),
});
export type ContributionOrder = z.infer<typeof ContributionOrder>;

/** Exchange → data end, overlap: whose list comes, and then the list itself. */
export const PeerOrder = z.strictObject({ question: SignedQuestionShape, peer: SignedContributionShape });
export type PeerOrder = z.infer<typeof PeerOrder>;
export const CrossingOrder = z.strictObject({
  question: SignedQuestionShape,
  list: Base64url,
  nodeKeys: three(Base64url.length(87)),
});
export type CrossingOrder = z.infer<typeof CrossingOrder>;
/** Exchange → data end, second round of the large form: the chains of all three nodes, sealed. */
export const FingerprintOrder = z.strictObject({ question: SignedQuestionShape, chains: three(ChainShape) });
export type FingerprintOrder = z.infer<typeof FingerprintOrder>;

/** Data end → exchange. */
export interface ContributionReply {
  /** M2. */
  readonly answer: { readonly bytes: string; readonly statement: string };
  /** Absent when M2 is a refusal. */
  readonly contribution?: SignedContribution;
  /** Three envelopes, or one ciphertext. */
  readonly sealed?: readonly string[];
}
