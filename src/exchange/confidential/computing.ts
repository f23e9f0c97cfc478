// The second half of a run: carries messages between the three nodes, step by step; every step is kept before the next one begins.
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { b64u } from '../../domain/canonical';
import { large, stepOf, type Chain, type SignedVerdict } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { DataEnds } from '../broker/data-ends';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';
import { ConfidentialPart, ConfidentialRun } from './entities';
import { Nodes, passing } from './nodes';

const PAUSE_MS = 250;

@Injectable()
export class Computing {
  constructor(
    private readonly database: DataSource,
    private readonly nodes: Nodes,
    private readonly dataEnds: DataEnds,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** From the contributions to the three sealed outputs. Refuses a node's own word, or NODE_DOWN; what was kept is not asked again. */
  async compute(id: string): Promise<void> {
    const until = this.clock.now() + this.settings.NODE_PATIENCE_MS;
    const verdicts = (await this.run(id)).verdicts ?? (await this.deliver(id, until));
    const chains = (await this.run(id)).chains ?? (await this.steps(id, verdicts, until));
    const after = this.clock.now() + this.settings.NODE_PATIENCE_MS;
    const fingerprints = await this.fingerprints(id, chains, after);
    const signatures = (await this.run(id)).signatures ?? (await this.sign(id, chains, fingerprints, after));
    if ((await this.run(id)).outputs === null) {
      const released = await this.all<{ output: string }>(id, 'release', { signatures }, after);
      await this.keep(id, { outputs: released.map(({ output }) => output) });
    }
  }

  /** Tells every node that can be reached to forget what was not released. True when all three did. */
  async stop(id: string, code: string): Promise<boolean> {
    const { question } = await this.run(id);
    const said = await Promise.all(
      question.document.nodes.map((node) =>
        this.nodes.ask<{ released: boolean }>(node, pathOf(id, 'stop'), { code }, 0).catch(() => undefined),
      ),
    );
    return said.every((one) => one?.released === false);
  }

  private async deliver(id: string, until: number): Promise<readonly SignedVerdict[]> {
    const run = await this.run(id);
    const parts = await this.database.manager.find(ConfidentialPart, {
      where: { run: id, state: 'CONTRIBUTED' },
      order: { repository: 'ASC' },
    });
    const { question, searcherSealKey } = run;
    const homomorphic = question.document.mode === 'homomorphic';
    const overlap =
      question.document.mode === 'overlap'
        ? { crossings: parts.map(({ crossing }) => crossing), nodeKeys: await this.nodes.keysOf(question.document) }
        : {};
    const said = await Promise.all(
      question.document.nodes.map((node, at) =>
        this.nodes.ask<{ verdict: SignedVerdict }>(
          node,
          '/v1/computations',
          {
            question,
            contributions: parts.map(({ contribution }) => contribution),
            sealed: Object.fromEntries(
              parts.map(({ repository, sealed }) => [repository, sealed?.[homomorphic ? 0 : at] ?? '']),
            ),
            ...(searcherSealKey === null ? {} : { searcherSealKey: b64u(searcherSealKey) }),
            ...overlap,
          },
          until,
        ),
      ),
    );
    const verdicts = said.map(({ verdict }) => verdict);
    await this.keep(id, { verdicts });
    return verdicts;
  }

  private async steps(id: string, verdicts: readonly SignedVerdict[], until: number): Promise<readonly Chain[]> {
    const begun = await this.all<{ chain: Chain; noise?: string }>(id, 'steps', { verdicts }, until);
    if ((await this.run(id)).question.document.mode === 'overlap') return this.turns(id, begun, until);
    const noises = begun.flatMap(({ noise }) => (noise === undefined ? [] : [noise]));
    if (noises.length === 0) {
      const chains = begun.map(({ chain }) => chain);
      await this.keep(id, { chains });
      return chains;
    }
    // After a restart a node that has summed shows its whole chain; the others need the first three steps alone.
    const first = begun.map(({ chain }) => chain);
    const summed = await this.all<{ chain: Chain }>(id, 'sum', { chains: first, noises }, until);
    const chains = summed.map(({ chain }) => chain);
    await this.keep(id, { chains, noises });
    return chains;
  }

  /** One after the other: each node's lists go to the next one. A node that had its turn before says the same again. */
  private async turns(
    id: string,
    [first, ...others]: readonly { readonly chain: Chain; readonly noise?: string }[],
    until: number,
  ): Promise<readonly Chain[]> {
    const { question } = await this.run(id);
    let [before, chains] = [first, first === undefined ? [] : [first.chain]];
    for (const [at] of others.entries()) {
      const node = question.document.nodes[at + 1] ?? '';
      const turn = { chain: before?.chain, message: before?.noise ?? '' };
      before = await this.nodes.ask<{ chain: Chain; noise?: string }>(node, pathOf(id, 'turn'), turn, until);
      chains = [...chains, before.chain];
    }
    await this.keep(id, { chains });
    return chains;
  }

  /**
   * Large form: everybody's number under the challenge of the sealed chains, kept before anybody signs. Refuses FINGERPRINT_MISSING
   * naming the repository that did not answer in time, its own word where it refused, and NODE_DOWN.
   */
  private async fingerprints(id: string, chains: readonly Chain[], until: number) {
    const { question, fingerprints } = await this.run(id);
    if (question.document.mode !== 'large-shares') return undefined;
    if (fingerprints !== null) return fingerprints;
    const parts = await this.database.manager.find(ConfidentialPart, {
      where: { run: id, state: 'CONTRIBUTED' },
      select: { xid: true, owner: true, repository: true },
    });
    const excluded = chains.flatMap((chain) => stepOf(chain, 'verified')?.body.excluded ?? []);
    const set = parts.filter((part) => excluded.every(({ repository }) => repository !== part.repository));
    const [said, noises] = await Promise.all([
      Promise.all(set.map((part) => this.ofPart(part, { question, chains }, until))),
      this.all<{ fingerprint: large.SignedFingerprint }>(id, 'fingerprint', { chains }, until),
    ]);
    const all = large.ordered([...said, ...noises.map(({ fingerprint }) => fingerprint)]);
    await this.keep(id, { fingerprints: all });
    return all;
  }

  private async ofPart(
    { xid, owner, repository }: Pick<ConfidentialPart, 'xid' | 'owner' | 'repository'>,
    json: { readonly question: ConfidentialRun['question']; readonly chains: readonly Chain[] },
    until: number,
  ): Promise<large.SignedFingerprint> {
    for (;;) {
      try {
        const client = await this.dataEnds.of(owner);
        const path = `/v1/contributions/${xid}/fingerprint`;
        return (await client.json<{ fingerprint: large.SignedFingerprint }>(path, { json })).fingerprint;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const last = error.code;
        if (!passing.has(last)) throw new Refusal(last, { ...error.details, repository });
        if (this.clock.now() >= until) throw new Refusal('FINGERPRINT_MISSING', { repository, last });
        await pause(PAUSE_MS);
      }
    }
  }

  private async sign(
    id: string,
    chains: readonly Chain[],
    fingerprints: readonly large.SignedFingerprint[] | undefined,
    until: number,
  ) {
    const said = { chains, ...(fingerprints === undefined ? {} : { fingerprints }) };
    const signatures = await this.all<{ by: string; signature: string }>(id, 'completion', said, until);
    await this.keep(id, { signatures });
    return signatures;
  }

  private async all<T>(id: string, step: string, json: unknown, until: number): Promise<T[]> {
    const { question } = await this.run(id);
    return Promise.all(question.document.nodes.map((node) => this.nodes.ask<T>(node, pathOf(id, step), json, until)));
  }

  private async keep(id: string, change: Partial<ConfidentialRun>): Promise<void> {
    await this.database.manager.update(ConfidentialRun, { id }, change);
  }

  private async run(id: string): Promise<ConfidentialRun> {
    const row = await this.database.manager.findOneBy(ConfidentialRun, { id });
    if (row === null) throw new Refusal('COMPUTATION_UNKNOWN', { computation: id });
    return row;
  }
}

const pathOf = (id: string, step: string): string => `/v1/computations/${encodeURIComponent(id)}/${step}`;
