// A small world here; `aggregora`'s simulate script runs 200 accounts for 24 months.
import { run } from '.';

test('the books hold at every step, whatever crashes, and the same seed makes the same digest', () => {
  const first = run({ accounts: 24, months: 6, seed: 3 });
  expect(first.checks).toEqual(Object.fromEntries(Object.keys(first.checks).map((name) => [name, true])));
  expect(first.counts['crashes']).toBeGreaterThan(0);
  expect(Object.keys(first.outcomes).sort()).toEqual([
    'answered',
    'expired-while-running',
    'failed-after-data',
    'refused-before-data',
  ]);
  expect(run({ accounts: 24, months: 6, seed: 3 }).digest).toBe(first.digest);
  expect(run({ accounts: 24, months: 6, seed: 4 }).digest).not.toBe(first.digest);
});

test('crowding: many buyers, few runs and little rho: somebody is refused and nothing is overspent', () => {
  const crowded = run({ accounts: 120, months: 2, seed: 5 });
  expect(crowded.held).toBe(true);
  expect((crowded.refusals['RHO_SPENT'] ?? 0) + (crowded.refusals['RUNS_SPENT'] ?? 0)).toBeGreaterThan(0);
});
