// Products, their plans and share rules as rows.
import type { ContentId } from '../../../domain/canonical';
import type { PricePlan } from '../../../domain/market/prices';
import type { ProductState } from '../../../domain/market/product';
import type { ShareRule } from '../../../domain/market/shares';
import { Refusal } from '../../../domain/refusals';
import { first, type Tx } from '../store/sql';
import type { ProductDocument } from './document';

export interface ProductRow {
  readonly id: string;
  readonly owner: string;
  readonly repository: string;
  readonly document: ProductDocument;
  readonly state: ProductState;
  readonly plan: ContentId | null;
  readonly rule: ContentId | null;
}

const columns = 'id, owner, repository, document, state, plan, rule';

/** Refuses PRODUCT_UNKNOWN. With `lock` the row is held until the transaction ends. */
export async function productOf(tx: Tx, id: string, lock: '' | 'FOR UPDATE' | 'FOR SHARE' = ''): Promise<ProductRow> {
  const row = await first<ProductRow>(tx, `SELECT ${columns} FROM market_products WHERE id = $1 ${lock}`, [id]);
  if (row === undefined) throw new Refusal('PRODUCT_UNKNOWN', { product: id });
  return row;
}

/** The plan in force, or the one named. Refuses PLAN_MISSING. */
export async function planOf(tx: Tx, product: string, id: string | null): Promise<PricePlan> {
  const row = await first<{ document: PricePlan }>(
    tx,
    'SELECT document FROM market_plans WHERE product = $1 AND id = $2',
    [product, id],
  );
  if (row === undefined) throw new Refusal('PLAN_MISSING', { product });
  return row.document;
}

/** The share rule named. Refuses PLAN_MISSING: plan and rule are published together. */
export async function ruleOf(tx: Tx, product: string, id: string | null): Promise<ShareRule> {
  const row = await first<{ document: ShareRule }>(
    tx,
    'SELECT document FROM market_rules WHERE product = $1 AND id = $2',
    [product, id],
  );
  if (row === undefined) throw new Refusal('PLAN_MISSING', { product });
  return row.document;
}
