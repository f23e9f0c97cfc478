// The market at a desk: what people in a browser may do in their organisation's name, with keys and book that stay here.
import type { JsonObject } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import type { Client, Keyring } from '../../wire';
import type { Searcher } from '../asking/searcher';
import type { Catalogue } from '../catalogue';
import { place, type Ordered } from './buying';
import { Market } from './market';

export interface Purchase {
  readonly product: string;
  readonly template: string;
  readonly parameters: JsonObject;
  readonly purpose: string;
  /** The quote whose price was seen and accepted. */
  readonly quote?: string;
}

/** One repository's part of a confidential question. */
export interface Part {
  readonly xid: string;
  readonly repository: string;
}

/** An answer of the exchange, handed on as it came. */
export interface Passed {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface MarketDeskSettings {
  readonly exchange: Client;
  readonly keys: Keyring;
  readonly searcher: Searcher;
  readonly catalogue: Catalogue;
  readonly now: () => number;
}

export class MarketDesk {
  readonly market: Market;

  constructor(private readonly settings: MarketDeskSettings) {
    this.market = new Market(settings.exchange, settings.keys);
  }

  /** Paid and written down; the caller settles `xid`. Refuses PERMIT_MISSING, PRODUCT_UNKNOWN, and what quote and order refuse. */
  async buy({ product, template, purpose, ...rest }: Purchase): Promise<Ordered> {
    const { catalogue, searcher } = this.settings;
    const { repository } = (await this.market.product(product)) as { repository: string };
    const permits = await catalogue.permits({ repository, template });
    const now = this.settings.now();
    const permit = permits.find(
      ({ state, document }) =>
        state === 'granted' && document.until > now && document.purposes.some((each) => each === purpose),
    );
    if (permit === undefined) throw new Refusal('PERMIT_MISSING', { repository });
    const { owner } = await catalogue.repository(repository);
    return place(this.market, searcher, { product, repository, owner, template, purpose, permit: permit.id, ...rest });
  }

  /**
   * Holds the price of each part of a confidential question under its exchange id, before the question is written down: stopped
   * in between, the holds lapse. Refuses PRODUCT_OTHER_REPOSITORY, and what quote and order refuse; then what was held lapses too.
   */
  async hold(
    wanted: Omit<Purchase, 'product' | 'quote'>,
    products: readonly string[],
    parts: readonly Part[],
  ): Promise<void> {
    const { template, parameters, purpose } = wanted;
    const bought: { product: string; xid: string }[] = [];
    for (const product of products) {
      const { repository } = (await this.market.product(product)) as { repository: string };
      const part = parts.find((one) => one.repository === repository);
      if (part === undefined) throw new Refusal('PRODUCT_OTHER_REPOSITORY', { product, repository });
      bought.push({ product, xid: part.xid });
    }
    for (const { product, xid } of bought)
      await this.market.order(xid, (await this.market.quote({ product, template, parameters, purpose })).id);
  }

  /** Any route of the market under our own identity; `path` comes after `/v1/market/`. Refuses what the exchange refuses. */
  async pass(method: 'GET' | 'POST' | 'PUT', path: string, json: unknown, key?: string): Promise<Passed> {
    const response = await this.settings.exchange.send(`/v1/market/${path}`, {
      method,
      ...(method === 'GET' ? {} : { json: json ?? {} }),
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    });
    const type = response.headers.get('content-type') ?? 'application/json';
    return { type, bytes: new Uint8Array(await response.arrayBuffer()) };
  }
}
