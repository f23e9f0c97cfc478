// Products from registration to withdrawal: rights first, then price and shares, then every compliance row, then the ledger.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { contentId, type Json } from '../../../domain/canonical';
import { DataElement } from '../../../domain/elements';
import { fromText, toText } from '../../../domain/market/money';
import { curve, priceOf } from '../../../domain/market/precision';
import { planId, planWords, publishable, type PricePlan } from '../../../domain/market/prices';
import { compliance, list, moveProduct, type Listing, type ProductState } from '../../../domain/market/product';
import { type ShareRule, shareRuleId } from '../../../domain/market/shares';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { Catalog } from '../../catalog/catalog.service';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { Rights } from '../rights/rights';
import { first, inTransaction, rows, type Tx } from '../store/sql';
import type { ProductDocument } from './document';
import { planOf, productOf, type ProductRow } from './store';

@Injectable()
export class Products {
  constructor(
    private readonly database: DataSource,
    private readonly catalog: Catalog,
    private readonly rights: Rights,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Registers or changes a product that is not listed. Refuses SALE_WITHOUT_RIGHT, PRODUCT_TAKEN, PRODUCT_MOVE, RIGHT_TERM. */
  async register(document: ProductDocument, owner: string): Promise<ProductRow> {
    const { id, repository, from, until } = document;
    if (until <= from) throw new Refusal('RIGHT_TERM');
    await this.catalog.repository(repository);
    await this.rights.mustSell({ seller: owner, repository, from, until });
    await inTransaction(this.database, async (tx) => {
      const fresh = await rows(
        tx,
        `INSERT INTO market_products (id, owner, repository, document, state, changed_at)
         VALUES ($1, $2, $3, $4, 'REGISTERED', $5) ON CONFLICT DO NOTHING RETURNING id`,
        [id, owner, repository, document, this.clock.now()],
      );
      if (fresh.length > 0) return;
      const kept = await productOf(tx, id, 'FOR UPDATE');
      if (kept.owner !== owner) throw new Refusal('PRODUCT_TAKEN', { product: id });
      if (same(kept.document, document)) return;
      // What buyers agreed to may not change under them: only a product that was never listed can be rewritten.
      if (kept.state !== 'REGISTERED') throw new Refusal('PRODUCT_MOVE', { state: kept.state, to: 'REGISTERED' });
      await tx.query('UPDATE market_products SET repository = $2, document = $3, changed_at = $4 WHERE id = $1', [
        id,
        repository,
        document,
        this.clock.now(),
      ]);
    });
    return productOf(this.database.manager, id);
  }

  /** A new version of the price. Refuses what `publishable` refuses (MENU_EXPLOITABLE shows the attack), PLAN_VERSION, NOT_YOURS. */
  async price(product: string, document: unknown, owner: string): Promise<{ id: string; plan: PricePlan }> {
    const plan = publishable(document);
    const id = planId(plan);
    await this.newVersion('market_plans', 'plan', { product, id, version: plan.version, document: plan, owner });
    return { id, plan };
  }

  /** A new version of the split. Refuses PLAN_VERSION, NOT_YOURS. */
  async share(product: string, rule: ShareRule, owner: string): Promise<{ id: string; rule: ShareRule }> {
    const id = shareRuleId(rule);
    await this.newVersion('market_rules', 'rule', { product, id, version: rule.version, document: rule, owner });
    return { id, rule };
  }

  /** Every check with its result, and whether the product could be listed now. */
  async checks(id: string) {
    const listing = await this.listingOf(await productOf(this.database.manager, id));
    const checks = compliance(listing);
    return { product: id, checks, listable: checks.every((check) => check.holds) };
  }

  /** Refuses NOT_COMPLIANT with the failing checks, PRODUCT_MOVE, NOT_YOURS. The listing's hash goes to the ledger. */
  async list(id: string, owner: string): Promise<ProductRow> {
    const listing = await this.listingOf(await this.mine(id, owner));
    await inTransaction(this.database, async (tx) => {
      const row = await productOf(tx, id, 'FOR UPDATE');
      if (row.state === 'LISTED') return;
      await this.put(tx, row, list(row.state, listing));
      const hash = contentId('aggregora/listing/1', { document: row.document, plan: row.plan, rule: row.rule });
      await this.outbox.enqueue(tx, `market/1-listing/${id}/${hash.slice(7, 23)}`, {
        type: 'RecordHash',
        stream: 'market-listing',
        id: `${id}.${hash.slice(7, 23)}`.slice(-128),
        hash: hash.slice(7),
      });
    });
    return productOf(this.database.manager, id);
  }

  /** Suspends, or withdraws for ever. Refuses PRODUCT_MOVE, NOT_YOURS. */
  async move(id: string, to: 'SUSPENDED' | 'WITHDRAWN', owner: string): Promise<ProductRow> {
    await this.mine(id, owner);
    await inTransaction(this.database, async (tx) => {
      const row = await productOf(tx, id, 'FOR UPDATE');
      if (row.state !== to) await this.put(tx, row, moveProduct(row.state, to));
    });
    return productOf(this.database.manager, id);
  }

  /** Listed products with price and terms, for anyone; the owner's own in every state. */
  async find(filter: { repository?: string; template?: string; owner?: string; mine?: string }) {
    const found = await rows<ProductRow>(
      this.database.manager,
      `SELECT id, owner, repository, document, state, plan, rule FROM market_products
       WHERE (state = 'LISTED' OR owner = $1) AND ($2::text IS NULL OR repository = $2)
       AND ($3::text IS NULL OR document->'templates' ? $3) AND ($4::text IS NULL OR owner = $4) ORDER BY id LIMIT 200`,
      [filter.mine ?? null, filter.repository ?? null, filter.template ?? null, filter.owner ?? null],
    );
    return Promise.all(found.map((row) => this.shown(row)));
  }

  async one(id: string) {
    return this.shown(await productOf(this.database.manager, id));
  }

  /** Price against interval width, for the plot a buyer looks at first. Refuses PLAN_OTHER_MODEL where precision has no price. */
  async curve(id: string, sensitivity: string, rhos: readonly string[]) {
    const row = await productOf(this.database.manager, id);
    const plan = await planOf(this.database.manager, id, row.plan);
    const price = 'price' in plan.terms ? plan.terms.price : undefined;
    const asked = rhos.map((rho) => fromText(rho));
    if (price === undefined || asked.some((rho) => rho.num <= 0n))
      throw new Refusal('PLAN_OTHER_MODEL', { product: id });
    if (!('menu' in price)) return this.points(plan, curve(price, plan.currency, fromText(sensitivity), asked));
    const free = { base: '0', rate: '0', family: { g: 'linear' as const } };
    const items = [...price.menu].sort((a, b) =>
      Number(fromText(a.x).num * fromText(b.x).den - fromText(b.x).num * fromText(a.x).den),
    );
    const widths = curve(
      free,
      plan.currency,
      fromText(sensitivity),
      items.map((item) => fromText(item.x)),
    );
    return this.points(
      plan,
      widths.map((point, index) => ({ ...point, minor: BigInt(items[index]?.minor ?? '0') })),
    );
  }

  private points(plan: PricePlan, points: readonly { rho: string; minor: bigint; halfWidth: string }[]) {
    return {
      currency: plan.currency,
      interval: '95 %',
      points: points.map(({ rho, minor, halfWidth }) => ({ rho, minor: String(minor), halfWidth })),
    };
  }

  private async shown(row: ProductRow) {
    const { manager } = this.database;
    const plan = row.plan === null ? null : await planOf(manager, row.id, row.plan);
    const left = await first<{ most: string; spent: string; held: string }>(
      manager,
      'SELECT most, spent, held FROM market_pools WHERE id = $1',
      [`product/${row.id}`],
    );
    const runsLeft =
      row.document.runs === null
        ? null
        : String(BigInt(left?.most ?? row.document.runs) - BigInt(left?.spent ?? 0) - BigInt(left?.held ?? 0));
    const from = plan !== null && 'price' in plan.terms && !('menu' in plan.terms.price) ? cheapest(plan) : null;
    return { ...row, planDocument: plan, words: plan && planWords(plan), runsLeft, priceAtRhoOne: from };
  }

  private async listingOf(row: ProductRow): Promise<Listing> {
    const { id, owner, repository, document, plan, rule } = row;
    const element = (await this.catalog.element((await this.catalog.repository(repository)).element)).document;
    const read = DataElement.safeParse(element);
    const adopted = new Set((await this.catalog.adoptions(repository)).map(({ template }) => template));
    const covered = await this.rights
      .mustSell({ seller: owner, repository, from: document.from, until: document.until })
      .then(() => true)
      .catch((error: unknown) => {
        if (error instanceof Refusal) return false;
        throw error;
      });
    return {
      product: id,
      elementClassified: read.success && read.data.columns.every((column) => column.sensitivity.length > 0),
      templatesAdopted: document.templates.every((template) => adopted.has(template)) ? document.templates.length : 0,
      permitPolicySet: document.permit !== null,
      rightCovers: covered,
      planPublishable: plan !== null && rule !== null,
    };
  }

  private async mine(id: string, owner: string): Promise<ProductRow> {
    const row = await productOf(this.database.manager, id);
    if (row.owner !== owner) throw new Refusal('NOT_YOURS', { product: id });
    return row;
  }

  private async put(tx: Tx, row: ProductRow, to: ProductState): Promise<void> {
    await tx.query('UPDATE market_products SET state = $2, changed_at = $3 WHERE id = $1', [
      row.id,
      to,
      this.clock.now(),
    ]);
  }

  private async newVersion(
    table: 'market_plans' | 'market_rules',
    column: 'plan' | 'rule',
    next: { product: string; id: string; version: number; document: unknown; owner: string },
  ): Promise<void> {
    await this.mine(next.product, next.owner);
    await inTransaction(this.database, async (tx) => {
      const row = await productOf(tx, next.product, 'FOR UPDATE');
      if (row[column] === next.id) return;
      const last = await first<{ version: number }>(
        tx,
        `SELECT max(version) AS version FROM ${table} WHERE product = $1`,
        [next.product],
      );
      const expected = (last?.version ?? 0) + 1;
      if (next.version !== expected) throw new Refusal('PLAN_VERSION', { product: next.product, version: expected });
      await tx.query(
        `INSERT INTO ${table} (id, product, version, document, published_at) VALUES ($1, $2, $3, $4, $5)`,
        [next.id, next.product, next.version, next.document, this.clock.now()],
      );
      await tx.query(`UPDATE market_products SET ${column} = $2, changed_at = $3 WHERE id = $1`, [
        next.product,
        next.id,
        this.clock.now(),
      ]);
    });
  }
}

const same = (a: unknown, b: unknown) =>
  contentId('aggregora/product/1', a as Json) === contentId('aggregora/product/1', b as Json);

function cheapest(plan: PricePlan): string | null {
  if (!('price' in plan.terms) || 'menu' in plan.terms.price) return null;
  return toText({ num: priceOf(plan.terms.price, fromText('1'), plan.currency), den: 1n });
}
