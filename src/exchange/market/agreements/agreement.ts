// An agreement as a row: who sells what to whom, at which price plan and split rule, from when to when. Its hash goes to the ledger.
import { contentId, type ContentId, type Json } from '../../../domain/canonical';
import type { Command } from '../../../domain/ledger/commands';
import { Refusal } from '../../../domain/refusals';
import { first, rows, type Tx } from '../store/sql';

export interface AgreementRow {
  readonly id: string;
  readonly kind: 'per-use' | 'subscription' | 'bargain' | 'auction';
  readonly product: string;
  readonly plan: ContentId;
  readonly rule: ContentId;
  readonly seller: string;
  readonly buyer: string;
  readonly zone: string;
  /** Minor units found by negotiation, as text; null where the plan says the price. */
  readonly agreed: string | null;
  readonly currency: string;
  readonly hash: ContentId;
  readonly starts: number;
  readonly ends: number;
  /** Products it opens besides its own: a bundle's members. */
  readonly members: readonly string[];
}

export type AgreementDraft = Omit<AgreementRow, 'id' | 'hash'> & {
  /** How the price came about: an offer's hash, an auction; part of the hash. */
  readonly source: string | null;
};

/** Refuses OWN_PRODUCT: nobody buys from themselves. The id follows from the content, so the same agreement twice is one. */
export function agreement(draft: AgreementDraft): AgreementRow & { readonly document: Json } {
  if (draft.buyer === draft.seller) throw new Refusal('OWN_PRODUCT', { product: draft.product });
  const document = { schema: 'aggregora/agreement/1', ...draft } as unknown as Json;
  const hash = contentId('aggregora/agreement/1', document);
  const { source: _source, ...kept } = draft;
  return { ...kept, id: `agr-${hash.slice(7, 47)}`, hash, document };
}

/** Keeps it; true when it is new. */
export async function keepAgreement(tx: Tx, it: AgreementRow & { readonly document: Json }): Promise<boolean> {
  const fresh = await rows(
    tx,
    `INSERT INTO market_agreements (id, kind, product, plan, rule, seller, buyer, zone, agreed, currency, hash, starts, ends, document)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING id`,
    [
      it.id,
      it.kind,
      it.product,
      it.plan,
      it.rule,
      it.seller,
      it.buyer,
      it.zone,
      it.agreed,
      it.currency,
      it.hash,
      it.starts,
      it.ends,
      it.document,
    ],
  );
  return fresh.length > 0;
}

/** The ledger's sentence about it. */
export const agreementCommand = (it: AgreementRow): Command => ({
  type: 'RecordAgreement',
  agreement: it.id,
  parties: [it.seller, it.buyer],
  hash: it.hash.slice(7),
});

const columns = `a.id, a.kind, a.product, a.plan, a.rule, a.seller, a.buyer, a.zone, a.agreed, a.currency, a.hash, a.starts, a.ends,
  COALESCE(a.document->'members', '[]') AS members`;

/** Refuses AGREEMENT_UNKNOWN. */
export async function agreementOf(tx: Tx, id: string): Promise<AgreementRow> {
  const row = await first<Stored>(tx, `SELECT ${columns} FROM market_agreements a WHERE a.id = $1`, [id]);
  if (row === undefined) throw new Refusal('AGREEMENT_UNKNOWN', { agreement: id });
  return read(row);
}

/** The buyer's running agreement that opens this product: a subscription, a bundle, or what a negotiation won. */
export async function openAgreement(
  tx: Tx,
  buyer: string,
  product: string,
  now: number,
): Promise<AgreementRow | undefined> {
  const row = await first<Stored>(
    tx,
    `SELECT ${columns} FROM market_agreements a LEFT JOIN market_subscriptions s ON s.id = a.id
     WHERE a.buyer = $1 AND (a.product = $2 OR a.document->'members' ? $2) AND a.kind <> 'per-use'
     AND a.starts <= $3 AND a.ends > $3 AND (s.id IS NULL OR s.state IN ('ACTIVE', 'TRIALING'))
     ORDER BY (a.product = $2) DESC, a.starts DESC, a.id LIMIT 1`,
    [buyer, product, now],
  );
  return row && read(row);
}

export async function agreementsOf(tx: Tx, participant: string): Promise<AgreementRow[]> {
  const found = await rows<Stored>(
    tx,
    `SELECT ${columns} FROM market_agreements a WHERE $1 IN (a.buyer, a.seller) ORDER BY a.starts DESC, a.id LIMIT 500`,
    [participant],
  );
  return found.map(read);
}

type Stored = Omit<AgreementRow, 'starts' | 'ends'> & { readonly starts: string; readonly ends: string };

const read = (row: Stored): AgreementRow => ({ ...row, starts: Number(row.starts), ends: Number(row.ends) });
