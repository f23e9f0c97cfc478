// Asks several repositories one question whose parts nobody sees: written down, sent, waited for, checked, kept with its evidence.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { b64u, canonicalText, fromB64u } from '../../domain/canonical';
import { SealWorker } from '../../compute-node/seal';
import {
  demandsOf,
  jsonOf,
  lattice,
  partyOf,
  questionId,
  QUESTION_TAG,
  signDocument,
  signerOf,
} from '../../domain/confidential';
import { openAnswer } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { Underway } from '../../wire';
import type { Office } from '../office';
import { passing } from '../passing';
import type { ConfidentialAnswer, ConfidentialAsking, RunView } from './asking';
import { ConfidentialBook, type ConfidentialRecord, type ConfidentialShown } from './book';
import { confidentialEvidence } from './evidence';
import { ConfidentialKeys, registerKey } from './keys';
import { publicPart } from './mandate';
import { openedAnswer, reasons } from './opening';
import { fitFor, planOf, questionOf, requestsFor } from './preparing';
import { publicFit, readFit } from './rounds/evidence';
import { Fitting } from './rounds/fitting';

export type { ConfidentialAnswer, ConfidentialAsking } from './asking';

/** How long one try waits for a run. A million cells take three nodes minutes of noise. */
const PATIENCE_MS = { shares: 300_000, homomorphic: 300_000, overlap: 300_000, 'large-shares': 1_800_000 } as const;

export interface Begun {
  readonly group: string;
  readonly xids: readonly string[];
}

/** Of a searcher's book `B`: keys in `B.confidential.json`, questions in `B.confidential.jsonl`, evidence and large tables below `B.confidential/`. */
export class ConfidentialOffice {
  private readonly own: ConfidentialKeys;
  private readonly worker = new SealWorker();
  private readonly records: ConfidentialBook;
  private readonly settling = new Underway<ConfidentialAnswer>();
  private readonly fitting: Fitting;

  /** Refuses BOOK_IN_USE, BOOK_DAMAGED. */
  constructor(
    private readonly office: Office,
    private readonly base = `${office.settings.bookFile}.confidential`,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.records = ConfidentialBook.open(`${base}.jsonl`);
    this.own = new ConfidentialKeys(`${base}.json`);
    this.fitting = new Fitting(this.records, {
      fitFor: (asking) => fitFor(office, asking),
      begin: (asking, fit) => this.ask(asking, fit),
      bring: (round) => this.bring(round),
      save: (name, bytes) => this.save(name, bytes),
      now,
    });
  }

  /**
   * One combined safe answer with its certificate. Refuses what stopped the run, by its own code (TOO_FEW_REPOSITORIES,
   * ALREADY_ANSWERED, SETS_TOO_CLOSE, NODE_DOWN …) with the blamed; CERTIFICATE_FAILS naming the node that cheated.
   */
  async askConfidentially(asking: ConfidentialAsking): Promise<ConfidentialAnswer> {
    return this.settle((await this.begin(asking)).group);
  }

  /**
   * Signed and written down; nothing is sent yet. A fit begins with its first round, and goes by that round's group; the same fit
   * again in its quarter is the one that was begun. Refuses PERMIT_MISSING, NODE_DOWN, PLAN_NOT_LINEAR.
   */
  async begin(asking: ConfidentialAsking): Promise<Begun> {
    const fit = await fitFor(this.office, asking);
    return fit === undefined ? this.ask(asking) : this.fitting.begin(fit, asking);
  }

  private async ask(
    asking: ConfidentialAsking,
    fit?: { readonly group?: string; readonly most: number },
  ): Promise<Begun> {
    const { office } = this;
    const { keys } = office.settings;
    const hpke = await this.own.hpke();
    await registerKey(office.ledger, keys, hpke.publicKey);
    const demands = demandsOf(await planOf(office, asking));
    const lattices =
      asking.mode === 'homomorphic' ? { seal: await this.own.seal(this.worker), worker: this.worker } : undefined;
    const question = await questionOf(office, asking, demands, hpke, lattices, this.now());
    const signed = signDocument(QUESTION_TAG, question, keys.participant, signerOf(keys.receipt));
    const requests = await requestsFor(office, asking, questionId(question), this.now());
    await office.market.hold(asking, asking.products ?? [], requests);
    const group = v7();
    const part = fit === undefined ? {} : { fit: { group: fit.group ?? group, most: fit.most } };
    this.records.write({ t: 'asked', group, at: this.now(), asking, question: signed, requests, ...part });
    this.enter(this.records.one(group));
    return { group, xids: requests.map(({ xid }) => xid) };
  }

  /**
   * Brings one question to its end, from wherever it stands; called again meanwhile, it is the same settling. What a later
   * try may still bring (a peer that is down) is refused and not written down; any other refusal is the question's end.
   */
  settle(group: string): Promise<ConfidentialAnswer> {
    const whole = this.records.has(group) && this.records.one(group).fit?.group === group;
    return this.settling.of(group, () => (whole ? this.fitting.bring(group) : this.bring(group)));
  }

  /** Questions that a crash or an impatient person left behind. */
  unsettled(): readonly string[] {
    const open = ({ group, evidence, refusal, fit, end }: ConfidentialRecord): boolean =>
      !this.settling.has(group) &&
      // A fit's own question is open until the fit has its end; its other rounds are asked and settled by it.
      (fit === undefined ? evidence === undefined && refusal === undefined : fit.group === group && end === undefined);
    return this.records
      .all()
      .filter(open)
      .map(({ group }) => group);
  }

  /** Goes on once with everything that was begun. */
  async resume(): Promise<void> {
    for (const group of this.unsettled()) {
      await this.settle(group).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    }
  }

  /** What is known of a question by now; undefined for a group that was asked in the clear. */
  record(group: string): ConfidentialShown | undefined {
    if (!this.records.has(group)) return undefined;
    const record = this.records.one(group);
    return record.fit?.group === group ? this.fitting.shown(record) : record;
  }

  /** The fit that a question is a later round of. */
  fitOf(group: string): string | undefined {
    const fit = this.records.has(group) ? this.records.one(group).fit?.group : undefined;
    return fit === group ? undefined : fit;
  }

  /** The kept evidence: level B as it was saved, level A without what opens the answer. Refuses NOT_ANCHORED_YET before there is any. */
  kept(group: string, level: 'A' | 'B'): Uint8Array {
    const evidence = this.record(group)?.evidence;
    if (evidence === undefined) throw new Refusal('NOT_ANCHORED_YET', { group });
    const bytes = new Uint8Array(readFileSync(evidence));
    if (level === 'B') return bytes;
    const fit = readFit(bytes);
    return fit === undefined ? publicPart(bytes) : publicFit(fit);
  }

  /** The kept evidence of this very question, where it was answered before. */
  keptFor({
    mode,
    template,
    repositories,
    parameters,
  }: ConfidentialAsking): ((level: 'A' | 'B') => Uint8Array) | undefined {
    const name = (asking: Omit<ConfidentialAsking, 'purpose'>): string =>
      canonicalText([asking.mode, asking.template, [...asking.repositories].sort(), asking.parameters]);
    const wanted = name({ mode, template, repositories, parameters });
    const found = this.records
      .all()
      .findLast(({ group, asking }) => name(asking) === wanted && this.record(group)?.evidence !== undefined);
    return found && ((level) => this.kept(found.group, level));
  }

  /** One file that proves an answer offline, at level A (public) or B (with the answer). See `verifyConfidential`. */
  async evidence(answer: ConfidentialAnswer, level: 'A' | 'B' = 'B'): Promise<Uint8Array> {
    if (answer.fit === true) return this.kept(answer.group, level);
    const { mode } = answer.transcript.question.document;
    const parameters: lattice.LatticeParameters | undefined =
      mode === 'homomorphic' ? await this.worker.run('parameters') : undefined;
    return confidentialEvidence(this.office.ledger, answer, level, parameters);
  }

  async close(): Promise<void> {
    this.records.close();
    await this.worker.close();
  }

  private async bring(group: string): Promise<ConfidentialAnswer> {
    try {
      const answer = await this.answered(this.records.one(group));
      // Evidence first: an answer that is shown can be proven, also when everything else is gone tomorrow.
      const evidence = this.save(answer.question.slice(7), await this.evidence(answer));
      this.records.write({ t: 'answered', group, body: answer.body, evidence });
      return answer;
    } catch (error) {
      if (error instanceof Refusal && !passing.has(error.code))
        this.records.write({ t: 'refused', group, code: error.code, details: error.details });
      throw error;
    }
  }

  private async answered(record: ConfidentialRecord): Promise<ConfidentialAnswer> {
    const { office } = this;
    const { group, question, asking } = record;
    this.enter(record);
    const seal = asking.mode === 'homomorphic' ? await this.own.seal(this.worker) : undefined;
    const body = {
      question: { ...question, document: jsonOf(question.document) },
      requests: record.requests.map(({ bytes, statement }) => ({ bytes, statement })),
      ...(seal === undefined ? {} : { searcherSealKey: b64u(seal.publicKey) }),
    };
    const id = questionId(question.document);
    const said = await office.exchange.json<{ id: string }>('/v1/confidential', { json: body });
    if (said.id !== id) throw new Refusal('PEER_UNREADABLE');
    const run = await this.ended(id, PATIENCE_MS[question.document.mode]);
    await this.receipts(run);
    if (run.state === 'STOPPED')
      throw new Refusal(run.refusal ?? 'COMPUTATION_STOPPED', {
        computation: id,
        blamed: [...run.blamed],
        ...reasons(run),
      });
    const planned = await planOf(office, asking);
    const hpke = await this.own.hpke();
    const table = this.file(id.slice(7), 'csv');
    return openedAnswer({ office, worker: this.worker, question, run, planned, hpke, seal, group, table });
  }

  /** The requests are exchange records like any other: in the book before they are sent. */
  private enter({ group, at, requests }: ConfidentialRecord): void {
    const { book } = this.office;
    const known = new Set(book.all().map(({ xid }) => xid));
    for (const { xid, bytes, statement } of requests)
      if (!known.has(xid)) book.write({ t: 'request', xid, group, at, bytes, statement });
  }

  private save(name: string, bytes: Uint8Array): string {
    const file = this.file(name, 'json');
    writeFileSync(`${file}.new`, bytes, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return file;
  }

  /** Below `B.confidential/`. */
  private file(name: string, extension: 'json' | 'csv'): string {
    mkdirSync(this.base, { recursive: true, mode: 0o700 });
    return join(this.base, `${name}.${extension}`);
  }

  private async ended(id: string, patienceMs: number): Promise<RunView> {
    const path = `/v1/confidential/${encodeURIComponent(id)}?wait=20`;
    for (const end = this.now() + patienceMs; ;) {
      const run = await this.office.exchange.json<RunView>(path, { timeoutMs: 90_000 });
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
}
