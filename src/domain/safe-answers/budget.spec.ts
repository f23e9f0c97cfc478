// Budgets, holds and policy: no order of events spends more than a cap, and nothing is resolved twice.
import fc from 'fast-check';
import { afford, budgetOf, leftOf, mustAfford } from './budget';
import { capture, expire, place, release, touch, type Hold } from './hold';
import { defaultPolicy, loosen, loosenedNotes, readPolicy, tighten } from './policy';
import { add, compare, parseRational, rational, toText } from './rational';

const fresh = (kind: Hold['kind'] = 'rho', amount = '1/200'): Hold =>
  place({ id: 'h', kind, account: 'a', amount, heldAt: 0, expiresAt: 100 });

const doing = {
  capture: (h: Hold) => capture(h, 5),
  release: (h: Hold) => release(h, 5),
  expire: (h: Hold) => expire(h, 100),
  touch: (h: Hold) => touch(h),
};
type Verb = keyof typeof doing;

test.each`
  before         | verb         | after
  ${[]}          | ${'capture'} | ${'CAPTURED'}
  ${[]}          | ${'release'} | ${'RELEASED'}
  ${[]}          | ${'expire'}  | ${'EXPIRED'}
  ${['touch']}   | ${'capture'} | ${'CAPTURED'}
  ${['touch']}   | ${'release'} | ${'HOLD_TOUCHED'}
  ${['touch']}   | ${'expire'}  | ${'CAPTURED'}
  ${['capture']} | ${'capture'} | ${'CAPTURED'}
  ${['capture']} | ${'release'} | ${'HOLD_RESOLVED'}
  ${['capture']} | ${'expire'}  | ${'CAPTURED'}
  ${['capture']} | ${'touch'}   | ${'HOLD_RESOLVED'}
  ${['release']} | ${'capture'} | ${'HOLD_RESOLVED'}
  ${['release']} | ${'release'} | ${'RELEASED'}
  ${['release']} | ${'touch'}   | ${'HOLD_RESOLVED'}
  ${['expire']}  | ${'capture'} | ${'HOLD_RESOLVED'}
  ${['expire']}  | ${'expire'}  | ${'EXPIRED'}
`('after $before, $verb gives $after', ({ before, verb, after }: { before: Verb[]; verb: Verb; after: string }) => {
  const hold = before.reduce((h, v) => doing[v](h), fresh());
  if (after.startsWith('HOLD_')) expect(() => doing[verb](hold)).toThrow(after);
  else expect(doing[verb](hold).state).toBe(after);
});

test('doing the same twice hands back the same hold; before its time nothing expires', () => {
  const captured = capture(fresh(), 1);
  expect(capture(captured, 2)).toBe(captured);
  const waiting = fresh();
  expect(expire(waiting, 99)).toBe(waiting);
});

test('money and quota may be captured in part, rho and touched holds only whole', () => {
  expect(capture(fresh('money', '300'), 1, '120')).toMatchObject({ captured: '120', amount: '300', state: 'CAPTURED' });
  expect(() => capture(fresh('rho', '1/4'), 1, '1/8')).toThrow('HOLD_TOUCHED');
  expect(() => capture(touch(fresh('money', '300')), 1, '120')).toThrow('HOLD_TOUCHED');
  expect(() => capture(fresh('money', '300'), 1, '301')).toThrow('HOLD_AMOUNT');
  expect(() => fresh('rho', '0')).toThrow('HOLD_AMOUNT');
});

test('no order of questions, failures and sweeps spends more than the cap, and touched rho is never given back', () => {
  const cap = rational(1n, 8n);
  const step = fc.record({
    verb: fc.constantFrom('ask', 'touch', 'capture', 'release', 'expire'),
    at: fc.nat(30),
    cost: fc.bigInt(1n, 12n),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const holds: Hold[] = [];
      for (const { verb, at, cost } of steps) {
        if (verb === 'ask') {
          const { spent, held } = budgetOf(cap, holds);
          const amount = rational(cost, 200n);
          if (afford(cap, spent, held, amount)) holds.push(fresh('rho', toText(amount)));
          continue;
        }
        const hold = holds[at % Math.max(1, holds.length)];
        if (!hold) continue;
        try {
          holds[at % holds.length] = doing[verb](hold);
        } catch (refusal) {
          expect((refusal as Error).message).toMatch(/^HOLD_/);
        }
        const { spent, held } = budgetOf(cap, holds);
        expect(compare(add(spent, held), cap)).toBeLessThanOrEqual(0);
        expect(holds.every((h) => !h.touched || h.state === 'HELD' || h.state === 'CAPTURED')).toBe(true);
      }
    }),
  );
});

test.each`
  searcher    | repository | outcome
  ${'24/200'} | ${'0'}     | ${'fine'}
  ${'25/200'} | ${'0'}     | ${'BUDGET_SPENT_SEARCHER'}
  ${'0'}      | ${'1/2'}   | ${'BUDGET_SPENT_REPOSITORY'}
`('spent $searcher and $repository: $outcome', ({ searcher, repository, outcome }: Record<string, string>) => {
  const held = rational(0n);
  const ask = (): void =>
    mustAfford(
      { cap: rational(1n, 8n), spent: parseRational(searcher ?? ''), held },
      { cap: rational(1n, 2n), spent: parseRational(repository ?? ''), held },
      parseRational('1/200'),
    );
  if (outcome === 'fine') expect(ask).not.toThrow();
  else expect(ask).toThrow(outcome);
});

test('left is never below 0', () => {
  expect(toText(leftOf({ cap: rational(1n, 8n), spent: rational(1n), held: rational(0n) }))).toBe('0');
});

describe('policy', () => {
  const people = { by: 'li', second: 'wang' };
  test('tightening needs one person, loosening two, and the label says what was loosened', () => {
    const tight = tighten(defaultPolicy, { minUnits: 20, rhoPerQuestion: '1/400' });
    expect(tight).toMatchObject({ version: 2, loosened: [], limits: { minUnits: 20 } });
    expect(() => tighten(tight, { minUnits: 10 })).toThrow('POLICY_WOULD_LOOSEN');
    expect(() => loosen(tight, { minUnits: 5 }, { by: 'li', second: 'li' })).toThrow('POLICY_SECOND_PERSON');
    const loose = loosen(tight, { minUnits: 5, capPerSearcher: '1/4' }, people);
    expect(loosenedNotes(loose)).toEqual([
      { field: 'minUnits', from: 10, to: 5 },
      { field: 'capPerSearcher', from: '1/8', to: '1/4' },
    ]);
    expect(loosenedNotes(tighten(loose, { minUnits: 10 }))).toEqual([
      { field: 'capPerSearcher', from: '1/8', to: '1/4' },
    ]);
  });
  test('loosening back to the default leaves no note', () => {
    const tight = tighten(defaultPolicy, { minUnits: 20 });
    expect(loosenedNotes(loosen(tight, { minUnits: 10 }, people))).toEqual([]);
  });
  test('the schema keeps unreduced, zero and unknown fields out', () => {
    expect(readPolicy(JSON.parse(JSON.stringify(defaultPolicy)))).toEqual(defaultPolicy);
    for (const bad of [
      { ...defaultPolicy, more: 1 },
      { ...defaultPolicy, limits: { ...defaultPolicy.limits, delta: '2/4' } },
      null,
    ])
      expect(() => readPolicy(bad)).toThrow('POLICY_UNREADABLE');
    expect(() => tighten(defaultPolicy, { rhoPerQuestion: '0' })).toThrow('POLICY_UNREADABLE');
  });
});
