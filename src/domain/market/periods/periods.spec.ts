// Periods meet month ends, leap days, clock changes and the edges of the world; proration agrees with another library.
import fc from 'fast-check';
import Fraction from 'fraction.js';
import { creditFor, instantOf, periodAt, periodOf, upgrade, wallTime, type Charged, type Cycle } from '.';

const iso = (at: number) => new Date(at).toISOString();
const cycle = (local: string, zone: string, interval: Cycle['interval'] = 'month'): Cycle => {
  const [year, month, day, hour = 0, minute = 0] = local.split(/[-T:]/).map(Number) as [number, number, number];
  return { anchor: instantOf({ year, month, day, hour, minute, second: 0 }, zone), zone, interval };
};

test.each`
  anchor                | zone                     | index | start                         | end
  ${'2025-01-31'}       | ${'UTC'}                 | ${0}  | ${'2025-01-31T00:00:00.000Z'} | ${'2025-02-28T00:00:00.000Z'}
  ${'2025-01-31'}       | ${'UTC'}                 | ${1}  | ${'2025-02-28T00:00:00.000Z'} | ${'2025-03-31T00:00:00.000Z'}
  ${'2025-01-31'}       | ${'UTC'}                 | ${3}  | ${'2025-04-30T00:00:00.000Z'} | ${'2025-05-31T00:00:00.000Z'}
  ${'2024-01-31'}       | ${'Asia/Shanghai'}       | ${1}  | ${'2024-02-28T16:00:00.000Z'} | ${'2024-03-30T16:00:00.000Z'}
  ${'2025-01-15'}       | ${'Pacific/Kiritimati'}  | ${0}  | ${'2025-01-14T10:00:00.000Z'} | ${'2025-02-14T10:00:00.000Z'}
  ${'2025-01-15'}       | ${'Etc/GMT+12'}          | ${0}  | ${'2025-01-15T12:00:00.000Z'} | ${'2025-02-15T12:00:00.000Z'}
  ${'2025-03-09T02:30'} | ${'America/New_York'}    | ${0}  | ${'2025-03-09T07:30:00.000Z'} | ${'2025-04-09T07:30:00.000Z'}
  ${'2025-02-26'}       | ${'America/New_York'}    | ${0}  | ${'2025-02-26T05:00:00.000Z'} | ${'2025-03-26T04:00:00.000Z'}
  ${'2025-10-02T01:30'} | ${'America/New_York'}    | ${1}  | ${'2025-11-02T05:30:00.000Z'} | ${'2025-12-02T06:30:00.000Z'}
  ${'2025-09-05T02:15'} | ${'Australia/Lord_Howe'} | ${1}  | ${'2025-10-04T15:45:00.000Z'} | ${'2025-11-04T15:15:00.000Z'}
`('period $index from $anchor in $zone is [$start, $end)', ({ anchor, zone, index, start, end }) => {
  const period = periodAt(cycle(anchor as string, zone as string), index as number);
  expect([iso(period.start), iso(period.end)]).toEqual([start, end]);
});

test('a leap day subscription meets its own day again after four years', () => {
  const yearly = cycle('2024-02-29', 'Europe/Berlin', 'year');
  expect([1, 4].map((index) => wallTime(periodAt(yearly, index).start, 'Europe/Berlin').day)).toEqual([28, 29]);
});

const zones = [
  'UTC',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Cairo',
];
const anyCycle = fc.record<Cycle>({
  anchor: fc.integer({ min: 1_262_304_000, max: 1_893_456_000 }).map((s) => s * 1000),
  zone: fc.constantFrom(...zones),
  interval: fc.constantFrom('month', 'quarter', 'year'),
});

test('periods tile time: no gap, no overlap, and every instant is in the period that claims it', () => {
  fc.assert(
    fc.property(anyCycle, fc.nat(40), fc.nat(999), (rule, index, permille) => {
      const here = periodAt(rule, index);
      expect(periodAt(rule, index + 1).start).toBe(here.end);
      expect(here.end).toBeGreaterThan(here.start);
      const at = here.start + Math.floor(((here.end - here.start) * permille) / 1000);
      expect(periodOf(rule, at)).toEqual(here);
    }),
    { numRuns: 300 },
  );
});

test('credits of any upgrade chain never exceed what was paid, and agree with an independent fraction library', () => {
  const steps = fc.array(fc.record({ price: fc.bigInt(0n, 10_000_000n), permille: fc.nat(1000) }), { maxLength: 8 });
  fc.assert(
    fc.property(anyCycle, fc.bigInt(0n, 10_000_000n), steps, (rule, price, chain) => {
      const period = periodAt(rule, 0);
      let running: Charged = { ...period, minor: price };
      let now = period.start;
      for (const step of chain) {
        now += Math.floor(((period.end - now) * step.permille) / 1000);
        if (now >= period.end) break;
        const exact = new Fraction(running.minor).mul(period.end - now).div(period.end - running.start);
        const up = upgrade(running, period, step.price, now);
        expect(up.credit).toBe(halfEven(exact));
        expect(up.credit <= running.minor).toBe(true);
        running = up.charge;
      }
      expect(creditFor(running, period.end)).toBe(0n);
    }),
  );
});

function halfEven(value: InstanceType<typeof Fraction>): bigint {
  const floor = value.floor();
  const rest = value.sub(floor).compare(new Fraction(1, 2));
  const low = BigInt(floor.toString());
  return rest > 0 || (rest === 0 && low % 2n !== 0n) ? low + 1n : low;
}
