// The signed question: everything that later decides who may see what is fixed here, before anybody contributes.
import { z } from 'zod';
import { contentId, fromB64u, type ContentId, type Json } from '../canonical';
import { Refusal } from '../refusals';
import { parseRational } from '../safe-answers/rational';
import { BLINDING_LIMBS, DEGREE } from './lattice/parameters';
import { MOST_SHIFT, shiftOf } from './overlap/shift';

const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
export const Name = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);
const Whole = z.string().regex(/^(0|[1-9][0-9]{0,29})$/);
const Bytes = z.string().regex(/^[A-Za-z0-9_-]+$/);

export const Question = z.strictObject({
  schema: z.literal('aggregora/confidential-question/1'),
  computation: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  template: Name,
  binding: Name,
  /** `planId` of the contribution plan. */
  plan: Name,
  epoch: z.string().min(1).max(64),
  /** `shares` works in the scalar field; `large-shares` modulo 2^64 in tiles; `homomorphic` under threshold BFV; `overlap` counts units of two. */
  mode: z.enum(['shares', 'large-shares', 'homomorphic', 'overlap']),
  /** Of an overlap: how many units of each repository are compared. */
  cells: z.int().positive().max(4_194_304),
  /** Largest absolute value of one repository's cell. */
  bound: Whole,
  /** Noise scale sensitivity/epsilon as `n/d` or `n`; `none` only where a test build compares exact sums. */
  noiseScale: z.string().regex(/^(none|[1-9][0-9]{0,17}(\/[1-9][0-9]{0,17})?)$/),
  minRepositories: z.int().min(2).max(8192),
  /** Two contributor sets for one question must be equal or differ by at least this many repositories. */
  floor: z.int().min(1).max(8192),
  nodes: z.tuple([Slug, Slug, Slug]),
  searcher: Slug,
  /** The searcher's HPKE key: P-256, 65 uncompressed bytes, base64url. Released shares are sealed to it and to no other. */
  searcherKey: Bytes.length(87),
  /** Homomorphic mode: SHA-256 of the searcher's SEAL public key bytes. */
  searcherSealKey: Hash.optional(),
  /** Homomorphic mode: SHA-256 of the nodes' collective public key bytes. */
  collectiveKey: Hash.optional(),
  cutOff: z.int().nonnegative(),
});
export type Question = z.infer<typeof Question>;

/** Units of each repository that an overlap compares, at least. */
const LEAST_CAPACITY = 16;

/** Sums of 2^13 repositories must stay inside the number range of the mode, with room for noise. */
const RANGE = { shares: 2n ** 230n, 'large-shares': 2n ** 48n, homomorphic: 2n ** 34n, overlap: 1n } as const;
/** Most cells of each mode; units that an overlap compares. */
export const MOST_CELLS = {
  shares: 16_384,
  'large-shares': 4_194_304,
  homomorphic: DEGREE - BLINDING_LIMBS,
  overlap: 65_536,
} as const;

/** The question when it has the right shape and fits its mode; refuses QUESTION_MALFORMED with the field's name. */
export function readQuestion(value: Json): Question {
  const read = Question.safeParse(value);
  if (!read.success) throw new Refusal('QUESTION_MALFORMED', { at: read.error.issues[0]?.path.join('.') ?? '' });
  const question = read.data;
  const wrong =
    new Set(question.nodes).size !== 3
      ? 'nodes'
      : question.cells > MOST_CELLS[question.mode]
        ? 'cells'
        : BigInt(question.bound) > RANGE[question.mode]
          ? 'bound'
          : noiseTooWide(question.noiseScale)
            ? 'noiseScale'
            : question.mode === 'overlap' && wrongForOverlap(question)
              ? wrongForOverlap(question)
              : question.mode === 'homomorphic' && !(question.searcherSealKey && question.collectiveKey)
                ? 'searcherSealKey'
                : fromB64u(question.searcherKey)[0] !== 4
                  ? 'searcherKey'
                  : undefined;
  if (wrong) throw new Refusal('QUESTION_MALFORMED', { at: wrong });
  return question;
}

/** Exactly two repositories, a capacity that hides sizes, and noise that can be made of points. */
function wrongForOverlap({ cells, minRepositories, noiseScale }: Question): string | undefined {
  if (cells < LEAST_CAPACITY) return 'cells';
  if (minRepositories !== 2) return 'minRepositories';
  return noiseScale !== 'none' && shiftOf(parseRational(noiseScale)) > MOST_SHIFT ? 'noiseScale' : undefined;
}

/** Three nodes' noise stays below 2^46 with overwhelming probability, inside every mode's range. */
function noiseTooWide(scale: string): boolean {
  const [num = '0', den = '1'] = scale.split('/');
  return scale !== 'none' && BigInt(num) > BigInt(den) << 38n;
}

export const questionId = (question: Question): ContentId =>
  contentId('aggregora/confidential-question/1', jsonOf(question));

/** The document without fields that are not set. */
export const jsonOf = (question: Question): Json =>
  Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined)) as Json;
