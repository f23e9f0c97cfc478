// The second half of a run: carries messages between the three nodes, step by step; every step is kept before the next one begins.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { b64u } from '../../domain/canonical';
import type { Chain, SignedVerdict } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';
import { ConfidentialPart, ConfidentialRun } from './entities';
import { Nodes } from './nodes';

@Injectable()
export class Computing {
  constructor(
    private readonly database: DataSource,
    private readonly nodes: Nodes,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** From the contributions to the three sealed outputs. Refuses a node's own word, or NODE_DOWN; what was kept is not asked again. */
  async compute(id: string): Promise<void> {
    const until = this.clock.now() + this.settings.NODE_PATIENCE_MS;
    const verdicts = (await this.run(id)).verdicts ?? (await this.deliver(id, until));
    const chains = (await this.run(id)).chains ?? (await this.steps(id, verdicts, until));
    const signatures = (await this.run(id)).signatures ?? (await this.sign(id, chains, until));
    if ((await this.run(id)).outputs === null) {
      const released = await this.all<{ output: string }>(id, 'release', { signatures }, until);
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

  private async sign(id: string, chains: readonly Chain[], until: number) {
    const signatures = await this.all<{ by: string; signature: string }>(id, 'completion', { chains }, until);
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
