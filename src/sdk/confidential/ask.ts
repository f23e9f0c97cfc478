// Asks several repositories one question whose parts nobody sees, checks the certificate, and gives one safe answer.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { b64u, canonicalText, fromB64u, type Json, type JsonObject } from '../../domain/canonical';
import { SealWorker } from '../../compute-node/seal';
import {
  agreedSet,
  certificatesOf,
  combine,
  completionOf,
  contributionId,
  demandsOf,
  EPOCH_STREAM,
  epochOf,
  jsonOf,
  lattice,
  openRelease,
  partyOf,
  questionId,
  QUESTION_TAG,
  readQuestion,
  registeredKey,
  setRoot,
  signDocument,
  signerOf,
  stepOf,
  verifierOf,
  verifyAnswer,
  verifyPublic,
  type Chain,
  type Demands,
  type EnvelopeKeys,
  type Failure,
  type Opening,
  type Question,
  type Release,
  type Signed,
  type SignedContribution,
  type Transcript,
} from '../../domain/confidential';
import { elementId } from '../../domain/elements';
import { ledgerKeys } from '../../domain/ledger';
import { makeRequest, openAnswer } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { bind, plan, readTemplate, templateId } from '../../domain/templates';
import type { Plan } from '../../domain/templates/plan';
import type { Office } from '../office';
import { ConfidentialKeys, registerKey, type SealKeys } from './keys';
import { safeBody } from './answer';
import { confidentialEvidence } from './evidence';

export interface ConfidentialAsking {
  readonly mode: 'shares' | 'homomorphic';
  readonly template: string;
  readonly repositories: readonly string[];
  readonly parameters: JsonObject;
  readonly purpose: string;
  /** Fewest repositories whose sum may be opened; three by default and at the nodes. */
  readonly minRepositories?: number;
  /** How long data ends may take, in milliseconds. */
  readonly withinMs?: number;
  /** Three nodes by name; the first three of three organisations by default. */
  readonly nodes?: readonly string[];
}

export interface NodeOpeningShown {
  readonly node: string;
  readonly opening: Opening;
}

export interface ConfidentialAnswer {
  readonly question: string;
  readonly group: string;
  /** The safe answer: cells and label. */
  readonly body: Json;
  readonly repositories: readonly {
    readonly repository: string;
    readonly xid: string;
    readonly state: string;
    readonly code: string | null;
  }[];
  readonly transcript: Transcript;
  /** Noisy sums as combined, before any rounding for people: what the certificate certifies. */
  readonly opening: Opening;
  readonly openings: readonly NodeOpeningShown[];
  readonly ciphertexts: readonly Uint8Array[];
  /** What levels A and B found; both empty, or this would have been a refusal. */
  readonly checks: { readonly public: readonly Failure[]; readonly certificate: readonly Failure[] };
}

interface RunPart {
  readonly xid: string;
  readonly repository: string;
  readonly owner: string;
  readonly state: string;
  readonly refusal: string | null;
  readonly contribution: SignedContribution | null;
  readonly answer: { readonly bytes: string; readonly statement: string } | null;
}
interface RunView {
  readonly state: 'COLLECTING' | 'COMPUTING' | 'COMPLETE' | 'STOPPED';
  readonly chains: readonly Chain[] | null;
  readonly signatures: readonly { readonly by: string; readonly signature: string }[] | null;
  readonly outputs: readonly string[] | null;
  readonly refusal: string | null;
  readonly blamed: readonly string[];
  readonly parts: readonly RunPart[];
}

const WITHIN_MS = 60_000;
const PATIENCE_MS = 300_000;
const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

export class ConfidentialOffice {
  private readonly own: ConfidentialKeys;
  private readonly worker = new SealWorker(60_000);

  /** `keysFile`: where the searcher's HPKE seed and SEAL pair are kept; beside its other keys. */
  constructor(
    private readonly office: Office,
    keysFile: string,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.own = new ConfidentialKeys(keysFile);
  }

  /**
   * One combined safe answer with its certificate. Refuses what stopped the run, by its own code (TOO_FEW_REPOSITORIES,
   * ALREADY_ANSWERED, SETS_TOO_CLOSE, NODE_DOWN …) with the blamed; CERTIFICATE_FAILS naming the node that cheated.
   */
  async askConfidentially(asking: ConfidentialAsking): Promise<ConfidentialAnswer> {
    const { keys } = this.office.settings;
    const hpke = await this.own.hpke();
    await registerKey(this.office.ledger, keys, hpke.publicKey);
    const planned = await this.plan(asking);
    const demands = demandsOf(planned);
    const seal = asking.mode === 'homomorphic' ? await this.own.seal(this.worker) : undefined;
    const question = await this.question(asking, demands, hpke, seal);
    const signed = signDocument(QUESTION_TAG, question, keys.participant, signerOf(keys.receipt));
    const { group, requests } = await this.requests(asking, questionId(question));
    const searcherSealKey = seal === undefined ? {} : { searcherSealKey: b64u(seal.publicKey) };
    const body = { question: { ...signed, document: jsonOf(question) }, requests, ...searcherSealKey };
    const { id } = await this.office.exchange.json<{ id: string }>('/v1/confidential', { json: body });
    if (id !== questionId(question)) throw new Refusal('PEER_UNREADABLE');
    const run = await this.ended(id);
    await this.receipts(run);
    if (run.state === 'STOPPED')
      throw new Refusal(run.refusal ?? 'COMPUTATION_STOPPED', {
        computation: id,
        blamed: [...run.blamed],
        ...reasons(run),
      });
    return this.answer({ question: signed, run, planned, demands, hpke, seal, group });
  }

  /** One file that proves an answer offline, at level A (public) or B (with the answer). See `verifyConfidential`. */
  async evidence(answer: ConfidentialAnswer, level: 'A' | 'B' = 'B'): Promise<Uint8Array> {
    const { mode } = answer.transcript.question.document;
    const parameters = mode === 'homomorphic' ? await this.worker.run('parameters') : undefined;
    return confidentialEvidence(this.office.ledger, answer, level, parameters);
  }

  close(): Promise<void> {
    return this.worker.close();
  }

  private async plan({ template, parameters }: ConfidentialAsking): Promise<Plan> {
    const entry = await this.office.catalogue.template(template);
    const document = readTemplate(entry.document);
    const element = entry.elementDocument;
    if (templateId(document) !== template || element === undefined || elementId(element) !== document.element)
      throw new Refusal('PEER_UNREADABLE', { template });
    return plan(document, element, bind(document, element, parameters));
  }

  private async question(
    asking: ConfidentialAsking,
    demands: Demands,
    hpke: EnvelopeKeys,
    seal: SealKeys | undefined,
  ): Promise<Question> {
    const nodes = asking.nodes ?? (await this.chooseNodes());
    const cutOff = this.now() + (asking.withinMs ?? WITHIN_MS);
    const epoch = epochOf(cutOff);
    const least = Math.max(2, asking.minRepositories ?? 3);
    const { template, binding, plan: planName, cells, bound, noiseScale } = demands;
    const lattices =
      seal === undefined
        ? {}
        : {
            searcherSealKey: lattice.ciphertextHash(seal.publicKey),
            collectiveKey: lattice.ciphertextHash(await this.collective(epoch, nodes)),
          };
    return readQuestion({
      schema: 'aggregora/confidential-question/1',
      computation: v7(),
      template,
      binding,
      plan: planName,
      epoch,
      mode: asking.mode,
      cells,
      bound,
      noiseScale,
      minRepositories: least,
      floor: 2,
      nodes: [...nodes],
      searcher: this.office.settings.keys.participant,
      searcherKey: b64u(hpke.publicKey),
      ...lattices,
      cutOff,
    });
  }

  /** The first three answering nodes of three organisations, none of them our own. Refuses NODE_DOWN. */
  private async chooseNodes(): Promise<readonly string[]> {
    const { items } = await this.office.exchange.json<{ items: readonly { participant: string }[] }>(
      '/v1/confidential/nodes',
      { open: true },
    );
    const self = await partyOf(this.office.ledger, this.office.settings.keys.participant);
    const [seen, chosen] = [new Set([self.organisation]), [] as string[]];
    for (const { participant } of items) {
      const party = await partyOf(this.office.ledger, participant);
      if (chosen.length === 3 || seen.has(party.organisation) || !party.roles.includes('compute-node')) continue;
      seen.add(party.organisation);
      chosen.push(participant);
    }
    if (chosen.length < 3) throw new Refusal('NODE_DOWN', { found: chosen.length, needed: 3 });
    return chosen;
  }

  private async collective(epoch: string, nodes: readonly string[]): Promise<Uint8Array> {
    const path = `/v1/confidential/epochs/${epoch}?nodes=${nodes.join(',')}`;
    const { shares } = await this.office.exchange.json<{ shares: readonly string[] }>(path, { timeoutMs: 90_000 });
    const revealed = await Promise.all(
      nodes.map(async (node, at) => {
        const entry = await this.office.ledger.read(ledgerKeys.hash(EPOCH_STREAM, node, epoch));
        const found = entry?.value['hash'];
        const commitment = typeof found === 'string' ? found : '';
        return { node, commitment, share: fromB64u(shares[at] ?? '') };
      }),
    );
    return lattice.collectiveKey(epoch, revealed, await this.worker.run('parameters'));
  }

  /** Written down before they are sent, like every request. Refuses PERMIT_MISSING. */
  private async requests({ template, repositories, parameters, purpose }: ConfidentialAsking, question: string) {
    const { keys } = this.office.settings;
    const group = v7();
    const permits = await this.office.catalogue.permits({ template });
    const sealed = canonicalText({ schema: 'aggregora/confidential-request/1', question, parameters });
    const requests = [];
    for (const repository of repositories) {
      const fits = permits.find(
        ({ repository: at, state, document }) =>
          at === repository &&
          state === 'granted' &&
          document.purposes.some((one) => one === purpose) &&
          document.until > this.now(),
      );
      if (fits === undefined) throw new Refusal('PERMIT_MISSING', { repository });
      const { owner } = await this.office.catalogue.repository(repository);
      const xid = v7();
      const at = this.now();
      const fields = { xid, from: keys.participant, to: owner, repository, template, permit: fits.id, purpose };
      const { bytes, statement } = makeRequest(
        { ...fields, mode: 'sealed', parameters: sealed, salt: b64u(random(32)), issuedAt: at } as Parameters<
          typeof makeRequest
        >[0],
        keys.receipt,
      );
      this.office.book.write({ t: 'request', xid, group, at, bytes: b64u(bytes), statement });
      requests.push({ bytes: b64u(bytes), statement });
    }
    return { group, requests };
  }

  private async ended(id: string): Promise<RunView> {
    const path = `/v1/confidential/${encodeURIComponent(id)}?wait=20`;
    for (const end = this.now() + PATIENCE_MS; ;) {
      const run = await this.office.exchange.json<RunView>(path, { timeoutMs: 40_000 });
      if (run.state === 'COMPLETE' || run.state === 'STOPPED') return run;
      if (this.now() > end) throw new Refusal('STILL_WAITING', { computation: id });
    }
  }

  /** Each repository's M2 is checked and acknowledged as in the clear, whatever became of the sum. */
  private async receipts(run: RunView): Promise<void> {
    for (const { xid, owner, answer } of run.parts) {
      if (answer === null) continue;
      const message = { bytes: fromB64u(answer.bytes), statement: answer.statement };
      const { certificate } = await partyOf(this.office.ledger, owner);
      const record = this.office.book.one(xid);
      openAnswer(message, record.request.bytes, certificate);
      if (record.answer === undefined)
        this.office.book.write({ t: 'answer', xid, bytes: answer.bytes, statement: answer.statement });
      await this.office.searcher.settle(xid);
    }
  }

  private async answer(given: {
    readonly question: Signed<Question>;
    readonly run: RunView;
    readonly planned: Plan;
    readonly demands: Demands;
    readonly hpke: EnvelopeKeys;
    readonly seal: SealKeys | undefined;
    readonly group: string;
  }): Promise<ConfidentialAnswer> {
    const { question, run, planned, demands, hpke, seal, group } = given;
    const contributions = run.parts.flatMap(({ contribution }) => (contribution === null ? [] : [contribution]));
    this.mustBeReceipted(run);
    const chains = run.chains ?? [];
    const document = completionOf(question.document, contributions, chains);
    const completion = { document, signatures: run.signatures ?? [] };
    const transcript: Transcript = { question, contributions, chains, completion };
    const ciphertexts = seal === undefined ? [] : await this.ciphertexts(transcript);
    const failures = verifyPublic(transcript, {
      verify: verifierOf(await certificatesOf(this.office.ledger, question.document, contributions)),
      registered: await registeredKey(this.office.ledger, question.document.searcher),
      ...(seal === undefined ? {} : { ciphertexts, parameters: await this.worker.run('parameters') }),
    });
    refuseWhen(failures, 'TRANSCRIPT_WRONG');
    const { opening, openings } =
      seal === undefined
        ? await this.openShares(transcript, run, hpke)
        : { opening: await this.decrypt(transcript, run, seal, ciphertexts), openings: [] };
    const certificate = verifyAnswer(transcript, opening, openings, random);
    refuseWhen(certificate, 'CERTIFICATE_FAILS');
    const set = agreedSet(transcript);
    return {
      question: questionId(question.document),
      group,
      body: safeBody(planned, demands, question.document, opening.cells, set.length),
      repositories: run.parts.map(({ repository, xid, state, refusal, answer }) => ({
        repository,
        xid,
        state,
        code: refusal ?? (state === 'REFUSED' && answer !== null ? codeIn(answer.bytes) : null),
      })),
      transcript,
      opening,
      openings,
      ciphertexts,
      checks: { public: failures, certificate },
    };
  }

  /** A contribution counts only when its own data end's signed answer names it. */
  private mustBeReceipted(run: RunView): void {
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

  private async openShares(transcript: Transcript, run: RunView, hpke: EnvelopeKeys) {
    const { document } = transcript.question;
    const root = setRoot(agreedSet(transcript));
    const parts = [];
    for (const [at, node] of document.nodes.entries()) {
      const release = JSON.parse(Buffer.from(fromB64u(run.outputs?.[at] ?? '')).toString('utf8')) as Release;
      if (release.node !== node) throw new Refusal('QUESTION_MISMATCH', { node });
      const opening = await openRelease(document, release, root, hpke);
      const chain = transcript.chains.find((one) => one.node === node);
      parts.push({ node, opening, noise: (chain && stepOf(chain, 'noised')?.body.commitment) ?? '' });
    }
    return { opening: combine(parts), openings: parts.map(({ node, opening }) => ({ node, opening })) };
  }

  private async decrypt(
    transcript: Transcript,
    run: RunView,
    seal: SealKeys,
    ciphertexts: readonly Uint8Array[],
  ): Promise<Opening> {
    const parameters = await this.worker.run('parameters');
    const [a, b, c] = (run.outputs ?? []).map((text) => fromB64u(text));
    if (a === undefined || b === undefined || c === undefined) throw new Refusal('PEER_UNREADABLE');
    const sum = lattice.addCiphertexts(ciphertexts, parameters);
    const switched = lattice.switchedSum(sum, [a, b, c], parameters);
    return lattice.fromSlots(
      await this.worker.run('decrypt', seal.secret, switched),
      transcript.question.document.cells,
    );
  }

  /** Deposits in order of the set, then the nodes' noises. */
  private async ciphertexts(transcript: Transcript): Promise<readonly Uint8Array[]> {
    const path = `/v1/confidential/${encodeURIComponent(questionId(transcript.question.document))}/ciphertexts`;
    const { deposits, noises } = await this.office.exchange.json<{
      deposits: Record<string, string>;
      noises: readonly string[];
    }>(path, { timeoutMs: 90_000 });
    const ordered = agreedSet(transcript).map(({ document }) => deposits[document.repository] ?? '');
    return [...ordered, ...noises].map((text) => fromB64u(text));
  }
}

function refuseWhen(failures: readonly Failure[], code: string): void {
  const [first] = failures;
  if (first === undefined) return;
  const blamed = failures.flatMap(({ party }) => (party === undefined ? [] : [party]));
  throw new Refusal(code, { code: first.code, blamed });
}

/** Why repositories took no part, as `repository: CODE`. */
const reasons = (run: RunView): { missing?: readonly string[] } => {
  const missing = run.parts.flatMap(({ repository, refusal, answer, state }) =>
    state === 'CONTRIBUTED' ? [] : [`${repository}: ${refusal ?? (answer === null ? state : codeIn(answer.bytes))}`],
  );
  return missing.length === 0 ? {} : { missing };
};

const codeIn = (bytes: string): string =>
  (JSON.parse(Buffer.from(fromB64u(bytes)).toString('utf8')) as { answer?: { code?: string } }).answer?.code ?? '';
