// A logistic fit over three repositories, round by round between real programs: every round certified, resumed after a crash, stopped by a budget.
import { elementId } from '../../src/domain/elements';
import { rational, sumOf, parseRational, toText } from '../../src/domain/safe-answers';
import { Template, templateId } from '../../src/domain/templates';
import type { ConfidentialAnswer } from '../../src/sdk/confidential/ask';
import { verifyConfidential } from '../../src/sdk/confidential/verify';
import { readCanonical, canonicalBytes, type Json } from '../../src/domain/canonical';
import { fetchTrust, type AuditTrust } from '../../src/sdk/verify/trust';
import { againOf, element, openWorld, OPERATOR, OWNERS, repositoryOf, rowsOf, type World } from './confidential.world';

const logistic = (name: string, rho: string): Template =>
  Template.parse({
    schema: 'aggregora/template/1',
    name,
    version: '1.0.0',
    title: { en: 'Coming again by days', zh: '按天数的再次就诊' },
    element: elementId(element),
    purposes: ['research'],
    parameters: {
      round: { type: 'step', from: 1, to: 6, by: 1, optional: true },
      b0: { type: 'step', from: -8, to: 8, by: '0.001', optional: true },
      b1: { type: 'step', from: -8, to: 8, by: '0.001', optional: true },
      ward: { type: 'category', values: ['east', 'west', 'south'], many: true, optional: true },
    },
    where: [{ column: 'ward', op: 'in', parameter: 'ward' }],
    groupBy: [],
    measures: [
      {
        as: 'again',
        of: 'logistic',
        target: 'again',
        on: [{ column: 'days', low: 0, high: 30, scale: 0 }],
        rounds: 7,
        round: 'round',
        at: ['b0', 'b1'],
      },
    ],
    bounds: { groupsPerUnit: 1 },
    privacy: { mechanism: 'laplace', rho, minUnits: 10 },
  });

/** Rho of 1/4 a round: ranges narrow enough to see something. The dear one meets its permit's four rho after four rounds. */
const again = logistic('again-on-days', '1/4');
const dear = logistic('again-on-days-dear', '2');

let world: World;
let trust: AuditTrust;
beforeAll(async () => {
  world = await openWorld(40_000, {
    templates: [again, dear],
    limits: { rhoPerQuestion: '2', capPerSearcher: '16', capPerRepository: '32' },
  });
  trust = await fetchTrust(world.office.exchange, OPERATOR);
}, 240_000);
afterAll(() => world.close(), 60_000);

const three = OWNERS.slice(0, 3).map(repositoryOf);
const asking = {
  mode: 'shares',
  template: templateId(again),
  repositories: three,
  parameters: {},
  purpose: 'research',
} as const;

interface Shown {
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly error: string;
}
interface Body {
  readonly cells: readonly [
    { readonly values: { readonly again: { intercept: Shown; slopes: { days: Shown }; odds: { days: Shown } } } },
  ];
  readonly label: { readonly rho: string; readonly rounds: { asked: number; questions: string[]; finished: boolean } };
}
const bodyOf = (answer: ConfidentialAnswer): Body => answer.body as unknown as Body;

/** The plain fit, by Newton's steps in floating point. */
function plainFit(wards: readonly string[] = ['east', 'west', 'south']): readonly [number, number] {
  const rows = [0, 1, 2].flatMap((at) => rowsOf(at)).filter((row) => wards.includes(row[1]));
  let [a, b] = [0, 0];
  for (let step = 0; step < 50; step += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (const row of rows) {
      const [x, p] = [row[2], 1 / (1 + Math.exp(-a - b * row[2]))];
      const w = p * (1 - p);
      g0 += againOf(row) - p;
      g1 += (againOf(row) - p) * x;
      h00 += w;
      h01 += w * x;
      h11 += w * x * x;
    }
    const all = h00 * h11 - h01 * h01;
    [a, b] = [a + (h11 * g0 - h01 * g1) / all, b + (h00 * g1 - h01 * g0) / all];
  }
  return [a, b];
}

const records = () => world.office.book.all().length;
const spent = async (owner: string, template: Template): Promise<string> => {
  const { items } = await world.desk<{ items: { id: string; spent: string }[] }>(owner, 'accounts');
  const account = items.find(({ id }) => id.includes(template.name) && !id.endsWith('/quota'));
  return account?.spent ?? '0';
};
const holds = ({ low, high }: Shown, plain: number): void => {
  expect(Number(low)).toBeLessThanOrEqual(plain);
  expect(Number(high)).toBeGreaterThanOrEqual(plain);
};

let fitted: ConfidentialAnswer;
test('the fit is close to the plain one, its ranges hold it, and every round is charged and certified', async () => {
  fitted = await world.confidential.askConfidentially(asking);
  const { cells, label } = bodyOf(fitted);
  const { intercept, slopes, odds } = cells[0].values.again;
  const [a, b] = plainFit();
  holds(intercept, a);
  holds(slopes.days, b);
  holds(odds.days, Math.exp(b));
  expect(Math.abs(Number(slopes.days.value) - b)).toBeLessThan(0.02);
  expect(label.rounds).toMatchObject({ finished: true, asked: label.rounds.questions.length });
  expect(label.rounds.asked).toBeGreaterThanOrEqual(3);
  expect(label.rounds.asked).toBeLessThanOrEqual(7);
  const total = toText(sumOf(Array.from({ length: label.rounds.asked }, () => parseRational('1/4'))));
  expect(label.rho).toBe(total);
  for (const owner of OWNERS.slice(0, 3)) expect(await spent(owner, again)).toBe(total);
  for (const level of ['A', 'B'] as const) {
    const verdict = verifyConfidential(await world.confidential.evidence(fitted, level), trust);
    expect(verdict.checks.filter((check) => !check.holds)).toEqual([]);
    expect([verdict.code, verdict.level]).toEqual([0, level]);
    expect(verdict.checks.filter(({ name }) => name.endsWith('(level A)'))).toHaveLength(label.rounds.asked);
  }
}, 300_000);

test.each([
  [
    'other figures',
    (bundle: Record<string, Json>) => ({ ...bundle, body: { ...(bundle['body'] as object), cells: [] } }),
  ],
  [
    'a round left out',
    (bundle: Record<string, Json>) => ({ ...bundle, rounds: [...(bundle['rounds'] as Json[])].toSpliced(1, 1) }),
  ],
  [
    'rounds in another order',
    (bundle: Record<string, Json>) => ({ ...bundle, rounds: [...(bundle['rounds'] as Json[])].reverse() }),
  ],
  ['another question', (bundle: Record<string, Json>) => ({ ...bundle, parameters: { ward: ['east'] } })],
])(
  'evidence with %s does not hold',
  async (_, change) => {
    const bytes = await world.confidential.evidence(fitted);
    const bundle = readCanonical(bytes, 1 << 26) as unknown as Record<string, Json>;
    const changed = canonicalBytes(change(bundle) as unknown as Json, 1 << 26);
    expect(verifyConfidential(changed, trust).code).toBe(1);
  },
  60_000,
);

test('the same fit again is the same answer: nothing is asked and nothing is spent', async () => {
  const before = [records(), await spent('owner-a', again)];
  const answer = await world.confidential.askConfidentially(asking);
  expect(answer.body).toEqual(fitted.body);
  expect([records(), await spent('owner-a', again)]).toEqual(before);
}, 60_000);

type Step = (...given: unknown[]) => Promise<unknown>;
test.each([
  ['before the next round is written down', 'begin', ['east', 'west']],
  ['when it is written down and not sent', 'bring', ['east', 'south']],
] as const)(
  'a searcher that stops %s goes on there, and asks no round twice',
  async (_, step, ward) => {
    const { group } = await world.confidential.begin({ ...asking, parameters: { ward } });
    const before = records() - three.length;
    const { around } = (world.confidential as unknown as { fitting: { around: Record<'begin' | 'bring', Step> } })
      .fitting;
    const own = around[step];
    around[step] = (...given) =>
      world.confidential.record(group)?.rounds?.done === 2 ? Promise.reject(new Error('stopped')) : own(...given);
    await expect(world.confidential.settle(group)).rejects.toThrow('stopped');
    await world.reopen();
    expect(world.confidential.record(group)?.rounds).toEqual({ done: 2, most: 7 });
    expect(world.confidential.unsettled()).toEqual([group]);
    await world.confidential.resume();
    expect(world.confidential.unsettled()).toEqual([]);
    const { cells, label } = world.confidential.record(group)?.body as unknown as Body;
    holds(cells[0].values.again.slopes.days, plainFit(ward)[1]);
    expect(records() - before).toBe(label.rounds.asked * three.length);
    expect(new Set(label.rounds.questions).size).toBe(label.rounds.asked);
    expect(verifyConfidential(world.confidential.kept(group, 'B'), trust).code).toBe(0);
  },
  300_000,
);

test('over ciphertexts too: the same rounds, and evidence that anybody adds again', async () => {
  const parameters = { ward: ['west', 'south'] };
  const answer = await world.confidential.askConfidentially({ ...asking, parameters, mode: 'homomorphic' });
  holds(bodyOf(answer).cells[0].values.again.slopes.days, plainFit(['west', 'south'])[1]);
  for (const level of ['A', 'B'] as const)
    expect(verifyConfidential(await world.confidential.evidence(answer, level), trust).code).toBe(0);
}, 300_000);

test('a budget that ends midway stops the fit by name, with what was fitted and spent so far; nothing is lost', async () => {
  const asked = { ...asking, template: templateId(dear) };
  const { group } = await world.confidential.begin(asked);
  const refused = await world.confidential.settle(group).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'TOO_FEW_REPOSITORIES', details: { round: 3, rounds: 7, answered: 2 } });
  expect((refused as { details: { missing: string[] } }).details.missing).toHaveLength(3);
  const record = world.confidential.record(group);
  expect(record).toMatchObject({ refusal: { code: 'TOO_FEW_REPOSITORIES' }, rounds: { done: 2, most: 7 } });
  const { cells, label } = record?.soFar as unknown as Body;
  expect(Math.abs(Number(cells[0].values.again.slopes.days.value) - plainFit()[1])).toBeLessThan(0.02);
  expect(cells[0].values.again.slopes.days).not.toHaveProperty('low');
  expect([label.rounds.finished, label.rho]).toEqual([false, toText(rational(4n))]);
  expect(await spent('owner-a', dear)).toBe('4');
  expect(world.confidential.unsettled()).not.toContain(group);
  // Asked again it goes on at the same round: refused again, and nothing more is spent.
  const again = await world.confidential.askConfidentially(asked).catch((error: unknown) => error);
  expect(again).toMatchObject({ code: 'TOO_FEW_REPOSITORIES', details: { round: 3, answered: 2 } });
  expect(await spent('owner-a', dear)).toBe('4');
}, 300_000);

test.each([
  ['a round past the template’s', { round: 7, b0: 0, b1: 0 }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['coefficients out of bounds', { round: 1, b0: 0, b1: 9 }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['a round without its coefficients', { round: 1, b0: 0 }, 'PARAMETER_MISSING'],
])(
  '%s is no question',
  async (_, parameters, code) => {
    await expect(world.confidential.begin({ ...asking, parameters })).rejects.toMatchObject({ code });
  },
  60_000,
);

test('one repository in the clear refuses it', async () => {
  const [one = ''] = three;
  const { answers } = await world.office.ask({
    template: templateId(again),
    repositories: [one],
    parameters: {},
    purpose: 'research',
  });
  expect(answers.map(({ status, code }) => [status, code])).toEqual([['REFUSED', 'MEASURE_NOT_OFFERED']]);
}, 60_000);
