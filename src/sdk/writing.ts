// Writing and reviewing templates: what an author sends, and what a reviewer signs.
import type { Json } from '../domain/canonical';
import { signJws } from '../domain/identity';
import type { DataElement } from '../domain/elements';
import { REVIEW_TYPE } from '../domain/templates/review';
import type { Client, Keyring } from '../wire';

export type ReviewVerdict = 'APPROVE' | 'REJECT';

/** Keeps the draft and hands it to the reviewers; the same document again goes on where it stopped. Refuses TEMPLATE_*. */
export async function draftAndSubmit(exchange: Client, template: Json): Promise<{ id: string; state: string }> {
  const { id, state } = await exchange.json<{ id: string; state: string }>('/v1/templates', { json: template });
  if (state !== 'draft') return { id, state };
  return exchange.json(`/v1/templates/${id}/submission`, { method: 'POST', json: {} });
}

/** The compact JWS of one review. */
export function signedReview(
  keys: Keyring,
  review: { readonly template: string; readonly verdict: ReviewVerdict; readonly comment: string },
  now: number,
): string {
  return signJws(REVIEW_TYPE, { ...review, iat: now }, keys.receipt);
}

/** The data element behind a content id. */
export async function elementDocument(exchange: Client, id: string): Promise<DataElement> {
  const path = `/v1/elements/${encodeURIComponent(id)}`;
  return (await exchange.json<{ document: DataElement }>(path, { open: true })).document;
}
