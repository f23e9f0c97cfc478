// Real people: mean hours worked by education on the Adult census extract, asked like any question, must lie in the interval the answer states.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Json } from '../../src/domain/canonical';
import { DataElement, elementId } from '../../src/domain/elements';
import { Template, templateId } from '../../src/domain/templates';
import { describeOr } from '../support/not-run';
import { openTown, type Town } from '../support/town';

const file = resolve(process.env['AGGREGORA_SHARED'] ?? resolve(__dirname, '../../../shared'), 'data/adult.csv');
const absent = existsSync(file) ? undefined : `there is no ${file}`;

interface Person {
  readonly age: number;
  readonly education: string;
  readonly hours: number;
  readonly sex: string;
}
function people(): readonly Person[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head.trim().split(',');
  return lines.map((line) => {
    const values = line.trim().split(',');
    const of = (name: string) => values[names.indexOf(name)] ?? '';
    return { age: Number(of('age')), education: of('education'), hours: Number(of('hours_per_week')), sex: of('sex') };
  });
}

const titled = (name: string) => ({ title: { en: name, zh: name }, sensitivity: 'personal' as const });
const elementOf = (educations: readonly string[]) =>
  DataElement.parse({
    schema: 'aggregora/element/1',
    name: 'census-people',
    version: '1.0.0',
    title: { en: 'People of a census', zh: '人口普查个人' },
    unit: { of: 'person', column: 'person_id' },
    columns: [
      { name: 'person_id', type: 'text-id', ...titled('Person') },
      { name: 'age', type: 'integer', domain: { low: 0, high: 120 }, ...titled('Age') },
      { name: 'education', type: 'category', domain: { values: [...educations] }, ...titled('Education') },
      { name: 'sex', type: 'category', domain: { values: ['Female', 'Male'] }, ...titled('Sex') },
      { name: 'hours_per_week', type: 'integer', domain: { low: 0, high: 100 }, ...titled('Hours') },
    ],
  });
const hoursByEducation = (element: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'hours-by-education',
    version: '1.0.0',
    title: { en: 'Mean hours worked by education', zh: '按教育程度统计的平均工时' },
    element: elementId(element),
    purposes: ['research'],
    parameters: {
      minAge: { type: 'step', from: 20, to: 40, by: 5, optional: true, title: { en: 'Age from', zh: '最低年龄' } },
      sex: { type: 'category', values: ['Female', 'Male'], optional: true, title: { en: 'Sex', zh: '性别' } },
    },
    where: [
      { column: 'age', op: '>=', parameter: 'minAge' },
      { column: 'sex', op: '=', parameter: 'sex' },
    ],
    groupBy: [{ column: 'education', keys: 'declared' }],
    measures: [
      { as: 'people', of: 'units' },
      { as: 'hours', of: 'mean', column: 'hours_per_week', low: 0, high: 100, scale: 0 },
    ],
    bounds: { groupsPerUnit: 1 },
    privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
  });
const metadata = {
  schema: 'aggregora/repository/1',
  title: { en: 'Adult', zh: '成人' },
  description: { en: 'An extract of the 1994 US census.', zh: '1994 年美国人口普查摘录。' },
  theme: 'population',
  place: { name: 'United States' },
  time: { from: '1994-01-01', to: '1994-12-31' },
  size: '1e4-1e5',
  rhythm: 'once',
  operations: ['units', 'mean'],
  licence: 'CC BY 4.0',
  synthetic: false,
};

describeOr(absent, 'Adult', 'put adult.csv beside the project under shared/data, or set AGGREGORA_SHARED', () => {
  jest.setTimeout(180_000);
  let town: Town;
  let rows: readonly Person[];
  let element: DataElement;
  let template: ReturnType<typeof templateId>;
  const repositories = ['adult-one', 'adult-two'] as const;
  beforeAll(async () => {
    town = await openTown();
    rows = people();
    element = elementOf([...new Set(rows.map(({ education }) => education))].sort());
    const written = hoursByEducation(element);
    template = templateId(written);
    const columns = Object.fromEntries(element.columns.map(({ name }) => [name, name]));
    for (const id of repositories) {
      await town.desk('north', 'repositories', { id, element, metadata, source: { kind: 'csv', file, columns } });
      if (id === 'adult-one') await town.publish(written);
      await town.desk('north', 'adoptions', { repository: id, template });
      await town.permit('north', id, 'planner', { template });
    }
  });
  afterAll(() => town.stop());

  interface Cell {
    readonly key: readonly [string];
    readonly values: Readonly<
      Record<'people' | 'hours', { value: Json; low: Json; high: Json; withheld?: string } | null>
    >;
  }
  /** For each education that was answered: did the interval hold the truth, and how wide was it? */
  function judged(body: Json, asked: { minAge?: number; sex?: string }) {
    const { cells } = body as unknown as { cells: readonly Cell[] };
    return cells.flatMap(({ key: [education], values: { hours } }) => {
      if (hours?.low === undefined) return [];
      const group = rows.filter(
        (person) =>
          person.education === education &&
          person.age >= (asked.minAge ?? 0) &&
          (asked.sex === undefined || person.sex === asked.sex),
      );
      const truth = group.reduce((sum, person) => sum + person.hours, 0) / group.length;
      const [low, high] = [Number(hours.low), Number(hours.high)];
      return [{ education, holds: low <= truth && truth <= high, width: high - low, people: group.length }];
    });
  }

  test('mean hours per week of all sixteen educations come back, each with an interval, narrow where there are many people', async () => {
    const office = town.office('planner', { direct: true });
    const { answers } = await office.ask({
      template,
      repositories: ['adult-one'],
      parameters: {},
      purpose: 'research',
    });
    const found = judged(answers[0]?.body ?? null, {});
    expect(new Set(rows.map(({ education }) => education)).size).toBe(16);
    expect(found).toHaveLength(16);
    // Of sixteen 95 % intervals four or more miss in fewer than one of a hundred runs, six in one of a hundred thousand.
    expect(found.filter(({ holds }) => holds).length).toBeGreaterThanOrEqual(11);
    for (const { people: many, width } of found) if (many > 5_000) expect(width).toBeLessThan(2);
  });

  test('over many questions and data versions the intervals hold at least as often as they say', async () => {
    const office = town.office('planner', { direct: true });
    const questions = repositories.flatMap((repository) =>
      [20, 25, 30, 35, 40].flatMap((minAge) =>
        [{}, { sex: 'Female' }, { sex: 'Male' }].map((sex) => ({ repository, asked: { minAge, ...sex } })),
      ),
    );
    const found = [];
    for (let at = 0; at < questions.length; at += 6) {
      const several = questions.slice(at, at + 6).map(async ({ repository, asked }) => {
        const { answers } = await office.ask({
          template,
          repositories: [repository],
          parameters: asked,
          purpose: 'research',
        });
        expect(answers[0]?.status).toBe('ANSWERED');
        return judged(answers[0]?.body ?? null, asked);
      });
      found.push(...(await Promise.all(several)).flat());
    }
    const held = found.filter(({ holds }) => holds).length;
    expect(found.length).toBeGreaterThan(400);
    // 95 % of n hold; the allowance is four standard deviations of that count.
    expect(held).toBeGreaterThanOrEqual(Math.floor(0.95 * found.length - 4 * Math.sqrt(found.length * 0.95 * 0.05)));
    process.stdout.write(`Adult: ${String(held)} of ${String(found.length)} intervals held the truth\n`);
  });
});
