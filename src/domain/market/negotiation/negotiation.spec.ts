// Bargaining and auctions: whose turn, which offer, which clock, who wins, what they pay.
import {
  accept,
  afterDefault,
  commitment,
  counter,
  deposits,
  dutchPrice,
  englishAward,
  englishBid,
  firstPrice,
  lapse,
  lastOffer,
  needBiddable,
  open,
  reveal,
  secondPrice,
  uniformPrice,
  type Auction,
  type Bid,
} from '.';

const first = () =>
  open(
    { id: 'n', plan: 'p', currency: 'CNY', maxRounds: 3 },
    { by: 'seller', minor: 900n, currency: 'CNY', validUntil: 100, now: 0 },
  );
const terms = { by: 'buyer', minor: 700n, currency: 'CNY', validUntil: 200, now: 10 } as const;

test('only the last live offer of the other side is accepted, by its hash', () => {
  const one = first();
  const two = counter(one, lastOffer(one).hash, terms);
  expect(() => accept(two, lastOffer(two).hash, 'buyer', 20)).toThrow('OFFER_OUT_OF_TURN');
  expect(() => accept(two, lastOffer(one).hash, 'seller', 20)).toThrow('OFFER_NOT_LAST');
  expect(() => accept(two, lastOffer(two).hash, 'seller', 200)).toThrow('OFFER_EXPIRED');
  expect(() => counter(two, lastOffer(two).hash, { ...terms, by: 'seller', currency: 'JPY' })).toThrow(
    'CURRENCY_MISMATCH',
  );
  const agreed = accept(two, lastOffer(two).hash, 'seller', 20);
  expect([agreed.state, lastOffer(agreed).minor]).toEqual(['AGREED', 700n]);
  expect(() => accept(agreed, lastOffer(two).hash, 'seller', 20)).toThrow('NEGOTIATION_OVER');
  expect(lapse(two, 200)).toMatchObject({ state: 'ENDED', reason: 'offer-expired' });
});

test('rounds end', () => {
  let bargain = first();
  for (const by of ['buyer', 'seller'] as const) bargain = counter(bargain, lastOffer(bargain).hash, { ...terms, by });
  expect(() => counter(bargain, lastOffer(bargain).hash, terms)).toThrow('ROUNDS_USED_UP');
});

const auction: Auction = {
  id: 'a',
  state: 'OPEN',
  currency: 'CNY',
  reserve: 100n,
  increment: 10n,
  deposit: 5n,
  opensAt: 0,
  closesAt: 1000,
  revealUntil: 2000,
};
const bids = (...all: [string, bigint][]): Bid[] =>
  all.map(([bidder, minor], index) => ({ bidder, minor, sequence: index + 1 }));

test.each`
  title                         | all                                        | one            | two            | uniform2
  ${'three bids'}               | ${[['a', 300n], ['b', 200n], ['c', 150n]]} | ${['a', 300n]} | ${['a', 200n]} | ${[['a', 150n], ['b', 150n]]}
  ${'a tie: earliest sequence'} | ${[['b', 200n], ['a', 200n]]}              | ${['b', 200n]} | ${['b', 200n]} | ${[['b', 100n], ['a', 100n]]}
  ${'only one over reserve'}    | ${[['a', 150n], ['b', 99n]]}               | ${['a', 150n]} | ${['a', 100n]} | ${[['a', 100n]]}
  ${'reserve not met'}          | ${[['a', 99n]]}                            | ${undefined}   | ${undefined}   | ${[]}
`('$title', ({ all, one, two, uniform2 }) => {
  const list = bids(...(all as [string, bigint][]));
  const pair = (award?: { bidder: string; minor: bigint }) => award && [award.bidder, award.minor];
  expect([pair(firstPrice(auction, list)), pair(secondPrice(auction, list))]).toEqual([one, two]);
  expect(uniformPrice(auction, list, 2).map(pair)).toEqual(uniform2);
});

test('English: increment, soft close, the edge of the clock', () => {
  const clock = { now: 999, extendSeconds: 1 };
  expect(englishBid(auction, [], bids(['a', 100n])[0] as Bid, clock)).toMatchObject({
    state: 'EXTENDED',
    closesAt: 1999,
  });
  expect(() => englishBid(auction, bids(['a', 100n]), { bidder: 'b', minor: 109n, sequence: 2 }, clock)).toThrow(
    'BID_TOO_LOW',
  );
  expect(() => englishBid(auction, bids(['a', 100n]), { bidder: 'a', minor: 200n, sequence: 2 }, clock)).toThrow(
    'BID_OWN_BEST',
  );
  expect(() => {
    needBiddable(auction, { currency: 'CNY', now: 1000, deposited: 5n });
  }).toThrow('BID_LATE');
  expect(() => {
    needBiddable(auction, { currency: 'CNY', now: 5, deposited: 4n });
  }).toThrow('DEPOSIT_MISSING');
  expect(englishAward(auction, bids(['a', 100n], ['b', 110n]))).toEqual({ bidder: 'b', minor: 110n });
});

test('Dutch: the clock falls by steps and stops at the reserve', () => {
  const clock = { start: 200n, step: 30n, stepSeconds: 1 };
  expect([0, 999, 1000, 3000, 9000].map((now) => dutchPrice(auction, clock, now))).toEqual([
    200n,
    200n,
    170n,
    110n,
    100n,
  ]);
});

test('sealed bids: opened exactly as sealed, in time, or the deposit is lost', () => {
  const opening = { auction: 'a', bidder: 'x', minor: 150n, currency: 'CNY', salt: 'ab'.repeat(32) };
  const sealed = [{ bidder: 'x', hash: commitment(opening), sequence: 9 }];
  expect(reveal(auction, sealed, opening, 1000)).toEqual({ bidder: 'x', minor: 150n, sequence: 9 });
  expect(() => reveal(auction, sealed, { ...opening, minor: 151n }, 1000)).toThrow('REVEAL_MISMATCH');
  expect(() => reveal(auction, sealed, opening, 999)).toThrow('REVEAL_EARLY');
  expect(() => reveal(auction, sealed, opening, 2000)).toThrow('REVEAL_LATE');
  expect(() => reveal(auction, [], opening, 1000)).toThrow('REVEAL_UNKNOWN');
  expect(deposits(['x', 'y'], { revealed: ['x'], defaulted: [] })).toEqual([
    { bidder: 'x', lost: false },
    { bidder: 'y', lost: true },
  ]);
});

test('a winner who does not pay is followed by the next eligible bidder at its own price', () => {
  const list = bids(['a', 300n], ['b', 200n], ['c', 90n]);
  expect(afterDefault(list, ['a'], 100n)).toEqual({ bidder: 'b', minor: 200n });
  expect(afterDefault(list, ['a', 'b'], 100n)).toBeUndefined();
});
