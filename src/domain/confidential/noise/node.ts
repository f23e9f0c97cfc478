// A node's whole noise vector: drawn from a seed, committed, and derivable again by an auditor who is shown the seed.
import { hex, sha256, utf8 } from '../../canonical';
import { parseRational } from '../../safe-answers/rational';
import { commit, wideScalar, WIDE, type Opening, type Point } from '../certificate';
import { stretch, stream } from '../shares/expand';
import { noiseShare } from './polya';

export interface NodeNoise extends Opening {
  readonly commitment: Point;
  /** SHA-256 of the seed, bound to question and node: what goes on record. */
  readonly seedHash: string;
}

export const seedHash = (question: string, node: string, seed: Uint8Array): string =>
  hex(sha256(utf8(`aggregora/noise-seed/1|${question}|${node}\0`), seed));

/** `none` is the exact sum, which only a test build may ask for; otherwise scale = sensitivity/epsilon. */
export function drawNoise(scale: string, count: number, random: (bytes: number) => Uint8Array): bigint[] {
  if (scale === 'none') return new Array<bigint>(count).fill(0n);
  const draw = noiseShare(parseRational(scale));
  return Array.from({ length: count }, () => draw(random));
}

/** Noise, blinding and commitment of a 32-byte seed: the same for whoever holds it (audit level C). */
export function nodeNoise(question: string, node: string, scale: string, count: number, seed: Uint8Array): NodeNoise {
  const cells = drawNoise(scale, count, stream(`aggregora/noise/1|${question}|${node}`, seed));
  const blinding = wideScalar(stretch(`aggregora/noise-blinding/1|${question}|${node}`, seed, WIDE));
  return { cells, blinding, commitment: commit({ cells, blinding }), seedHash: seedHash(question, node, seed) };
}
