// The six evidenced steps of an order, named as data exchanges name them, and the life of a product.
import { Refusal } from '../../refusals';

/** registration → listing → trade → delivery → clearing → certificate; each step names the ledger command that proves it. */
export const orderSteps = [
  { step: 'registration', evidence: 'RegisterRight' },
  { step: 'listing', evidence: 'RecordHash' },
  { step: 'trade', evidence: 'RecordAgreement' },
  { step: 'delivery', evidence: 'AnchorBatch' },
  { step: 'clearing', evidence: 'RecordSettlement' },
  { step: 'certificate', evidence: 'RecordHash' },
] as const;
export type OrderStep = (typeof orderSteps)[number]['step'];

export const productMoves = {
  DRAFT: ['REGISTERED', 'WITHDRAWN'],
  REGISTERED: ['LISTED', 'WITHDRAWN'],
  LISTED: ['SUSPENDED', 'WITHDRAWN'],
  SUSPENDED: ['LISTED', 'WITHDRAWN'],
  WITHDRAWN: [],
} as const;
export type ProductState = keyof typeof productMoves;

/** What a compliance row may look at. */
export interface Listing {
  readonly product: string;
  readonly elementClassified: boolean;
  readonly templatesAdopted: number;
  readonly permitPolicySet: boolean;
  readonly rightCovers: boolean;
  readonly planPublishable: boolean;
}

/** One check a row: a new check is a new row. */
export const complianceRows = [
  { check: 'right-to-sell', holds: (it: Listing) => it.rightCovers },
  { check: 'element-classified', holds: (it: Listing) => it.elementClassified },
  { check: 'template-adopted', holds: (it: Listing) => it.templatesAdopted > 0 },
  { check: 'permit-policy-set', holds: (it: Listing) => it.permitPolicySet },
  { check: 'price-plan-sound', holds: (it: Listing) => it.planPublishable },
] as const;

/** Every check with its result, for the owner's page. */
export function compliance(listing: Listing): readonly { readonly check: string; readonly holds: boolean }[] {
  return complianceRows.map(({ check, holds }) => ({ check, holds: holds(listing) }));
}

/** Lists a product. Refuses PRODUCT_MOVE, and NOT_COMPLIANT with the checks that fail. */
export function list(state: ProductState, listing: Listing): ProductState {
  const failing = compliance(listing).filter((row) => !row.holds);
  if (failing.length > 0)
    throw new Refusal('NOT_COMPLIANT', { product: listing.product, checks: failing.map((row) => row.check) });
  return moveProduct(state, 'LISTED');
}

/** Refuses PRODUCT_MOVE. */
export function moveProduct(state: ProductState, to: ProductState): ProductState {
  const allowed: readonly ProductState[] = productMoves[state];
  if (!allowed.includes(to)) throw new Refusal('PRODUCT_MOVE', { state, to });
  return to;
}

/** Refuses ORDER_AFTER_WITHDRAWAL or PRODUCT_NOT_LISTED: running agreements go on, new orders do not start. */
export function needOrderable(product: string, state: ProductState): void {
  if (state === 'WITHDRAWN') throw new Refusal('ORDER_AFTER_WITHDRAWAL', { product });
  if (state !== 'LISTED') throw new Refusal('PRODUCT_NOT_LISTED', { product, state });
}
