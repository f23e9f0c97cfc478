// Alternating offers: each side in turn accepts, counters or ends; only the last live offer of the other side, by its hash.
import { contentId, type ContentId } from '../../canonical';
import { Refusal } from '../../refusals';

export const bargainMoves = {
  OFFERED: ['OFFERED', 'AGREED', 'ENDED'],
  AGREED: [],
  ENDED: [],
} as const;
export type BargainState = keyof typeof bargainMoves;
export type Side = 'buyer' | 'seller';
/** Why it ended without a price; always one of these. */
export type EndReason =
  'declined-by-buyer' | 'declined-by-seller' | 'offer-expired' | 'rounds-used-up' | 'product-withdrawn';

export interface Offer {
  readonly hash: ContentId;
  readonly by: Side;
  readonly round: number;
  readonly minor: bigint;
  readonly validUntil: number;
}

export interface Bargain {
  readonly id: string;
  readonly plan: string;
  readonly currency: string;
  readonly state: BargainState;
  readonly maxRounds: number;
  readonly offers: readonly Offer[];
  readonly reason: EndReason | null;
}

interface Terms {
  readonly by: Side;
  readonly minor: bigint;
  readonly currency: string;
  readonly validUntil: number;
  readonly now: number;
}

/** Opens with the first offer. Refuses OFFER_AMOUNT, OFFER_EXPIRED. */
export function open(draft: Pick<Bargain, 'id' | 'plan' | 'currency' | 'maxRounds'>, terms: Terms): Bargain {
  return withOffer({ ...draft, state: 'OFFERED', offers: [], reason: null }, terms);
}

/** Counters the offer named by `hash`. Refuses NEGOTIATION_OVER, OFFER_OUT_OF_TURN, OFFER_NOT_LAST, OFFER_EXPIRED, CURRENCY_MISMATCH, ROUNDS_USED_UP. */
export function counter(bargain: Bargain, hash: string, terms: Terms): Bargain {
  needLast(bargain, hash, terms);
  if (bargain.offers.length >= bargain.maxRounds) throw new Refusal('ROUNDS_USED_UP', { negotiation: bargain.id });
  return withOffer(bargain, terms);
}

/** Accepts the other side's last offer by its hash; the price is that offer's. Refuses as `counter` does. */
export function accept(bargain: Bargain, hash: string, by: Side, now: number): Bargain {
  needLast(bargain, hash, { by, now });
  return { ...bargain, state: 'AGREED' };
}

/** Ends it, with a reason both sides can read. Refuses NEGOTIATION_OVER. */
export function end(bargain: Bargain, reason: EndReason): Bargain {
  needOpen(bargain);
  return { ...bargain, state: 'ENDED', reason };
}

/** Ends it when its last offer has run out; otherwise the same bargain. For the reaper. */
export function lapse(bargain: Bargain, now: number): Bargain {
  const last = bargain.offers.at(-1);
  return bargain.state === 'OFFERED' && last !== undefined && now >= last.validUntil
    ? end(bargain, 'offer-expired')
    : bargain;
}

export function lastOffer(bargain: Bargain): Offer {
  const last = bargain.offers.at(-1);
  if (last === undefined) throw new TypeError('a bargain without an offer');
  return last;
}

function withOffer(bargain: Bargain, { by, minor, currency, validUntil, now }: Terms): Bargain {
  if (currency !== bargain.currency)
    throw new Refusal('CURRENCY_MISMATCH', { expected: bargain.currency, given: currency });
  if (minor < 0n) throw new Refusal('OFFER_AMOUNT', { negotiation: bargain.id });
  if (validUntil <= now) throw new Refusal('OFFER_EXPIRED', { negotiation: bargain.id });
  const round = bargain.offers.length + 1;
  const previous = bargain.offers.at(-1)?.hash ?? null;
  const body = {
    negotiation: bargain.id,
    plan: bargain.plan,
    round,
    by,
    minor: String(minor),
    currency,
    validUntil,
    previous,
  };
  const offer: Offer = { hash: contentId('aggregora/offer/1', body), by, round, minor, validUntil };
  return { ...bargain, offers: [...bargain.offers, offer] };
}

function needLast(bargain: Bargain, hash: string, { by, now }: { by: Side; now: number }): void {
  needOpen(bargain);
  const last = lastOffer(bargain);
  if (last.by === by) throw new Refusal('OFFER_OUT_OF_TURN', { negotiation: bargain.id });
  if (last.hash !== hash) throw new Refusal('OFFER_NOT_LAST', { negotiation: bargain.id, last: last.hash });
  if (now >= last.validUntil) throw new Refusal('OFFER_EXPIRED', { negotiation: bargain.id });
}

function needOpen(bargain: Bargain): void {
  if (bargain.state !== 'OFFERED')
    throw new Refusal('NEGOTIATION_OVER', { negotiation: bargain.id, state: bargain.state });
}
