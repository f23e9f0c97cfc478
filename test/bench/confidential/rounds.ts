// One round of a logistic fit: what it costs a source beside counting the same rows, and the searcher to find the next coefficients.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../../../src/adapters/sources';
import { rounds } from '../../../src/domain/confidential';
import { encodeRows } from '../../../src/domain/confidential/plans';
import { DataElement, elementId } from '../../../src/domain/elements';
import { Template } from '../../../src/domain/templates';
import type { SumsPlan } from '../../../src/domain/templates/plan';
import { median, time, type Figure } from './figures';

const title = { en: 'x', zh: 'x' };
const number = (name: string, high: number) => ({
  ...{ name, title, sensitivity: 'personal', type: 'integer' },
  domain: { low: 0, high },
});
const element = DataElement.parse({
  ...{ schema: 'aggregora/element/1', name: 'people', version: '1.0.0', title },
  unit: { of: 'person', column: 'id' },
  columns: [
    { name: 'id', title, sensitivity: 'personal', type: 'text-id' },
    ...[number('car', 1), number('age', 99), number('rooms', 9), number('income', 500)],
  ],
});
const step = (from: number, to: number, by: number | string) => ({ type: 'step', from, to, by, optional: true });
const template = Template.parse({
  ...{ schema: 'aggregora/template/1', name: 'car', version: '1.0.0', title, element: elementId(element) },
  purposes: ['research'],
  parameters: {
    round: step(1, 5, 1),
    ...Object.fromEntries(['b0', 'b1', 'b2', 'b3'].map((name) => [name, step(-8, 8, '0.001')])),
  },
  ...{ where: [], groupBy: [] },
  measures: [
    {
      ...{ as: 'car', of: 'logistic', target: 'car', rounds: 6, round: 'round', at: ['b0', 'b1', 'b2', 'b3'] },
      on: [
        { column: 'age', low: 0, high: 99, scale: 0 },
        { column: 'rooms', low: 0, high: 9, scale: 0 },
        { column: 'income', low: 0, high: 500, scale: 0 },
      ],
    },
  ],
  bounds: { groupsPerUnit: 1 },
  privacy: { mechanism: 'laplace', rho: '1/200', minUnits: 10 },
});

/** `rows` people in DuckDB. */
export async function oneRound(rows: number, times: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-bench-'));
  try {
    const file = join(folder, 'people.csv');
    const line = (at: number): string =>
      [`p${String(at)}`, Number((at * 7919) % 100 < (at * 29) % 100), (at * 29) % 100, at % 10, (at * 17) % 501].join();
    writeFileSync(file, ['id,car,age,rooms,income', ...Array.from({ length: rows }, (_, at) => line(at))].join('\n'));
    const columns = Object.fromEntries(element.columns.map(({ name }) => [name, name]));
    const source = await openSource({ kind: 'csv', file, columns });
    const fit = rounds.fitOf(template, element, {});
    if (fit === undefined) throw new Error('nothing to fit');
    const run = (plan: SumsPlan) => source.run(plan, { secret: new Uint8Array(32), timeoutMs: 60_000 });
    const start = rounds.roundPlan(fit, {});
    const released = [{ cells: encodeRows(start.demands.contribution, await run(start.plan)), repositories: 1 }];
    const { plan } = rounds.roundPlan(fit, { round: 1, b0: '0.5', b1: 1, b2: '-0.25', b3: 2 });
    const counted: SumsPlan = { ...plan, aggregates: [{ of: 'rows', perUnit: 1n }] };
    const baseline = { name: 'counting the same rows', value: await median(times, () => run(counted)) };
    const moments = await median(times, () => run(start.plan));
    const slopes = await median(times, () => run(plan));
    const next = await median(times, () => rounds.walk(fit, released));
    await source.close();
    const of = `${rows.toLocaleString('en')} rows`;
    return [
      time(`fit by rounds: the start, three variables, ${of}`, moments, baseline),
      time(`fit by rounds: one round of slopes, ${of}`, slopes, baseline),
      time('fit by rounds: the next coefficients from released sums', next),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
