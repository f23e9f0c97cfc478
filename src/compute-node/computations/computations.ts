// A computation at this node: take in, verify, noise, sum, seal, sign, release. Each move is stored before it is answered, and may be asked twice.
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { b64u, canonicalBytes, fromB64u, hex, sha256, utf8, type Json } from '../../domain/canonical';
import {
  append,
  begin,
  beginLarge,
  completionOf,
  finishDeposits,
  finishShares,
  jsonOf,
  large,
  lattice,
  mod,
  newChain,
  overlap,
  questionId,
  registeredKey,
  setRoot,
  signCompletion,
  signDocument,
  signerOf,
  stepOf,
  unsignedBy,
  VERDICT_TAG,
  verifyShares,
  checkChain,
  DELIVERY_BYTES,
  type AnsweredSet,
  type Chain,
  type Delivery,
  type EnvelopeKeys,
  type Excluded,
  type LargeContribution,
  type NodeNoise,
  type NodeSetting,
  type Release,
  type ShareContribution,
  type Signed,
  type SignedVerdict,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Underway, type Keyring } from '../../wire';
import { Epochs } from '../epochs/epochs';
import { Evidence } from '../evidence';
import { HPKE, KEYRING, LEDGER, PROGRAM, WRAPPING } from '../keys';
import { LargeNoises } from '../noise';
import { unwrap, wrap } from '../secrets';
import { NODE_SETTINGS, type ComputeNodeSettings } from '../settings';
import { Admission } from './admission';
import { Computation, SealedPart } from './entities';
import { excludedBy, mustBeOwn, mustBeSealed, mustHold, passing } from './stages';
import { Turns } from './turns';

@Injectable()
export class Computations {
  private readonly log = new Logger(Computations.name);
  private readonly turning = new Underway<{ chain: Chain; noise?: string }>();

  constructor(
    private readonly database: DataSource,
    private readonly admission: Admission,
    private readonly evidence: Evidence,
    private readonly epochs: Epochs,
    private readonly turns: Turns,
    private readonly noises: LargeNoises,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(HPKE) private readonly hpke: EnvelopeKeys,
    @Inject(WRAPPING) private readonly wrapping: Uint8Array,
    @Inject(NODE_SETTINGS) private readonly settings: ComputeNodeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** Keeps the delivery, checks every part, and says under signature which ones do not hold. Refuses as `Admission.admit`. */
  async deliver(delivery: Delivery): Promise<{ verdict: SignedVerdict }> {
    const id = questionId(delivery.question.document);
    const digest = hex(sha256(canonicalBytes(delivery as unknown as Json, DELIVERY_BYTES)));
    const known = await this.database.manager.findOneBy(Computation, { id });
    if (known === null) await this.keep(id, digest, delivery);
    const row = await this.one(this.database.manager, id);
    if (row.digest !== digest) throw new Refusal('QUESTION_MISMATCH', { computation: id });
    if (row.stopped !== null) throw new Refusal(row.stopped, { computation: id });
    return { verdict: row.verdict ?? (await this.judge(row)) };
  }

  /**
   * Guards, set and noise; in mode S also sum and seal. Refuses the guards' codes, and then stops with nothing released;
   * STILL_UNDERWAY while the noise of a large question is being drawn.
   */
  async begin(id: string, verdicts: readonly SignedVerdict[]): Promise<{ chain: Chain; noise?: string }> {
    const before = await this.one(this.database.manager, id);
    if (before.chain !== null || before.stopped !== null) return this.begun(before);
    const { question } = before;
    if (before.verdict === null) throw new Refusal('STEP_OUT_OF_ORDER', { step: 'received', after: 'none' });
    const verify = await this.admission.again(question.document, before.contributions);
    const excluded = excludedBy(verdicts, before.verdict, question.document.nodes, verify);
    const registered = await registeredKey(this.ledger, question.document.searcher);
    // Before any lock is held: near questions wait for one another there, and drawing takes its time.
    const noise = question.document.mode === 'large-shares' ? await this.noiseOf(before) : undefined;
    try {
      await this.database.transaction((tx) => this.beginIn(tx, id, registered, excluded, noise));
    } catch (error) {
      if (error instanceof Refusal && !passing.has(error.code)) await this.stopWith(id, error.code);
      throw error;
    }
    this.evidence.nudge();
    return this.begun(await this.one(this.database.manager, id));
  }

  /** Mode H: adds everything again, switches its share to the searcher's key. Refuses TRANSCRIPT_WRONG, SUM_MISMATCH, CIPHERTEXT_*. */
  async sum(id: string, chains: readonly Chain[], noises: readonly string[]): Promise<{ chain: Chain }> {
    const row = await this.one(this.database.manager, id);
    const own = this.chainOf(row);
    if (row.state !== 'NOISED') return { chain: own };
    mustBeOwn(chains, own);
    const verify = await this.admission.again(row.question.document, row.contributions);
    const names = chains.map((chain, at) => {
      const node = row.question.document.nodes[at] ?? '';
      const noised = stepOf(chain, 'noised')?.body;
      const verified = stepOf(chain, 'verified')?.body;
      const broken = checkChain(chain, verify).length > 0 || chain.node !== node || chain.question !== id;
      if (broken || noised?.ciphertext === undefined || verified?.setRoot !== stepOf(own, 'verified')?.body.setRoot)
        throw new Refusal('TRANSCRIPT_WRONG', { code: 'SET_DIFFERS', party: node });
      return { commitment: noised.commitment, ciphertext: noised.ciphertext };
    });
    const set = this.agreed(row, own);
    const parts = await this.parts(id);
    const deposits = set.map(({ document }) => parts.get(document.repository) ?? new Uint8Array(0));
    const hashes = set.map(({ document }) => ('ciphertext' in document ? document.ciphertext : ''));
    const all = [...deposits, ...noises.map((text) => fromB64u(text))];
    const wanted = [...hashes, ...names.map(({ ciphertext }) => ciphertext)];
    const wrong = all.findIndex((bytes, at) => lattice.ciphertextHash(bytes) !== wanted[at]);
    if (wrong >= 0) throw new Refusal('CIPHERTEXT_HASH_MISMATCH', { at: wrong });
    const total = lattice.addCiphertexts(all, await this.epochs.parameters());
    const sumHash = lattice.ciphertextHash(total);
    const share = await this.epochs.switchShare(row.epoch, total, new Uint8Array(row.searcherSealKey ?? []));
    const chain = finishDeposits(
      this.settingOf(row, '', []),
      { chain: own, set },
      names.map(({ commitment }) => commitment),
      sumHash,
      share,
    );
    await this.database.transaction(async (tx) => {
      const sealed = { chain, output: Buffer.from(share), state: 'SEALED' as const };
      const changed = await tx.update(Computation, { id, state: 'NOISED' }, sealed);
      if (changed.affected === 1) await this.evidence.steps(tx, chain);
    });
    return { chain: this.chainOf(await this.one(this.database.manager, id)) };
  }

  /**
   * Overlap: this node's turn, once the one before had its own. The same message again gets the same; another is refused.
   * Refuses STEP_OUT_OF_ORDER, TRANSCRIPT_WRONG naming the node before.
   */
  async turn(id: string, before: Chain, message: string): Promise<{ chain: Chain; noise?: string }> {
    return this.turning.of(id, () => this.turned(id, before, fromB64u(message)));
  }

  private async turned(id: string, before: Chain, message: Uint8Array): Promise<{ chain: Chain; noise?: string }> {
    const row = await this.one(this.database.manager, id);
    const own = this.chainOf(row);
    const mixed = stepOf(own, 'mixed');
    if (mixed !== undefined) {
      if (!mixed.inbound.includes(overlap.messageHash(message)))
        throw new Refusal('TRANSCRIPT_WRONG', { code: 'OUTPUT_DIFFERS', party: before.node });
      return this.begun(row);
    }
    if (row.state !== 'NOISED' || row.overlap === null)
      throw new Refusal('STEP_OUT_OF_ORDER', { step: 'mixed', after: row.state });
    const verify = await this.admission.again(row.question.document, row.contributions);
    const setting = this.settingOf(row, '', []);
    const done = await this.turns.next(row, setting, own, before, message, await this.parts(id), verify);
    await this.database.transaction(async (tx) => {
      const changed = await tx.update(Computation, { id, state: 'NOISED' }, done);
      if (changed.affected === 1) await this.evidence.steps(tx, done.chain);
    });
    this.evidence.nudge();
    return this.begun(await this.one(this.database.manager, id));
  }

  /**
   * Large form: what this node says of its noise under the challenge of three sealed chains; for no other challenge ever again.
   * Refuses TRANSCRIPT_WRONG with the fault and the party, FINGERPRINT_GIVEN_ONCE, STILL_UNDERWAY.
   */
  async fingerprint(id: string, chains: readonly Chain[]): Promise<{ fingerprint: large.SignedFingerprint }> {
    const row = await this.one(this.database.manager, id);
    const { document: question } = row.question;
    if (row.stopped !== null) throw new Refusal(row.stopped, { computation: id });
    if (question.mode !== 'large-shares') throw new Refusal('QUESTION_MISMATCH', { computation: id });
    const own = this.chainOf(row);
    mustBeOwn(chains, own);
    mustBeSealed(question, chains, own, await this.admission.again(question, row.contributions));
    const beacon = large.beaconOf(question, chains);
    if (row.fingerprint === null) {
      const node = this.keys.participant;
      const { cells } = await this.noiseOf(row);
      const said = large.noiseFingerprint(question, node, beacon, cells, this.seedOf(row));
      const fingerprint = signDocument(large.FINGERPRINT_TAG, said, node, signerOf(this.keys.receipt));
      await this.database.manager.update(Computation, { id, fingerprint: IsNull() }, { fingerprint });
      this.noises.forget(id);
    }
    const { fingerprint } = await this.one(this.database.manager, id);
    if (fingerprint?.document.beacon !== beacon) throw new Refusal('FINGERPRINT_GIVEN_ONCE', { computation: id });
    return { fingerprint };
  }

  /**
   * Checks the others' chains, in large form also that everybody answered the challenge that this node answered, and signs what
   * they amount to. Refuses TRANSCRIPT_WRONG with the fault and the party.
   */
  async complete(
    id: string,
    chains: readonly Chain[],
    fingerprints?: readonly large.SignedFingerprint[],
  ): Promise<{ by: string; signature: string }> {
    const row = await this.one(this.database.manager, id);
    if (row.stopped !== null) throw new Refusal(row.stopped, { computation: id });
    if (row.state !== 'SEALED' && row.state !== 'SIGNED')
      throw new Refusal('STEP_OUT_OF_ORDER', { step: 'completion', after: row.state });
    const question = row.question.document;
    mustBeOwn(chains, this.chainOf(row));
    const ordered = question.nodes.map((node) => chains.find((chain) => chain.node === node));
    const all = ordered.filter((chain) => chain !== undefined);
    const said = question.mode === 'large-shares' ? { fingerprints: fingerprints ?? [] } : {};
    if (said.fingerprints?.some(({ document: one }) => one.beacon !== row.fingerprint?.document.beacon) === true)
      throw new Refusal('TRANSCRIPT_WRONG', { code: 'FINGERPRINT_DIFFERS' });
    const document = completionOf(question, row.contributions, all, said.fingerprints);
    const sums = new Set(all.map((chain) => stepOf(chain, 'aggregated')?.body.sum ?? ''));
    if (question.mode === 'homomorphic' && sums.size !== 1)
      throw new Refusal('TRANSCRIPT_WRONG', { code: 'SUM_MISMATCH' });
    const verify = await this.admission.again(question, row.contributions);
    const registered = await registeredKey(this.ledger, question.searcher);
    const crossings = row.overlap === null ? {} : { crossings: row.overlap.crossings };
    const transcript = { question: row.question, contributions: row.contributions, chains: all, ...crossings, ...said };
    mustHold(transcript, document, {
      verify,
      registered,
    });
    await this.database.transaction(async (tx) => {
      await tx.update(Computation, { id, state: 'SEALED' }, { state: 'SIGNED', completion: document } as never);
      await this.evidence.completion(tx, document);
    });
    this.evidence.nudge();
    return signCompletion(document, this.keys.participant, signerOf(this.keys.receipt));
  }

  /** The output, against a completion that all three signed, once all evidence is on the ledger. Refuses RELEASE_UNSIGNED, LEDGER_DOWN. */
  async release(id: string, signatures: readonly { by: string; signature: string }[]): Promise<{ output: string }> {
    const row = await this.one(this.database.manager, id);
    if (row.stopped !== null) throw new Refusal(row.stopped, { computation: id });
    if (row.completion === null || row.output === null)
      throw new Refusal('STEP_OUT_OF_ORDER', { step: 'release', after: row.state });
    const question = row.question.document;
    const verify = await this.admission.again(question, row.contributions);
    const missing = unsignedBy({ document: row.completion, signatures }, question.nodes, verify);
    if (missing.length > 0) throw new Refusal('RELEASE_UNSIGNED', { missing: [...missing] });
    await this.evidence.settle();
    const changed = await this.database.manager
      .createQueryBuilder()
      .update(Computation)
      .set({ releasedAt: () => `COALESCE(released_at, ${String(this.clock.now())})` })
      .where('id = :id AND stopped IS NULL', { id })
      .execute();
    if (changed.affected !== 1) throw new Refusal('COMPUTATION_STOPPED', { computation: id });
    return { output: b64u(row.output) };
  }

  /** Ends what was not released: its output is deleted, and its set counts as unanswered. Refuses COMPUTATION_UNKNOWN; too late is told by `released`. */
  async stop(id: string, code: string): Promise<{ state: string; released: boolean }> {
    await this.one(this.database.manager, id);
    await this.stopWith(id, code);
    const row = await this.one(this.database.manager, id);
    return { state: row.state, released: row.releasedAt !== null };
  }

  /** What anyone with a part in it may see: never shares, seeds or outputs. */
  async shown(id: string) {
    const { state, chain, completion, stopped, verdict } = await this.one(this.database.manager, id);
    return { id, state, chain, completion, stopped, verdict };
  }

  /** The seed of this node's noise (overlap: of its turn, with what it was owed), for an auditor whose appointment stands on the ledger (the controller asked). */
  async seed(id: string): Promise<{ seed: string; owed?: Record<string, string> }> {
    const row = await this.one(this.database.manager, id);
    const seed = b64u(this.seedOf(row));
    if (row.overlap === null) return { seed };
    return { seed, owed: await this.turns.owed(row, this.keys.participant, await this.parts(id)) };
  }

  private async keep(id: string, digest: string, delivery: Delivery): Promise<void> {
    const { question, set, parts } = await this.admission.admit(delivery);
    const { template, binding, epoch } = question;
    const searcherSealKey = delivery.searcherSealKey === undefined ? null : fromB64u(delivery.searcherSealKey);
    if (question.mode === 'homomorphic') {
      if (searcherSealKey === null || lattice.ciphertextHash(searcherSealKey) !== question.searcherSealKey)
        throw new Refusal('SEARCHER_KEY_MISMATCH', { searcher: question.searcher });
      lattice.checkPublicKey(searcherSealKey, await this.epochs.parameters());
    }
    await this.database.transaction(async (tx) => {
      const values = {
        id,
        state: 'RECEIVED',
        digest,
        question: { ...delivery.question, document: jsonOf(question) },
        contributions: set,
        searcherSealKey: searcherSealKey === null ? null : Buffer.from(searcherSealKey),
        overlap: parts,
        seed: wrap(this.wrapping, `noise ${id}`, this.random(32)),
        template,
        binding,
        epoch,
        receivedAt: String(this.clock.now()),
      };
      const made = await tx
        .createQueryBuilder()
        .insert()
        .into(Computation)
        .values(values as never)
        .orIgnore()
        .returning('id')
        .execute();
      if ((made.raw as unknown[]).length === 0) return;
      for (const [repository, text] of Object.entries(delivery.sealed))
        await tx.insert(SealedPart, { computation: id, repository, bytes: Buffer.from(fromB64u(text)) });
    });
  }

  private async judge(row: Computation): Promise<SignedVerdict> {
    const { excluded } = await this.verified(row);
    const node = this.keys.participant;
    const document = {
      schema: 'aggregora/verdict/1',
      question: row.id,
      node,
      setRoot: setRoot(row.contributions),
      excluded,
    } as const;
    const verdict = signDocument(VERDICT_TAG, document, node, signerOf(this.keys.receipt));
    await this.database.manager.update(Computation, { id: row.id, verdict: IsNull() }, { verdict });
    const kept = (await this.one(this.database.manager, row.id)).verdict;
    if (kept === null) throw new Error('A verdict was kept and is not there.');
    return kept;
  }

  private async verified(row: Computation) {
    if (row.question.document.mode === 'large-shares')
      return { shares: undefined, excluded: (await this.largeShares(row)).excluded };
    const parts = await this.parts(row.id);
    if (row.question.document.mode === 'homomorphic')
      return { shares: undefined, excluded: await this.epochs.faulty(row.contributions, parts) };
    if (row.question.document.mode === 'overlap') {
      const { excluded } = await this.turns.taken(row, this.keys.participant, parts);
      return { shares: undefined, excluded };
    }
    const contributions = row.contributions as readonly Signed<ShareContribution>[];
    return verifyShares(this.settingOf(row, '', []), contributions, parts, this.hpke);
  }

  private async beginIn(
    tx: EntityManager,
    id: string,
    registered: string,
    excluded: Excluded,
    drawn: large.LargeNoise | undefined,
  ): Promise<void> {
    const first = await this.one(tx, id);
    // Two near questions at once must see one another.
    const lock = `${first.template} ${first.binding} ${first.epoch}`;
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
    const row = await this.one(tx, id);
    if (row.chain !== null) return;
    const setting = this.settingOf(row, registered, await this.answered(tx, row));
    const done =
      drawn === undefined
        ? await this.stages(row, setting, excluded)
        : await this.largeStages(row, setting, excluded, drawn);
    const repositories = done.set.map(({ document }) => document.repository);
    const { chain, noise, output, state } = done;
    await tx.update(Computation, { id }, { chain, noise, output, state, repositories });
    await this.evidence.steps(tx, chain);
  }

  private async stages(row: Computation, setting: NodeSetting, excluded: Excluded) {
    if (row.question.document.mode === 'homomorphic') {
      const first = begin(setting, row.contributions, excluded);
      const ciphertext = await this.encrypted(row, first.noise);
      const hash = lattice.ciphertextHash(ciphertext);
      const { chain, set } = begin(setting, row.contributions, excluded, () => hash);
      return { chain, set, noise: Buffer.from(ciphertext), output: null, state: 'NOISED' as const };
    }
    if (row.question.document.mode === 'overlap')
      return this.turns.begin(row, setting, excluded, await this.parts(row.id));
    const begun = begin(setting, row.contributions, excluded);
    const { shares = new Map() } = await this.verified(row);
    const { chain, release } = await finishShares(setting, begun, shares);
    const output = Buffer.from(JSON.stringify(release satisfies Release));
    return { chain, set: begun.set, noise: null, output, state: 'SEALED' as const };
  }

  private async largeStages(row: Computation, setting: NodeSetting, excluded: Excluded, drawn: large.LargeNoise) {
    const begun = beginLarge(setting, row.contributions, excluded, drawn);
    const { shares } = await this.largeShares(row);
    const { chain, release } = await large.finishLarge(setting, begun, shares, begun.noise);
    const output = Buffer.from(JSON.stringify(release satisfies Release));
    return { chain, set: begun.set, noise: null, output, state: 'SEALED' as const };
  }

  private async largeShares(row: Computation) {
    const contributions = row.contributions as readonly Signed<LargeContribution>[];
    const { document } = row.question;
    const at = document.nodes.indexOf(this.keys.participant) as 0 | 1 | 2;
    return large.verifyLarge(document, at, contributions, await this.parts(row.id), this.hpke);
  }

  private noiseOf(row: Computation): Promise<large.LargeNoise> {
    return this.noises.of(row.question.document, this.keys.participant, this.seedOf(row));
  }

  private encrypted(row: Computation, { cells, blinding }: NodeNoise): Promise<Uint8Array> {
    const { epoch, nodes, collectiveKey } = row.question.document;
    return this.epochs.encrypt(epoch, nodes, collectiveKey ?? '', lattice.toSlots({ cells, blinding: mod(blinding) }));
  }

  private async answered(tx: EntityManager, { id, template, binding, epoch }: Computation): Promise<AnsweredSet[]> {
    const rows = await tx.find(Computation, {
      where: { template, binding, epoch, id: Not(id), repositories: Not(IsNull()), stopped: IsNull() },
      select: { id: true, template: true, binding: true, epoch: true, repositories: true },
    });
    return rows.map((row) => ({ template, binding, epoch, repositories: row.repositories ?? [] }));
  }

  private settingOf(row: Computation, registered: string, answered: readonly AnsweredSet[]): NodeSetting {
    return {
      question: row.question.document,
      node: this.keys.participant,
      program: PROGRAM,
      registered,
      answered,
      policy: { minRepositories: this.settings.MIN_REPOSITORIES, floor: this.settings.SET_FLOOR },
      seed: this.seedOf(row),
      random: this.random,
      sign: signerOf(this.keys.receipt),
      now: this.clock.now(),
    };
  }

  private seedOf(row: Computation): Uint8Array {
    return unwrap(this.wrapping, `noise ${row.id}`, row.seed);
  }

  private begun(row: Computation): { chain: Chain; noise?: string } {
    if (row.stopped !== null) throw new Refusal(row.stopped, { computation: row.id });
    return { chain: this.chainOf(row), ...(row.noise === null ? {} : { noise: b64u(row.noise) }) };
  }

  private chainOf({ id, chain, stopped }: Computation): Chain {
    if (chain === null) throw new Refusal(stopped ?? 'STEP_OUT_OF_ORDER', { computation: id });
    return chain;
  }

  private agreed(row: Computation, own: Chain) {
    const excluded = new Set(stepOf(own, 'verified')?.body.excluded.map(({ repository }) => repository) ?? []);
    return row.contributions.filter(({ document }) => !excluded.has(document.repository));
  }

  private async parts(id: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = await this.database.manager.findBy(SealedPart, { computation: id });
    return new Map(rows.map(({ repository, bytes }) => [repository, new Uint8Array(bytes)]));
  }

  private async stopWith(id: string, code: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await tx.findOne(Computation, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (row?.releasedAt !== null || row.stopped !== null) return;
      const chain = this.stoppedChain(row, code);
      await tx.update(Computation, { id }, { state: 'STOPPED', stopped: code, output: null, chain } as never);
      this.noises.forget(id);
      await this.evidence.enqueue(tx, `${id.slice(7)}/8`, {
        type: 'RecordStep',
        computation: id.slice(7),
        step: 'stopped',
        inputs: hex(sha256(utf8(setRoot(row.contributions)))),
        outputs: hex(sha256(utf8(code))),
      });
      this.log.warn({ code });
    });
  }

  /** A chain that was sealed stays as it is: its output is gone, and the ledger has the stop. */
  private stoppedChain(row: Computation, code: string): Chain {
    const chain = row.chain ?? newChain(row.id, this.keys.participant, PROGRAM);
    if (stepOf(chain, 'sealed') !== undefined) return chain;
    return append(
      chain,
      { kind: 'stopped', body: { code, blamed: [] } },
      this.clock.now(),
      signerOf(this.keys.receipt),
    );
  }

  private async one(tx: EntityManager, id: string): Promise<Computation> {
    const row = await tx.findOneBy(Computation, { id });
    if (row === null) throw new Refusal('COMPUTATION_UNKNOWN', { computation: id });
    return row;
  }
}
