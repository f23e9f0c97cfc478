// What a node must have added, as one name anybody can compute: a commitment in the group, or a hash over tile roots.
import { hex, sha256, utf8, canonicalBytes } from '../canonical';
import { readPoint, sumPoints, writePoint, type Point } from './certificate';
import { commitmentOf, type SignedContribution } from './contribution';
import type { Question } from './question';

/** Σ for the node at place `at`: shares of its own place and its own noise in mode S, all parts and all noises in mode H. */
export function expectedPoint(
  question: Question,
  set: readonly SignedContribution[],
  at: number,
  noises: readonly string[],
): Point {
  const mine = question.mode === 'shares' ? noises.slice(at, at + 1) : noises;
  const parts = set.map(({ document }) =>
    document.schema === 'aggregora/contribution/1' ? readPoint(document.shares[at] ?? '') : commitmentOf(document),
  );
  return sumPoints([...parts, ...mine.map(readPoint)]);
}

/** The text that goes into the `aggregated` step. */
export function aggregateName(
  question: Question,
  set: readonly SignedContribution[],
  at: number,
  noises: readonly string[],
): string {
  if (question.mode !== 'large-shares') return writePoint(expectedPoint(question, set, at, noises));
  const roots = set.map(({ document }) =>
    document.schema === 'aggregora/large-contribution/1' ? (document.shares[at] ?? '') : '',
  );
  return hex(sha256(utf8('aggregora/large-aggregate/1\0'), canonicalBytes([...roots, noises[at] ?? ''])));
}

/** The text that goes into the completion as `parts`: of an overlap, the hash over both lists. */
export function partsName(question: Question, set: readonly SignedContribution[]): string {
  if (question.mode === 'overlap') {
    const lists = set.map(({ document }) =>
      document.schema === 'aggregora/overlap-contribution/1' ? document.list : '',
    );
    return hex(sha256(utf8('aggregora/overlap-parts/1\0'), canonicalBytes(lists)));
  }
  if (question.mode !== 'large-shares') return writePoint(sumPoints(set.map(({ document }) => commitmentOf(document))));
  const roots = set.map(({ document }) =>
    document.schema === 'aggregora/large-contribution/1' ? [...document.shares] : [],
  );
  return hex(sha256(utf8('aggregora/large-parts/1\0'), canonicalBytes(roots)));
}
