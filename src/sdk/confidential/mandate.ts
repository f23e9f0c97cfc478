// What an auditor under mandate adds to confidential evidence: each node's seed, from which its noise is derived again offline.
import { questionId, type Transcript } from '../../domain/confidential';
import { canonicalBytes, readCanonical, type Json } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import type { Client } from '../../wire';
import { EVIDENCE_LIMIT, EVIDENCE_SCHEMA } from './evidence';

export interface NodeSeed {
  readonly node: string;
  /** base64url, 32 bytes. */
  readonly seed: string;
  /** Overlap: the exponents that the node was owed, by the repository whose list each goes into. */
  readonly owed?: Readonly<Record<string, string>>;
}

/** Asks each of the three nodes under an appointment that stands on the ledger. Refuses NOT_YOURS, COMPUTATION_UNKNOWN, PEER_DOWN. */
export async function seedsUnder(
  appointment: string,
  { question }: Pick<Transcript, 'question'>,
  clientOf: (node: string) => Promise<Client>,
): Promise<readonly NodeSeed[]> {
  const path = `/v1/computations/${encodeURIComponent(questionId(question.document))}/seed`;
  const seeds: NodeSeed[] = [];
  // One after the other: the first call puts our TLS key on the ledger, the others find it there.
  for (const node of question.document.nodes) {
    const client = await clientOf(node);
    seeds.push({ node, ...(await client.json<Omit<NodeSeed, 'node'>>(path, { json: { appointment } })) });
  }
  return seeds;
}

/** Level A or B evidence with the seeds: level C. For the auditor alone, because seeds and answer give the exact sum. */
export function withSeeds(evidence: Uint8Array, seeds: readonly NodeSeed[]): Uint8Array {
  const bundle = opened(evidence);
  return canonicalBytes({ ...bundle, level: 'C', seeds: seeds as unknown as Json }, EVIDENCE_LIMIT);
}

/** The same evidence without what opens the answer: anyone may have it. */
export function publicPart(evidence: Uint8Array): Uint8Array {
  const {
    answer: _answer,
    openings: _openings,
    overlap: _overlap,
    sums: _sums,
    seeds: _seeds,
    ...rest
  } = opened(evidence);
  return canonicalBytes({ ...rest, level: 'A', body: null }, EVIDENCE_LIMIT);
}

/** The transcript inside. Refuses EVIDENCE_OTHER. */
export const transcriptIn = (evidence: Uint8Array): Transcript =>
  opened(evidence)['transcript'] as unknown as Transcript;

function opened(evidence: Uint8Array): Record<string, Json> {
  const bundle = readCanonical(evidence, EVIDENCE_LIMIT) as unknown as Record<string, Json>;
  if (bundle['schema'] !== EVIDENCE_SCHEMA) throw new Refusal('EVIDENCE_OTHER');
  return bundle;
}
