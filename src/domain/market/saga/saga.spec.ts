// Every end of a saga, and what it does to money, quota and rho; nothing ends twice, and a full pool says no.
import fc from 'fast-check';
import { captureHold, drawHold, emptyPool, expireHold, leftIn, placeHold, releaseHold, settleHold } from '../holds';
import { advance, endSaga, reserve, type OutcomeName, type Saga } from '.';

const saga: Saga = { id: 's', buyer: 'b', quote: 'q', state: 'QUOTED', outcome: null, holds: {} };
const needs = () =>
  [
    { kind: 'money', amount: '500', pool: emptyPool('m', 'money', '1000') },
    { kind: 'quota', amount: '1', pool: emptyPool('k', 'quota', '1') },
    { kind: 'rho', amount: '1/200', pool: emptyPool('r', 'rho', '1/100') },
  ] as const;

test.each`
  outcome                    | state        | money         | quota         | rho
  ${'answered'}              | ${'POSTED'}  | ${'CAPTURED'} | ${'CAPTURED'} | ${'CAPTURED'}
  ${'refused-before-data'}   | ${'VOIDED'}  | ${'RELEASED'} | ${'RELEASED'} | ${'RELEASED'}
  ${'failed-after-data'}     | ${'VOIDED'}  | ${'RELEASED'} | ${'RELEASED'} | ${'CAPTURED'}
  ${'expired-while-running'} | ${'EXPIRED'} | ${'EXPIRED'}  | ${'EXPIRED'}  | ${'CAPTURED'}
`('$outcome while running: $state, money $money, quota $quota, rho $rho', ({ outcome, state, money, quota, rho }) => {
  const reserved = reserve(saga, needs(), 100);
  const running = advance(reserved.saga, 'RUNNING');
  const ended = endSaga(running, reserved.holds, outcome as OutcomeName, { now: 100 });
  expect([ended.saga.state, ...ended.holds.map((hold) => hold.state)]).toEqual([state, money, quota, rho]);
  expect(() => endSaga(ended.saga, ended.holds, 'answered', { now: 100 })).toThrow('ORDER_MOVE');
});

test.each`
  kind       | amount       | code
  ${'money'} | ${'1001'}    | ${'BALANCE_TOO_LOW'}
  ${'quota'} | ${'2'}       | ${'RUNS_SPENT'}
  ${'rho'}   | ${'11/1000'} | ${'RHO_SPENT'}
`('too much $kind is refused with $code and nothing is placed', ({ kind, amount, code }) => {
  const asked = needs().map((need) => (need.kind === kind ? { ...need, amount: amount as string } : need));
  expect(() => reserve(saga, asked, 100)).toThrow(code as string);
});

test('a hold ends once, whatever is tried and in which order, and its pool never passes its limit', () => {
  const ends = [
    (h: ReturnType<typeof placeHold>) => captureHold(h),
    releaseHold,
    (h: ReturnType<typeof placeHold>) => expireHold(h, 10),
  ];
  fc.assert(
    fc.property(fc.bigInt(0n, 50n), fc.nat(2), fc.nat(2), (amount, first, second) => {
      const hold = placeHold({ id: 'h', kind: 'money', pool: 'p', amount: String(amount), expiresAt: 10 });
      const drawn = drawHold(emptyPool('p', 'money', '50'), hold);
      const ended = ends[first]?.(hold) ?? hold;
      expect(() => ends[second]?.(ended)).toThrow('HOLD_ENDED');
      expect(leftIn(settleHold(drawn, ended))).toBe(String(50n - (first === 0 ? amount : 0n)));
    }),
  );
});

test('rho is captured whole or not at all, and a hold before its time cannot expire', () => {
  const rho = placeHold({ id: 'h', kind: 'rho', pool: 'p', amount: '1/200', expiresAt: 10 });
  expect(() => captureHold(rho, '1/400')).toThrow('HOLD_CAPTURE_TOO_LARGE');
  expect(() => expireHold(rho, 9)).toThrow('HOLD_STILL_LIVE');
  expect(() => placeHold({ ...rho, kind: 'quota' })).toThrow('HOLD_NOT_WHOLE');
});
