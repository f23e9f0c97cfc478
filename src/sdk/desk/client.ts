// The way to a running desk: it holds the book and the keys, we hold its code.
import type { PartName } from '../../domain/receipts';
import { Client } from '../../wire';
import type { ConfidentialAsking } from '../confidential/ask';
import type { Ordered } from '../market/buying';
import type { Purchase } from '../market/desk';
import type { Asking } from '../office';
import type { GroupLine, groupView } from './view';

export interface DeskAddress {
  readonly url: string;
  readonly code: string;
}

export type GroupView = Omit<Awaited<ReturnType<typeof groupView>>, 'error'> & {
  readonly error: {
    readonly code: string;
    readonly title: string;
    readonly titleZh?: string;
    readonly details?: Readonly<Record<string, unknown>>;
  } | null;
};

export type Groups = readonly GroupLine[];

export class DeskClient {
  private readonly client: Client;

  constructor(
    private readonly address: DeskAddress,
    now: () => number,
    language = 'en',
  ) {
    const retry = { attempts: 2, firstPauseMs: 100, longestPauseMs: 100 };
    this.client = new Client({ issuer: address.url, server: address.url, now, language, retry });
  }

  about(): Promise<{ participant: string; exchange: string }> {
    return this.call('/desk');
  }

  ask(asking: Asking | ConfidentialAsking): Promise<{ group: string; xids: readonly string[] }> {
    return this.call('/desk/questions', asking);
  }

  buy(purchase: Purchase): Promise<Ordered> {
    return this.call('/desk/purchases', purchase);
  }

  one(group: string): Promise<GroupView> {
    return this.call(`/desk/questions/${encodeURIComponent(group)}`);
  }

  async list(limit: number): Promise<Groups> {
    return (await this.call<{ items: Groups }>(`/desk/questions?limit=${String(limit)}`)).items;
  }

  async evidence(xid: string, open: readonly PartName[] | 'everything'): Promise<Uint8Array> {
    const query = open === 'everything' ? '' : `?open=${open.join(',')}`;
    const response = await this.client.send(`/desk/evidence/${encodeURIComponent(xid)}${query}`, this.headed());
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Of a confidential question, at level A (for anyone) or B (with the answer). */
  async confidentialEvidence(group: string, level: 'A' | 'B'): Promise<Uint8Array> {
    const path = `/desk/questions/${encodeURIComponent(group)}/evidence?level=${level}`;
    return new Uint8Array(await (await this.client.send(path, this.headed())).arrayBuffer());
  }

  private call<T>(path: string, json?: unknown): Promise<T> {
    return this.client.json(path, { ...this.headed(), ...(json === undefined ? {} : { json }) });
  }

  private headed() {
    return { open: true, headers: { authorization: `Desk ${this.address.code}` } };
  }
}
