// The registered compute nodes and the way to each; a node that does not answer is tried again until the patience ends.
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { EPOCH_STREAM, lattice, type Question } from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { DataEnds } from '../broker/data-ends';
import { passing as atPeers } from '../broker/passing';
import { LEDGER } from '../ledger/tokens';
import { Participants } from '../participants/participants.service';

/** What says nothing about the message: the node may be down, restarting, slow, at work, or yet to see our key on the ledger. */
export const passing: ReadonlySet<string> = new Set([
  ...atPeers,
  'DPOP_REPLAYED',
  'SEAL_WORKER_LOST',
  'STILL_UNDERWAY',
  'TLS_KEY_UNKNOWN',
]);

export interface NodeEntry {
  readonly participant: string;
  readonly hpkeKey: string;
}

const PAUSE_MS = 250;
const LONGEST_MS = 3_600_000;

@Injectable()
export class Nodes {
  constructor(
    private readonly participants: Participants,
    private readonly dataEnds: DataEnds,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Nodes that answer now, with the keys they show; whoever uses a key checks it against the ledger. */
  async answering(): Promise<readonly NodeEntry[]> {
    const registered = await this.participants.registered();
    const nodes = registered.filter(({ roles, endpoint }) => roles.includes('compute-node') && endpoint !== null);
    const asked = await Promise.all(nodes.map(({ id }) => this.entry(id).catch(() => undefined)));
    return asked.filter((entry) => entry !== undefined);
  }

  async entry(node: string): Promise<NodeEntry> {
    const client = await this.dataEnds.of(node);
    const { hpkeKey } = await client.json<{ hpkeKey: string }>('/v1/node', { open: true, timeoutMs: 10_000 });
    return { participant: node, hpkeKey };
  }

  /** The three nodes' raw keys in the question's order. Refuses NODE_DOWN when one cannot be had before the cut-off. */
  keysOf({ nodes, cutOff }: Pick<Question, 'nodes' | 'cutOff'>): Promise<readonly string[]> {
    return Promise.all(nodes.map((node) => this.keyOf(node, cutOff)));
  }

  private async keyOf(node: string, until: number): Promise<string> {
    for (;;) {
      try {
        return (await this.entry(node)).hpkeKey;
      } catch (error) {
        if (!(error instanceof Refusal) || !passing.has(error.code)) throw error;
        if (this.clock.now() >= until) throw new Refusal('NODE_DOWN', { node, last: error.code });
        await pause(PAUSE_MS);
      }
    }
  }

  /**
   * One call, tried again until `until`; a node that says that it is still at work gets the same patience anew, an hour at most.
   * Refuses the node's own word, or NODE_DOWN naming the node.
   */
  async ask<T>(node: string, path: string, json: unknown, until: number): Promise<T> {
    const [begun, patience] = [this.clock.now(), until - this.clock.now()];
    let end = until;
    for (;;) {
      try {
        return await (await this.dataEnds.of(node)).json<T>(path, { json });
      } catch (error) {
        if (!(error instanceof Refusal) || !passing.has(error.code)) throw error;
        if (error.code === 'STILL_UNDERWAY') end = Math.min(this.clock.now() + patience, begun + LONGEST_MS);
        if (this.clock.now() >= end) throw new Refusal('NODE_DOWN', { node, last: error.code });
        await pause(PAUSE_MS);
      }
    }
  }

  /** The key shares of an epoch: all commit, then all reveal. The same every time. Refuses NODE_DOWN, KEY_SHARE_MISMATCH. */
  async ceremony(epoch: string, nodes: readonly string[], until: number): Promise<readonly string[]> {
    await Promise.all(nodes.map((node) => this.ask(node, `/v1/epochs/${epoch}/commitment`, {}, until)));
    const reveal = (node: string) => this.ask<{ share: string }>(node, `/v1/epochs/${epoch}/share`, { nodes }, until);
    const shares = await Promise.all(nodes.map(reveal));
    await Promise.all(nodes.map((node, at) => this.mustBeCommitted(node, epoch, shares[at]?.share ?? '')));
    return shares.map(({ share }) => share);
  }

  private async mustBeCommitted(node: string, epoch: string, share: string): Promise<void> {
    const committed = (await this.ledger.read(ledgerKeys.hash(EPOCH_STREAM, node, epoch)))?.value['hash'];
    const bytes = new Uint8Array(Buffer.from(share, 'base64url'));
    if (lattice.keyShareCommitment(epoch, node, bytes) !== committed) throw new Refusal('KEY_SHARE_MISMATCH', { node });
  }
}
