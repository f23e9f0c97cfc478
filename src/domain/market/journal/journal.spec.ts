// Entries balance or are not made; balances are projections; corrections follow the original.
import {
  account,
  balanceOf,
  currenciesOff,
  entry,
  holdCaptured,
  holdPlaced,
  paymentReceived,
  post,
  project,
  reversal,
} from '.';

const head = (id: string) => ({ id, at: 0, subject: 'o' });
const cny = (minor: bigint) => ({ minor, currency: 'CNY' });

test('an entry that does not sum to zero in each currency is not made', () => {
  const postings = [
    { account: account('tax'), currency: 'CNY', minor: 1n },
    { account: account('platform.fee'), currency: 'JPY', minor: -1n },
  ];
  expect(() => entry({ ...head('e'), reason: 'x', postings })).toThrow('ENTRY_NOT_ZERO');
  expect(() => entry({ ...head('e'), reason: 'x', postings: [] })).toThrow('ENTRY_EMPTY');
});

test('pay in, hold, capture part: the rest comes back in the same entry; nobody goes below zero', () => {
  const entries = [
    paymentReceived(head('p'), 'b', cny(1000n)),
    holdPlaced(head('h'), 'b', cny(800n)),
    holdCaptured(head('c'), 'b', cny(800n), 500n, [{ account: account('owner.payable', 'city'), minor: 500n }]),
  ];
  const balances = project(entries);
  expect(balanceOf(balances, account('buyer.available', 'b'), 'CNY')).toBe(500n);
  expect(balanceOf(balances, account('buyer.held', 'b'), 'CNY')).toBe(0n);
  expect(currenciesOff(entries)).toEqual([]);
  expect(() => post(balances, holdPlaced(head('h2'), 'b', cny(501n)))).toThrow('BALANCE_TOO_LOW');
  expect(() => holdCaptured(head('c2'), 'b', cny(800n), 500n, [])).toThrow('ENTRY_NOT_ZERO');
});

test('a reversal names what it corrects and brings the balances back', () => {
  const paid = paymentReceived(head('p'), 'b', cny(70n));
  const undone = reversal(paid, { id: 'r', at: 1, reason: 'payment.reversed' });
  expect(undone.corrects).toBe('p');
  expect([...project([paid, undone]).values()].every((minor) => minor === 0n)).toBe(true);
});
