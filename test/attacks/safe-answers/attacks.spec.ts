// Each attack first wins against a build that only has a threshold, then must stay below the promised ceiling.
import {
  mustAfford,
  parseRational,
  rational,
  SafeAnswer,
  sureness,
  type Budget,
} from '../../../src/domain/safe-answers';
import type { Aggregate, Plan } from '../../../src/domain/templates/plan';
import { ceiling, cellsOf, group, inputs, noisyOf, pick, planOf, rate, seeded, thresholdOnly } from './table';

/** Questions of rho 1/200 that the searcher's cap of 1/8 pays for. */
const QUESTIONS = 25;
const TRIALS = 400;
const sure = sureness('gaussian', rational(1n, 8n));
const [inTable, fact] = [Number(sure.inTable) / 100, Number(sure.fact) / 100];

const ask = (count: number, random: ReturnType<typeof seeded>, plan: Plan = planOf()): number =>
  noisyOf(SafeAnswer.release(plan, [group(count)], random, inputs));
const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

test('the cap pays for 25 questions at 1/200 and refuses the 26th', () => {
  const wide: Budget = { cap: rational(1n, 2n), spent: rational(0n), held: rational(0n) };
  const after = (n: number): Budget => ({
    cap: rational(1n, 8n),
    spent: rational(BigInt(n), 200n),
    held: rational(0n),
  });
  expect(() => mustAfford(after(24), wide, parseRational('1/200'))).not.toThrow();
  expect(() => mustAfford(after(25), wide, parseRational('1/200'))).toThrow('BUDGET_SPENT_SEARCHER');
});

describe('averaging: the same count asked again and again', () => {
  test('noise that is bounded and refreshed without a budget averages away', () => {
    const random = seeded('averaging weak');
    const success = rate(200, (i) => {
      const truth = 40 + (i % 2);
      return Math.round(mean(times(400, () => truth + pick(random, 7) - 3))) === truth;
    });
    expect(success).toBeGreaterThan(0.9);
  });
  test('every question the cap allows, averaged, stays below the ceiling', () => {
    const random = seeded('averaging');
    const success = rate(
      TRIALS,
      (i) => (mean(times(QUESTIONS, () => ask(40 + (i % 2), random))) > 40.5 ? 1 : 0) === i % 2,
    );
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});

describe('differencing: everybody, and everybody but the victim', () => {
  test('two exact counts above the threshold reveal the fact', () => {
    expect(
      rate(TRIALS, (i) => Number(thresholdOnly(40 + (i % 2))) - Number(thresholdOnly(40)) === i % 2),
    ).toBeGreaterThan(0.9);
  });
  test('the whole cap spent on both sides stays below the ceiling', () => {
    const random = seeded('differencing');
    const success = rate(TRIALS, (i) => {
      const all = mean(times(13, () => ask(40 + (i % 2), random)));
      const others = mean(times(12, () => ask(40, random)));
      return (all - others > 0.5 ? 1 : 0) === i % 2;
    });
    expect(success).toBeLessThan(ceiling(fact, TRIALS));
  });
});

describe('tracker: a small group through the padding of a large one', () => {
  test('padding passes the threshold and leaves when subtracted', () => {
    expect(
      rate(TRIALS, (i) => Number(thresholdOnly(500 + (i % 2))) - Number(thresholdOnly(500)) === i % 2),
    ).toBeGreaterThan(0.9);
  });
  test('with noise the padding hides nothing more and reveals nothing more', () => {
    const random = seeded('tracker');
    const success = rate(TRIALS, (i) => {
      const padded = mean(times(QUESTIONS, () => ask(500 + (i % 2), random)));
      return (padded > 500.5 ? 1 : 0) === i % 2;
    });
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});

describe('suppression edge: is the group of ten withheld?', () => {
  test('a hard threshold is itself an exact answer', () => {
    expect(rate(TRIALS, (i) => (thresholdOnly(9 + (i % 2)) === null ? 0 : 1) === i % 2)).toBeGreaterThan(0.9);
  });
  test('a floor on noisy units is not', () => {
    const random = seeded('edge');
    const total: Aggregate = {
      of: 'sum',
      column: 'income',
      scale: 0,
      low: 0n,
      high: 100n,
      offset: 0n,
      power: 1,
      lowest: 0n,
      highest: 100n,
    };
    const plan = planOf({ aggregates: [total], measures: [{ as: 'income', of: 'sum', total: 0, scale: 0 }] });
    const success = rate(TRIALS, (i) => {
      const open = times(QUESTIONS, () => {
        const answer = SafeAnswer.release(plan, [group(9 + (i % 2), [0n])], random, inputs);
        return cellsOf(answer)[0]?.values['income']?.withheld === undefined;
      }).filter(Boolean).length;
      return (open > QUESTIONS / 2 ? 1 : 0) === i % 2;
    });
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});

/** Least squares for 0/1 secrets from random subset counts: gradient steps are enough for 24 unknowns. */
function reconstruct(subsets: readonly (readonly number[])[], answers: readonly number[], people: number): number[] {
  const guess = times(people, () => 0.5);
  for (let step = 0; step < 400; step += 1) {
    const misses = subsets.map(
      (subset, q) => subset.reduce((sum, who) => sum + (guess[who] ?? 0), 0) - (answers[q] ?? 0),
    );
    const slope = times(people, () => 0);
    subsets.forEach((subset, q) => subset.forEach((who) => (slope[who] = (slope[who] ?? 0) + (misses[q] ?? 0))));
    slope.forEach(
      (s, who) => (guess[who] = Math.min(1, Math.max(0, (guess[who] ?? 0) - (0.5 * s) / (subsets.length * 2)))),
    );
  }
  return guess.map((g) => (g > 0.5 ? 1 : 0));
}

describe('linear reconstruction: many random subsets, one solution', () => {
  const PEOPLE = 24;
  const play = (
    seed: string,
    questions: number,
    answer: (exact: number, random: ReturnType<typeof seeded>) => number,
  ): number => {
    const random = seeded(seed);
    const rounds = times(30, () => {
      const secrets = times(PEOPLE, () => pick(random, 2));
      const subsets = times(questions, () => times(PEOPLE, (who) => who).filter(() => pick(random, 2) === 1));
      const answers = subsets.map((subset) =>
        answer(
          subset.reduce((sum, who) => sum + (secrets[who] ?? 0), 0),
          random,
        ),
      );
      const found = reconstruct(subsets, answers, PEOPLE);
      return found.filter((bit, who) => bit === secrets[who]).length / PEOPLE;
    });
    return mean(rounds);
  };
  test('small bounded noise without a budget gives nearly every secret away', () => {
    expect(play('rebuild weak', 200, (exact, random) => exact + pick(random, 3) - 1)).toBeGreaterThan(0.9);
  });
  test('the questions of one cap give no more than the ceiling', () => {
    expect(play('rebuild', QUESTIONS, ask)).toBeLessThan(ceiling(fact, 30 * PEOPLE));
  });
});

describe('membership: is the victim in the aggregates of fifty cells?', () => {
  const CELLS = 50;
  const keys = times(CELLS, (i) => `c${i}`);
  const crowd = (random: ReturnType<typeof seeded>): number[] => times(CELLS, () => 20 + pick(random, 20));
  const plan = planOf({
    groups: [{ of: 'column', column: 'cell', keys }],
    groupsPerUnit: 4,
    privacy: { mechanism: 'gaussian', rho: '1/8', minUnits: 10 },
  });
  const visited = [3, 11, 27, 44];
  test('exact cells of a known crowd show who was added', () => {
    const random = seeded('membership weak');
    const success = rate(TRIALS, (i) => {
      const base = crowd(random);
      const cells = base.map((n, c) => thresholdOnly(n + (visited.includes(c) ? i % 2 : 0)));
      return (visited.every((c) => Number(cells[c]) > (base[c] ?? 0)) ? 1 : 0) === i % 2;
    });
    expect(success).toBeGreaterThan(0.9);
  });
  test('the best linear test on the whole cap stays below the ceiling', () => {
    const random = seeded('membership');
    const success = rate(TRIALS, (i) => {
      const base = crowd(random);
      const rows = base.map((n, c) => group(n + (visited.includes(c) ? i % 2 : 0), [], [`c${c}`]));
      const cells = cellsOf(SafeAnswer.release(plan, rows, random, inputs));
      const rise = visited.reduce((sum, c) => sum + Number(cells[c]?.noisy['units']) - (base[c] ?? 0), 0);
      return (rise > visited.length / 2 ? 1 : 0) === i % 2;
    });
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});

describe('small groups by parameters: a filter that fits one person', () => {
  test('the threshold hides the one, and the total less the other bands shows it', () => {
    const success = rate(TRIALS, (i) => {
      const [bands, total] = [[10, 15, 12].map(thresholdOnly), thresholdOnly(37 + (i % 2))];
      return (
        thresholdOnly(i % 2) === null && Number(total) - bands.reduce<number>((sum, n) => sum + Number(n), 0) === i % 2
      );
    });
    expect(success).toBeGreaterThan(0.9);
  });
  test('0 or 1 under noise stays below the ceiling', () => {
    const random = seeded('small');
    const success = rate(TRIALS, (i) => (mean(times(QUESTIONS, () => ask(i % 2, random))) > 0.5 ? 1 : 0) === i % 2);
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});

describe('heavy contributor: one person with a thousand rows', () => {
  const rows: Aggregate = { of: 'rows', perUnit: 5n };
  const plan = planOf({ aggregates: [rows], measures: [{ as: 'calls', of: 'count', rows: 0 }] });
  test('noise for one row does not hide a thousand', () => {
    const random = seeded('heavy weak');
    const success = rate(TRIALS, (i) => (ask(400 + 1000 * (i % 2), random) > 900 ? 1 : 0) === i % 2);
    expect(success).toBeGreaterThan(0.9);
  });
  test('clipped to five rows with noise for five, the person is hidden like any other', () => {
    const random = seeded('heavy');
    const success = rate(TRIALS, (i) => {
      const answers = times(QUESTIONS, () =>
        noisyOf(SafeAnswer.release(plan, [group(100 + (i % 2), [BigInt(400 + 5 * (i % 2))])], random, inputs), 'a0'),
      );
      return (mean(answers) > 402.5 ? 1 : 0) === i % 2;
    });
    expect(success).toBeLessThan(ceiling(inTable, TRIALS));
  });
});
