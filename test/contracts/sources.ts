// What every source must do, whatever engine stands behind it: the same rows, the same integers, and sensitivity that holds exactly.
import { createHash } from 'node:crypto';
import type { Source } from '../../src/adapters/sources';
import type { GroupRow, SumsPlan } from '../../src/domain/templates/plan';
import { groupings, oracle, plan, randomPlan, seeded, table, aggregates, one, type Person } from '../support/people';

export interface Place {
  readonly source: Source;
  close(): Promise<void>;
}

const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const options = { secret, timeoutMs: 30_000 };
const PAIRS = 200;

interface Pair {
  readonly plan: SumsPlan;
  readonly without: SumsPlan;
  readonly rows: readonly Person[];
  readonly rest: readonly Person[];
}

/** Neighbouring tables live in one table as two worlds, so that a question costs a question and not a load. */
function pairs(): readonly Pair[] {
  const chance = seeded(20260101);
  return Array.from({ length: PAIRS }, (_, at) => {
    const [world, other] = [`w${String(at)}`, `w${String(at)}-`];
    const rows = table(chance, world);
    const leaving = one(chance, ['everywhere', 'p0', 'p1', 'p2']);
    const rest = rows.filter((row) => row.id !== leaving).map((row) => ({ ...row, world: other }));
    const asked = randomPlan(chance, world);
    const [first, ...filters] = asked.filters;
    const without = {
      ...asked,
      filters: [{ ...first, column: 'world', op: '=' as const, values: [other], scale: 0 }, ...filters],
    };
    return { plan: asked, without, rows, rest };
  });
}

const sorted = (rows: readonly GroupRow[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify([row.key, row.contributors, row.values], (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    )
    .sort();

const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);
const larger = (a: bigint, b: bigint): bigint => (magnitude(a) > magnitude(b) ? magnitude(a) : magnitude(b));

/** Differences per group that is in either answer: contributors first, then every aggregate. */
function differences(a: readonly GroupRow[], b: readonly GroupRow[], width: number): bigint[][] {
  const flat = (rows: readonly GroupRow[]): Map<string, bigint[]> =>
    new Map(rows.map((row) => [JSON.stringify(row.key), [row.contributors, ...row.values]]));
  const [left, right] = [flat(a), flat(b)];
  const zero = Array.from({ length: width + 1 }, () => 0n);
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((key) => zero.map((_, at) => (left.get(key)?.[at] ?? 0n) - (right.get(key)?.[at] ?? 0n)))
    .filter((row) => row.some((n) => n !== 0n));
}

export function describeSource(name: string, make: (rows: readonly Person[]) => Promise<Place>): void {
  describe(`source: ${name}`, () => {
    const cases = pairs();
    let place: Place;
    let source: Source;
    beforeAll(async () => {
      place = await make(cases.flatMap((pair) => [...pair.rows, ...pair.rest]));
      source = place.source;
    }, 120_000);
    afterAll(async () => {
      await place.close();
    });

    test('the same rows as plain code, over random tables and random plans', async () => {
      for (const { plan: asked, rows } of cases)
        expect(sorted(await source.run(asked, options))).toEqual(sorted(oracle(asked, rows, secret)));
    }, 120_000);

    test.each(groupings.map((grouping, at) => [`${grouping.of} ${String(at)}`, grouping] as const))(
      'one grouping, every aggregate: %s',
      async (_, grouping) => {
        const asked = plan({ groups: [grouping], aggregates, groupsPerUnit: 2 });
        const all = cases.flatMap((pair) => [...pair.rows, ...pair.rest]);
        expect(sorted(await source.run(asked, options))).toEqual(sorted(oracle(asked, all, secret)));
      },
    );

    test('one unit more or less moves L0, L1, L2 and Linf by no more than their bounds, exactly', async () => {
      let moved = 0;
      for (const { plan: asked, without } of cases) {
        const rows = differences(
          await source.run(asked, options),
          await source.run(without, options),
          asked.aggregates.length,
        );
        const most = BigInt(asked.groupsPerUnit);
        expect(BigInt(rows.length)).toBeLessThanOrEqual(most); // L0
        const limits = [
          1n,
          ...asked.aggregates.map((a) => (a.of === 'rows' ? a.perUnit : larger(a.lowest, a.highest))),
        ];
        limits.forEach((limit, at) => {
          const column = rows.map((row) => magnitude(row[at] ?? 0n));
          const total = (power: bigint): bigint => column.reduce((sofar, n) => sofar + n ** power, 0n);
          for (const n of column) expect(n).toBeLessThanOrEqual(limit); // Linf
          expect(total(1n)).toBeLessThanOrEqual(most * limit); // L1
          expect(total(2n)).toBeLessThanOrEqual(most * limit * limit); // L2, squared
        });
        moved += rows.length;
      }
      expect(moved).toBeGreaterThan(PAIRS / 2); // The people who left were really there.
    }, 120_000);

    test('no row, no group: an empty answer, also when nothing is grouped', async () => {
      const filters = [{ column: 'world', op: '=' as const, values: ['nowhere'], scale: 0 }];
      expect(await source.run(plan({ filters, aggregates }), options)).toEqual([]);
    });

    test('another secret keeps other groups, the same secret the same', async () => {
      const asked = plan({
        groups: [{ of: 'column', column: 'city', keys: 'discovered' }],
        aggregates: [{ of: 'rows', perUnit: 1n }],
      });
      const [first, again, other] = await Promise.all([
        source.run(asked, options),
        source.run(asked, options),
        source.run(asked, { ...options, secret: new Uint8Array(32) }),
      ]);
      expect(sorted(again)).toEqual(sorted(first));
      expect(sorted(other)).not.toEqual(sorted(first));
    });

    test('a question past its time limit fails without the words of the engine, and the next one is answered', async () => {
      const asked = plan({ groups: groupings.slice(0, 4), aggregates, groupsPerUnit: 3 });
      const failure = await source.run(asked, { secret, timeoutMs: 1 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect((failure as Error).message).toBe('The question failed in the source.');
      expect(failure).not.toHaveProperty('code');
      expect(await source.run(plan({ aggregates }), options)).toHaveLength(1);
    });

    test('columns that are not mapped, and text used as a number, are refused before a row is read', async () => {
      const summed = (column: string): SumsPlan =>
        plan({
          aggregates: [
            { of: 'sum', column, scale: 0, low: 0n, high: 1n, offset: 0n, power: 1, lowest: 0n, highest: 1n },
          ],
        });
      await expect(source.run(summed('wage'), options)).rejects.toMatchObject({ code: 'SOURCE_COLUMN_UNKNOWN' });
      await expect(source.run(summed('city'), options)).rejects.toMatchObject({ code: 'SOURCE_COLUMN_TYPE' });
    });

    test('the units that the filters leave, each once; of too many those whose keyed hash comes first', async () => {
      const everybody = (rows: readonly Person[]): string[] => [
        ...new Set(rows.flatMap(({ id }) => (id === null ? [] : [id]))),
      ];
      for (const { rows } of cases.slice(0, 20)) {
        const world = rows[0]?.world ?? '';
        const asked = plan({ filters: [{ column: 'world', op: '=', values: [world], scale: 0 }] });
        const names = everybody(rows);
        expect([...(await source.units(asked, options, 1_000))].sort()).toEqual([...names].sort());
        const keyed = (name: string) =>
          createHash('md5')
            .update([Buffer.from(secret).toString('hex'), name].join('\u001f'))
            .digest('hex');
        const first = names.sort((a, b) => (keyed(a) < keyed(b) ? -1 : 1)).slice(0, 3);
        expect([...(await source.units(asked, options, 3))].sort()).toEqual([...first].sort());
      }
      const all = plan({ filters: [] });
      const other = { ...options, secret: new Uint8Array(32) };
      expect(await source.units(all, options, 5)).not.toEqual(await source.units(all, other, 5));
    });

    test('the version is the same when asked twice', async () => {
      expect(await source.version()).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(await source.version()).toBe(await source.version());
    });
  });
}
