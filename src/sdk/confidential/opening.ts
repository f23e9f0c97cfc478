// From an ended run to an answer: level A, then the nodes' sealed parts are opened, then the certificate; the answer only if all hold.
import { randomBytes } from 'node:crypto';
import { fromB64u } from '../../domain/canonical';
import {
  agreedSet,
  certificatesOf,
  combine,
  completionOf,
  contributionId,
  demandsOf,
  large,
  lattice,
  openRelease,
  questionId,
  registeredKey,
  releaseHash,
  setRoot,
  stepOf,
  verifierOf,
  verifyAnswer,
  verifyLargeAnswer,
  verifyPublic,
  type EnvelopeKeys,
  type Failure,
  type Opening,
  type Question,
  type Release,
  type Signed,
  type Transcript,
} from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import type { SumsPlan } from '../../domain/templates/plan';
import type { SealWorker } from '../../compute-node/seal';
import type { Office } from '../office';
import { largeBody, safeBody } from './answer';
import type { ConfidentialAnswer, RunView } from './asking';
import type { SealKeys } from './keys';
import { openedOverlap, overlapBody } from './overlap';

export interface Ended {
  readonly office: Office;
  readonly worker: SealWorker;
  readonly question: Signed<Question>;
  readonly run: RunView;
  readonly planned: SumsPlan;
  readonly hpke: EnvelopeKeys;
  /** Mode H. */
  readonly seal: SealKeys | undefined;
  readonly group: string;
  /** Large form: the file that all rows go to. */
  readonly table: string;
}

type Opened = Pick<ConfidentialAnswer, 'opening' | 'openings' | 'sums'>;

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

/** Refuses TRANSCRIPT_WRONG and CERTIFICATE_FAILS with the fault and the blamed. */
export async function openedAnswer(ended: Ended): Promise<ConfidentialAnswer> {
  const { office, worker, question, run, planned, hpke, seal, group, table } = ended;
  const contributions = run.parts.flatMap(({ contribution }) => (contribution === null ? [] : [contribution]));
  mustBeReceipted(run);
  const chains = run.chains ?? [];
  const isLarge = question.document.mode === 'large-shares';
  const said = isLarge ? { fingerprints: run.fingerprints ?? [] } : {};
  const document = completionOf(question.document, contributions, chains, said.fingerprints);
  const completion = { document, signatures: run.signatures ?? [] };
  const crossings = run.parts.flatMap(({ crossing }) => (crossing === undefined ? [] : [crossing]));
  const more = crossings.length === 0 ? {} : { crossings };
  const transcript: Transcript = { question, contributions, chains, completion, ...more, ...said };
  const ciphertexts = seal === undefined ? [] : await ciphertextsOf(office, transcript);
  const failures = verifyPublic(transcript, {
    verify: verifierOf(await certificatesOf(office.ledger, question.document, contributions)),
    registered: await registeredKey(office.ledger, question.document.searcher),
    ...(seal === undefined ? {} : { ciphertexts, parameters: await worker.run('parameters') }),
  });
  refuseWhen(failures, 'TRANSCRIPT_WRONG');
  mustBeRecorded(transcript, run, seal !== undefined);
  const shared = {
    question: questionId(question.document),
    group,
    repositories: run.parts.map(({ repository, xid, state, refusal, answer }) => ({
      repository,
      xid,
      state,
      code: refusal ?? (state === 'REFUSED' && answer !== null ? codeIn(answer.bytes) : null),
    })),
  };
  const checks = { public: failures, certificate: [] as readonly Failure[] };
  if (question.document.mode === 'overlap') {
    const found = await openedOverlap(transcript, releasesOf(run), setRoot(agreedSet(transcript)), hpke);
    refuseWhen(found.failures, 'CERTIFICATE_FAILS');
    const opening = { cells: [found.count], blinding: 0n };
    const body = overlapBody(planned, question.document, found.count);
    return { ...shared, body, transcript, opening, openings: [], ciphertexts, revealed: found.revealed, checks };
  }
  const opened: Opened = isLarge
    ? await openSums(transcript, run, hpke)
    : seal === undefined
      ? await openShares(transcript, run, hpke)
      : { opening: await decrypted(transcript, run, seal, worker, ciphertexts), openings: [] };
  const certificate =
    opened.sums !== undefined
      ? verifyLargeAnswer(transcript, opened.sums)
      : verifyAnswer(transcript, opened.opening, opened.openings, random);
  refuseWhen(certificate, 'CERTIFICATE_FAILS');
  const repositories = agreedSet(transcript).length;
  const combined = { plan: planned, demands: demandsOf(planned), question: question.document, repositories };
  const body =
    opened.sums !== undefined
      ? await largeBody({ ...combined, cells: large.combineLarge(opened.sums) }, table)
      : safeBody({ ...combined, cells: opened.opening.cells });
  return { ...shared, body, transcript, ...opened, ciphertexts, checks: { ...checks, certificate } };
}

/** A contribution counts only when its own data end's signed answer names it. */
function mustBeReceipted(run: RunView): void {
  for (const { contribution, answer, repository } of run.parts) {
    if (contribution === null) continue;
    const said =
      answer === null
        ? undefined
        : (JSON.parse(Buffer.from(fromB64u(answer.bytes)).toString('utf8')) as {
            answer?: { contribution?: unknown };
          });
    if (said?.answer?.contribution !== contributionId(contribution.document))
      throw new Refusal('TRANSCRIPT_WRONG', { code: 'CONTRIBUTION_UNRECEIPTED', party: repository });
  }
}

/** What came is what the node recorded as sealed: else it was changed on the way, or by the node; nobody is blamed for it. */
function mustBeRecorded({ question, chains }: Transcript, run: RunView, homomorphic: boolean): void {
  for (const [at, node] of question.document.nodes.entries()) {
    const hash = homomorphic
      ? lattice.ciphertextHash(fromB64u(run.outputs?.[at] ?? ''))
      : releaseHash(releaseIn(run, at));
    const chain = chains.find((one) => one.node === node);
    if (hash !== (chain && stepOf(chain, 'sealed')?.body.output))
      throw new Refusal('TRANSCRIPT_WRONG', { code: 'OUTPUT_DIFFERS', at: node, blamed: [] });
  }
}

const releasesOf = (run: RunView): readonly Release[] =>
  (run.outputs ?? []).map((text) => JSON.parse(Buffer.from(fromB64u(text)).toString('utf8')) as Release);

async function openShares(transcript: Transcript, run: RunView, hpke: EnvelopeKeys) {
  const { document } = transcript.question;
  const root = setRoot(agreedSet(transcript));
  const parts = [];
  for (const [at, node] of document.nodes.entries()) {
    const release = releaseIn(run, at);
    if (release.node !== node) throw new Refusal('QUESTION_MISMATCH', { node });
    const opening = await openRelease(document, release, root, hpke);
    const chain = transcript.chains.find((one) => one.node === node);
    parts.push({ node, opening, noise: (chain && stepOf(chain, 'noised')?.body.commitment) ?? '' });
  }
  return { opening: combine(parts), openings: parts.map(({ node, opening }) => ({ node, opening })) };
}

/** Large form: the nodes' sums as they are, never a million big integers. */
async function openSums(transcript: Transcript, run: RunView, hpke: EnvelopeKeys): Promise<Opened> {
  const { document } = transcript.question;
  const sums: large.LargeSum[] = [];
  for (const [at, node] of document.nodes.entries()) {
    const release = releaseIn(run, at);
    if (release.node !== node || release.setRoot !== setRoot(agreedSet(transcript)))
      throw new Refusal('QUESTION_MISMATCH', { node });
    sums.push(await large.openLarge(document, release, hpke));
  }
  return { opening: { cells: [], blinding: 0n }, openings: [], sums };
}

const releaseIn = (run: RunView, at: number): Release =>
  JSON.parse(Buffer.from(fromB64u(run.outputs?.[at] ?? '')).toString('utf8')) as Release;

async function decrypted(
  transcript: Transcript,
  run: RunView,
  seal: SealKeys,
  worker: SealWorker,
  ciphertexts: readonly Uint8Array[],
): Promise<Opening> {
  const parameters = await worker.run('parameters');
  const [a, b, c] = (run.outputs ?? []).map((text) => fromB64u(text));
  if (a === undefined || b === undefined || c === undefined) throw new Refusal('PEER_UNREADABLE');
  const sum = lattice.addCiphertexts(ciphertexts, parameters);
  const switched = lattice.switchedSum(sum, [a, b, c], parameters);
  return lattice.fromSlots(await worker.run('decrypt', seal.secret, switched), transcript.question.document.cells);
}

/** Deposits in order of the set, then the nodes' noises. */
async function ciphertextsOf(office: Office, transcript: Transcript): Promise<readonly Uint8Array[]> {
  const path = `/v1/confidential/${encodeURIComponent(questionId(transcript.question.document))}/ciphertexts`;
  const { deposits, noises } = await office.exchange.json<{
    deposits: Record<string, string>;
    noises: readonly string[];
  }>(path, { timeoutMs: 90_000 });
  const ordered = agreedSet(transcript).map(({ document }) => deposits[document.repository] ?? '');
  return [...ordered, ...noises].map((text) => fromB64u(text));
}

function refuseWhen(failures: readonly Failure[], code: string): void {
  const [first] = failures;
  if (first === undefined) return;
  const blamed = failures.flatMap(({ party }) => (party === undefined ? [] : [party]));
  throw new Refusal(code, { code: first.code, blamed });
}

/** Why repositories took no part, as `repository: CODE`. */
export const reasons = (run: RunView): { missing?: readonly string[] } => {
  const missing = run.parts.flatMap(({ repository, refusal, answer, state }) =>
    state === 'CONTRIBUTED' ? [] : [`${repository}: ${refusal ?? (answer === null ? state : codeIn(answer.bytes))}`],
  );
  return missing.length === 0 ? {} : { missing };
};

const codeIn = (bytes: string): string =>
  (JSON.parse(Buffer.from(fromB64u(bytes)).toString('utf8')) as { answer?: { code?: string } }).answer?.code ?? '';
