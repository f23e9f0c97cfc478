// One file for a whole fit: every round's evidence, the question they belong to, and the figures; or, for anyone, without the figures.
import { canonicalBytes, readCanonical, type Json, type JsonObject } from '../../../domain/canonical';
import { agreedSet, questionId, rounds, type Opening, type Transcript } from '../../../domain/confidential';
import { readElement } from '../../../domain/elements';
import { Refusal } from '../../../domain/refusals';
import { readTemplate } from '../../../domain/templates';
import { EVIDENCE_LIMIT } from '../evidence';
import { publicPart } from '../mandate';
import { fitBody } from './body';

export const FIT_SCHEMA = 'aggregora/confidential-fit/1';
/** Bytes; twelve rounds over ciphertexts of some forty repositories fit. */
export const FIT_LIMIT = 4 * EVIDENCE_LIMIT;

/** One round's level B evidence, as far as a fit reads it. */
export interface RoundBundle {
  readonly transcript: Transcript;
  readonly answer: { readonly cells: readonly string[]; readonly blinding: string };
  readonly openings?: readonly { readonly node: string; readonly opening: RoundBundle['answer'] }[];
  readonly ciphertexts?: readonly string[];
}

export interface FitBundle {
  readonly schema: string;
  readonly level: 'A' | 'B';
  readonly template: Json;
  readonly element: Json;
  /** What the fit was asked with; null at level A. */
  readonly parameters: JsonObject | null;
  readonly rounds: readonly Json[];
  readonly body: Json;
}

export const roundIn = (bytes: Uint8Array): RoundBundle =>
  readCanonical(bytes, EVIDENCE_LIMIT) as unknown as RoundBundle;

export const openingIn = ({ cells, blinding }: RoundBundle['answer']): Opening => ({
  cells: cells.map(BigInt),
  blinding: BigInt(blinding),
});

/** Whose parts a round's sum is of. */
export const contributorsIn = ({ transcript }: RoundBundle): readonly string[] =>
  agreedSet(transcript).map(({ document }) => document.repository);

/** What a round released to its searcher. */
export const releasedIn = (bundle: RoundBundle): rounds.Released => ({
  cells: bundle.answer.cells.map(BigInt),
  repositories: contributorsIn(bundle).length,
});

/** The figures of a whole fit, or undefined while a round is missing. */
export function bodyOf(fit: rounds.Fit, bundles: readonly RoundBundle[]): Json | undefined {
  const found = rounds.found(fit, bundles.map(releasedIn));
  return found && shown(fit, found, bundles, true);
}

/** The figures of a fit that was stopped; undefined when not even the start was answered. */
export function bodySoFar(fit: rounds.Fit, bundles: readonly RoundBundle[]): Json | undefined {
  const found = rounds.soFar(fit, bundles.map(releasedIn));
  return found && shown(fit, found, bundles, false);
}

function shown(fit: rounds.Fit, found: rounds.FoundFit, bundles: readonly RoundBundle[], finished: boolean): Json {
  const questions = bundles.map(({ transcript: { question } }) => ({
    id: questionId(question.document),
    document: question.document,
  }));
  const [first] = bundles;
  return fitBody(fit, found, questions, first === undefined ? 0 : releasedIn(first).repositories, finished);
}

/** Level B of all rounds, in order. */
export function fitEvidence(fit: rounds.Fit, evidence: readonly Uint8Array[], body: Json): Uint8Array {
  const bundle = {
    schema: FIT_SCHEMA,
    level: 'B',
    template: fit.template,
    element: fit.element,
    parameters: fit.parameters,
    rounds: evidence.map((bytes) => readCanonical(bytes, EVIDENCE_LIMIT)),
    body,
  };
  return canonicalBytes(bundle as unknown as Json, FIT_LIMIT);
}

/** The bundle where the bytes are a fit's evidence; undefined where they are anything else. */
export function readFit(bytes: Uint8Array): FitBundle | undefined {
  try {
    const bundle = readCanonical(bytes, FIT_LIMIT) as unknown as FitBundle;
    return bundle.schema === FIT_SCHEMA && Array.isArray(bundle.rounds) ? bundle : undefined;
  } catch {
    return undefined;
  }
}

/** The fit that a bundle is of. Refuses TEMPLATE_*, ELEMENT_INVALID, EVIDENCE_OTHER. */
export function fitIn({ template, element, parameters }: FitBundle): rounds.Fit {
  const fit = rounds.fitOf(readTemplate(template), readElement(element), parameters ?? {});
  if (fit === undefined) throw new Refusal('EVIDENCE_OTHER');
  return fit;
}

/** The same without what opens any round: anyone may have it. */
export function publicFit(bundle: FitBundle): Uint8Array {
  const open = bundle.rounds.map((round) =>
    readCanonical(publicPart(canonicalBytes(round, EVIDENCE_LIMIT)), EVIDENCE_LIMIT),
  );
  const rest = { ...bundle, level: 'A', parameters: null, rounds: open, body: null };
  return canonicalBytes(rest, FIT_LIMIT);
}
