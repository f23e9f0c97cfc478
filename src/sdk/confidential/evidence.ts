// Puts a confidential answer into one file that proves it offline: transcript, ledger proofs, and what opens the certificate.
import { b64u, canonicalBytes, hex, type Json } from '../../domain/canonical';
import { KEY_STREAM, type large, lattice, overlap, ownerOf, partyOf, type Opening } from '../../domain/confidential';
import { thumbprint } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger, LedgerProof } from '../../domain/ledger/port';
import type { ConfidentialAnswer } from './asking';

export const EVIDENCE_SCHEMA = 'aggregora/confidential-evidence/1';
/** Bytes; a hundred deposits of mode H fit, and three sums of 1.4 million cells. */
export const EVIDENCE_LIMIT = 64 * 1_048_576;

/** `level` A leaves the answer out: anyone may have it. B holds the noisy sums and, in mode S, each node's, so that a cheat is named; in large form only each node's. */
export async function confidentialEvidence(
  ledger: Ledger,
  answer: ConfidentialAnswer,
  level: 'A' | 'B',
  parameters?: lattice.LatticeParameters,
): Promise<Uint8Array> {
  const { transcript, question } = answer;
  const { document } = transcript.question;
  const keys = new Set<string>();
  const party = async (participant: string): Promise<void> => {
    keys.add(ledgerKeys.participant(participant));
    keys.add(ledgerKeys.certificate(thumbprint((await partyOf(ledger, participant)).certificate)));
  };
  for (const participant of [document.searcher, ...document.nodes]) await party(participant);
  for (const { document: one } of transcript.contributions) {
    keys.add(ledgerKeys.repository(one.repository));
    await party(await ownerOf(ledger, one.repository));
  }
  const [entry] = await ledger.list(ledgerKeys.hash(KEY_STREAM, document.searcher, ''));
  if (entry !== undefined) keys.add(entry.key);
  for (const node of document.nodes) keys.add(ledgerKeys.step(question.slice(7), node, 'completion'));
  const proofs: Record<string, LedgerProof> = {};
  for (const key of keys) proofs[key] = await ledger.prove(key);
  const opened =
    level === 'A'
      ? {}
      : answer.sums !== undefined
        ? { sums: answer.sums.map(sumText) }
        : {
            answer: textOf(answer.opening),
            openings: answer.openings.map(({ node, opening }) => ({ node, opening: textOf(opening) })),
            ...(answer.revealed === undefined ? {} : { overlap: overlap.revealedText(answer.revealed) }),
          };
  const lattices =
    parameters === undefined
      ? {}
      : { ciphertexts: answer.ciphertexts.map(b64u), parameters: parametersText(parameters) };
  const bundle = {
    schema: EVIDENCE_SCHEMA,
    level,
    transcript,
    proofs,
    body: level === 'A' ? null : answer.body,
    ...opened,
    ...lattices,
  };
  return canonicalBytes(bundle as unknown as Json, EVIDENCE_LIMIT);
}

/** A large sum as bytes: three of a million cells are 34 MB of text. */
const sumText = ({ node, sum, mask }: large.LargeSum) => ({
  node,
  sum: b64u(new Uint8Array(sum.buffer, sum.byteOffset, sum.byteLength)),
  mask: b64u(mask),
});

const textOf = ({ cells, blinding }: Opening) => ({ cells: cells.map(String), blinding: String(blinding) });

const parametersText = (parameters: lattice.LatticeParameters) => ({
  moduli: parameters.moduli.map(String),
  plainModulus: String(parameters.plainModulus),
  cipherHeader: hex(parameters.cipherHeader),
  publicKeyHeader: hex(parameters.publicKeyHeader),
  secretKeyHeader: hex(parameters.secretKeyHeader),
});
