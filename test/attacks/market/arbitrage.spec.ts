// The attack runs small here; `aggregora`'s attack script runs it at 200,000 attempts a family.
import { run } from './arbitrage';

test('no arbitrage on ours; round half up, eps cubed and unchecked menus are exploited by the same attack', () => {
  const report = run({ seed: 7, attempts: 4000 });
  expect(report.ours.map((each) => [each.name, each.hits]).filter(([, hits]) => hits !== 0)).toEqual([]);
  expect(report.menus.hits).toBe(0);
  expect(report.menus.unchecked.hits).toBeGreaterThan(0);
  expect(report.weak.filter((each) => each.hits > 0).map((each) => each.name)).toContain('eps cubed');
  expect(report.held).toBe(true);
});

test('the same seed makes the same report', () => {
  expect(run({ seed: 3, attempts: 200 })).toEqual(run({ seed: 3, attempts: 200 }));
});
