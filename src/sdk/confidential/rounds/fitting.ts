// Brings a fit to its end, from wherever it stands: each round is written down and settled before the next is asked.
import { readFileSync } from 'node:fs';
import { canonicalText, fromB64u, type Json } from '../../../domain/canonical';
import { epochOf, questionId, rounds } from '../../../domain/confidential';
import { Refusal } from '../../../domain/refusals';
import { passing } from '../../passing';
import type { Begun } from '../ask';
import type { ConfidentialAnswer, ConfidentialAsking } from '../asking';
import type { ConfidentialBook, ConfidentialRecord, ConfidentialShown, FitEnd } from '../book';
import { bodyOf, bodySoFar, contributorsIn, fitEvidence, openingIn, releasedIn, roundIn } from './evidence';

/** What a fit needs of the office around it. */
export interface Around {
  fitFor(asking: ConfidentialAsking): Promise<rounds.Fit | undefined>;
  /** Signs one round and writes it down; the first one names the fit. */
  begin(asking: ConfidentialAsking, fit: { readonly group?: string; readonly most: number }): Promise<Begun>;
  /** Settles one round. */
  bring(group: string): Promise<ConfidentialAnswer>;
  save(name: string, bytes: Uint8Array): string;
  now(): number;
}

export class Fitting {
  constructor(
    private readonly records: ConfidentialBook,
    private readonly around: Around,
  ) {}

  /** The fit that was begun with this very asking in this quarter, or a new one. */
  async begin(fit: rounds.Fit, asking: ConfidentialAsking): Promise<Begun> {
    const wanted = nameOf(asking);
    const epoch = epochOf(this.around.now());
    const before = this.records
      .all()
      .findLast(
        (one) => one.fit?.group === one.group && nameOf(one.asking) === wanted && one.question.document.epoch === epoch,
      );
    if (before === undefined) return this.around.begin(whole(asking), { most: fit.measure.rounds });
    // What stopped it may have passed: it goes on where it stood.
    if (before.end?.refusal !== undefined) this.records.write({ t: 'fit', group: before.group, end: undefined });
    return { group: before.group, xids: before.requests.map(({ xid }) => xid) };
  }

  /** Refuses by the code of the round that was refused, with the round and what was spent. */
  async bring(group: string): Promise<ConfidentialAnswer> {
    const { asking, end } = this.records.one(group);
    const fit = await this.around.fitFor(asking);
    if (fit === undefined) throw new Refusal('PEER_UNREADABLE', { template: asking.template });
    try {
      if (end?.body === undefined) await this.rounds(fit, group, asking);
      return this.answer(group);
    } catch (error) {
      if (error instanceof Refusal && !passing.has(error.code)) throw this.stopped(fit, group, error);
      throw error;
    }
  }

  /** A fit's first record with the fit's own end in place of the round's. */
  shown(record: ConfidentialRecord): ConfidentialShown {
    const { end, fit, body: _body, evidence: _evidence, refusal: _refusal, ...rest } = record;
    const counted = { done: this.answered(record.group).length, most: fit?.most ?? 0 };
    const shown = { ...rest, ...(fit === undefined ? {} : { fit }), end, rounds: counted };
    if (end === undefined) return shown;
    const { body, evidence, refusal } = end;
    if (refusal !== undefined) return { ...shown, refusal, ...(body === undefined ? {} : { soFar: body }) };
    return { ...shown, ...(body === undefined ? {} : { body }), ...(evidence === undefined ? {} : { evidence }) };
  }

  private async rounds(fit: rounds.Fit, group: string, asking: ConfidentialAsking): Promise<void> {
    for (;;) {
      const bundles = this.bundles(group);
      const body = bodyOf(fit, bundles);
      if (body !== undefined) {
        const kept = this.answered(group).map(({ evidence }) => new Uint8Array(readFileSync(evidence)));
        // Evidence first, as for any question.
        const evidence = this.around.save(`fit-${group}`, fitEvidence(fit, kept, body));
        this.records.write({ t: 'fit', group, end: { body, evidence } });
        return;
      }
      await this.around.bring(await this.open(fit, group, asking, bundles.length));
    }
  }

  /** The round that is written down and has no end yet, or the next one, written down now. */
  private async open(fit: rounds.Fit, group: string, asking: ConfidentialAsking, round: number): Promise<string> {
    const begun = this.records.ofFit(group).find((one) => one.evidence === undefined && one.refusal === undefined);
    if (begun !== undefined) return begun.group;
    const next = rounds.walk(fit, this.bundles(group).map(releasedIn))?.next;
    const parameters = round === 0 ? fit.parameters : next?.parameters;
    if (parameters === undefined) throw new Refusal('PEER_UNREADABLE', { round });
    const again = { ...whole(asking), parameters };
    return (await this.around.begin(again, { group, most: fit.measure.rounds })).group;
  }

  private answered(group: string) {
    return this.records
      .ofFit(group)
      .flatMap((record) => (record.evidence === undefined ? [] : [{ ...record, evidence: record.evidence }]));
  }

  private bundles(group: string) {
    return this.answered(group).map(({ evidence }) => roundIn(new Uint8Array(readFileSync(evidence))));
  }

  private stopped(fit: rounds.Fit, group: string, error: Refusal): Refusal {
    const bundles = this.bundles(group);
    const details = {
      ...error.details,
      round: bundles.length + 1,
      rounds: fit.measure.rounds,
      answered: bundles.length,
    };
    const body = bodySoFar(fit, bundles);
    const end: FitEnd = { refusal: { code: error.code, details }, ...(body === undefined ? {} : { body }) };
    this.records.write({ t: 'fit', group, end });
    return new Refusal(error.code, details);
  }

  /** The last round's answer under the whole fit's figures. */
  private answer(group: string): ConfidentialAnswer {
    const last = this.bundles(group).at(-1);
    const { end } = this.records.one(group);
    if (last === undefined || end?.body === undefined) throw new Refusal('NOT_ANCHORED_YET', { group });
    const taken = contributorsIn(last);
    return {
      question: questionId(last.transcript.question.document),
      group,
      body: end.body,
      repositories: taken.map((repository) => ({ repository, xid: '', state: 'CONTRIBUTED', code: null })),
      transcript: last.transcript,
      opening: openingIn(last.answer),
      openings: (last.openings ?? []).map(({ node, opening }) => ({ node, opening: openingIn(opening) })),
      ciphertexts: (last.ciphertexts ?? []).map((text) => fromB64u(text)),
      fit: true,
      checks: { public: [], certificate: [] },
    };
  }
}

/** Slopes of fewer repositories would belong to another fit: each round has all of them or none. */
const whole = (asking: ConfidentialAsking): ConfidentialAsking => ({
  ...asking,
  minRepositories: Math.max(asking.minRepositories ?? 3, new Set(asking.repositories).size),
});

const nameOf = ({ mode, template, repositories, parameters }: ConfidentialAsking): string =>
  canonicalText([mode, template, [...repositories].sort(), parameters] as Json);
