// Overlaps end to end: two data ends, three compute nodes, one exchange, each with its own database and keys; failures and cheats too.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Computations } from '../../src/compute-node/computations/computations';
import { Computation } from '../../src/compute-node/computations/entities';
import { Turns } from '../../src/compute-node/computations/turns';
import { readNodeSecrets, unwrap } from '../../src/compute-node/secrets';
import { Crossing as DataEndCrossing } from '../../src/data-end/confidential/crossing';
import { OverlapRow } from '../../src/data-end/confidential/entities';
import { HiddenUnits } from '../../src/data-end/exit/hidden';
import { SEAL } from '../../src/data-end/keys';
import { b64u, fromB64u } from '../../src/domain/canonical';
import { overlap, questionId, type CrossingOrder, type Question } from '../../src/domain/confidential';
import { Refusal } from '../../src/domain/refusals';
import { parseRational } from '../../src/domain/safe-answers';
import { templateId } from '../../src/domain/templates';
import { ConfidentialPart, ConfidentialRun } from '../../src/exchange/confidential/entities';
import type { ConfidentialAnswer } from '../../src/sdk/confidential/ask';
import { publicPart, withSeeds } from '../../src/sdk/confidential/mandate';
import { verifyConfidential } from '../../src/sdk/confidential/verify';
import { fetchTrust, type AuditTrust } from '../../src/sdk/verify/trust';
import { search } from '../support/planted';
import {
  NODES,
  OPERATOR,
  openWorld,
  OWNERS,
  repositoryOf,
  rowsOf,
  SHARED,
  sharedPeople,
  template,
  type World,
} from './confidential.world';

let world: World;
let trust: AuditTrust;
beforeAll(async () => {
  world = await openWorld(6_000);
  trust = await fetchTrust(world.office.exchange, OPERATOR);
}, 240_000);
afterAll(() => world.close(), 60_000);

const two = OWNERS.slice(0, 2).map(repositoryOf);
const asking = {
  mode: 'overlap',
  template: templateId(sharedPeople),
  repositories: two,
  parameters: { minDays: 20 },
  purpose: 'research',
} as const;

/** People from the south with at least so many days, in the file of one owner. */
const people = (at: number, minDays = 20): ReadonlySet<string> =>
  new Set(rowsOf(at).flatMap(([person, ward, days]) => (ward === 'south' && days >= minDays ? [person] : [])));
const inBoth = (minDays = 20): number => [...people(0, minDays)].filter((one) => people(1, minDays).has(one)).length;

/** What each node hands to an auditor, from its own database. */
async function turnsOf({ question }: ConfidentialAnswer): Promise<overlap.Turn[]> {
  return Promise.all(
    NODES.map(async (node) => {
      const running = world.nodes.get(node);
      const { seed, owed = {} } = (await running?.app.get(Computations).seed(question)) ?? { seed: '' };
      return { node, seed: fromB64u(seed), owed };
    }),
  );
}

/** The count less the noise that the seeds say was added. */
async function withoutNoise(answer: ConfidentialAnswer): Promise<number> {
  const { document } = answer.transcript.question;
  const shift = Number(overlap.shiftOf(parseRational(document.noiseScale)));
  const noise = (await turnsOf(answer)).map(({ node, seed }) => overlap.sharedOf(document, node, seed) - shift);
  return Number(answer.opening.cells[0]) - noise.reduce((sum, one) => sum + one, 0);
}

const spent = async (owner: string): Promise<Record<string, string>> => {
  const { items } = await world.desk<{ items: { id: string; spent: string; held: string }[] }>(owner, 'accounts');
  return Object.fromEntries(items.map(({ id, spent: amount, held }) => [id, `${amount} ${held}`]));
};
const contributed = () => world.exchange.running.database.manager.countBy(ConfidentialPart, { state: 'CONTRIBUTED' });
const dataEnd = (owner: string) => {
  const running = world.dataEnds.get(owner);
  if (running === undefined) throw new Error(`no ${owner}`);
  return running;
};
const nodeAt = (node: string) => {
  const running = world.nodes.get(node);
  if (running === undefined) throw new Error(`no ${node}`);
  return running;
};

/** Stopped though somebody asks again and again over a connection that is kept. */
async function halt(running: { readonly app: { getHttpServer(): Server }; stop(): Promise<void> }): Promise<void> {
  const hangUp = setInterval(() => {
    running.app.getHttpServer().closeAllConnections();
  }, 20);
  await running.stop();
  clearInterval(hangUp);
}
const away = () => Promise.reject(new Refusal('PEER_DOWN'));

let first: ConfidentialAnswer;
test('the units of two repositories that are in both: exact below the noise, every budget charged once', async () => {
  first = await world.confidential.askConfidentially(asking);
  expect(await withoutNoise(first)).toBe(inBoth());
  const { cells, label } = first.body as unknown as {
    cells: readonly { values: { both: { value: string; low: string; high: string } } }[];
    label: Record<string, unknown> & { loss: { epsilon: string; delta: string } };
  };
  const shown = cells[0]?.values.both;
  expect(Number(shown?.low)).toBeLessThanOrEqual(Number(shown?.value));
  expect(Number(shown?.high)).toBeGreaterThanOrEqual(Number(shown?.value));
  expect(label).toMatchObject({ mode: 'overlap', repositories: 2, capacity: 300 });
  expect(label.loss).toMatchObject({ epsilon: '0.500', delta: '1/1099511627776' });
  for (const owner of OWNERS.slice(0, 2)) {
    const accounts = Object.entries(await spent(owner)).filter(([id]) => !id.endsWith('/quota'));
    expect(new Set(accounts.map(([, amount]) => amount))).toEqual(new Set(['1/8 0']));
  }
}, 180_000);

test('evidence proves it at every level, offline, and a changed count, list or seed is seen', async () => {
  const level = async (which: 'A' | 'B', answer = first) =>
    verifyConfidential(await world.confidential.evidence(answer, which), trust);
  for (const one of ['A', 'B'] as const) {
    const verdict = await level(one);
    expect(verdict.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect([verdict.code, verdict.level]).toEqual([0, one]);
  }
  const changed = { ...first, opening: { cells: [(first.opening.cells[0] ?? 0n) + 1n], blinding: 0n } };
  expect((await level('B', changed)).code).toBe(1);
  const turns = await turnsOf(first);
  const seeds = turns.map(({ node, seed, owed }) => ({ node, seed: b64u(seed), owed }));
  const evidence = await world.confidential.evidence(first);
  const mandated = verifyConfidential(withSeeds(evidence, seeds), trust);
  expect(mandated.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(mandated).toMatchObject({ code: 0, level: 'C' });
  const [one, ...rest] = seeds;
  const wrong = [{ ...one, node: NODES[0], seed: b64u(new Uint8Array(32)), owed: one?.owed ?? {} }, ...rest];
  const seen = verifyConfidential(withSeeds(evidence, wrong), trust);
  expect(seen.checks.flatMap(({ failures }) => failures)).toEqual([{ code: 'SEED_DIFFERS', party: NODES[0] }]);
  // What anyone may have holds neither the lists nor the keys.
  expect(Buffer.from(publicPart(evidence)).toString('utf8')).not.toContain('"lists"');
}, 120_000);

test('the same pair and question again is refused, another pair is not, and exponents are gone', async () => {
  await expect(world.confidential.askConfidentially(asking)).rejects.toMatchObject({ code: 'ALREADY_ANSWERED' });
  const other = { ...asking, repositories: [repositoryOf('owner-a'), repositoryOf('owner-c')] };
  const answer = await world.confidential.askConfidentially(other);
  expect(await withoutNoise(answer)).toBe([...people(0)].filter((one) => people(2).has(one)).length);
  for (const owner of OWNERS.slice(0, 3)) {
    const rows = await dataEnd(owner).database.manager.find(OverlapRow);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ hidden }) => hidden !== null)).toEqual([]);
  }
}, 180_000);

test.each`
  title                               | change                                                    | code
  ${'one repository'}                 | ${{ repositories: [repositoryOf('owner-a')] }}            | ${'OVERLAP_NEEDS_TWO'}
  ${'three repositories'}             | ${{ repositories: OWNERS.slice(0, 3).map(repositoryOf) }} | ${'OVERLAP_NEEDS_TWO'}
  ${'another mode for this template'} | ${{ mode: 'shares' }}                                     | ${'MODE_NOT_OFFERED'}
  ${'this mode for another template'} | ${{ template: templateId(template) }}                     | ${'MODE_NOT_OFFERED'}
`('$title: $code, before anything is asked', async ({ change, code }: { change: object; code: string }) => {
  await expect(world.confidential.askConfidentially({ ...asking, ...change })).rejects.toMatchObject({ code });
});

test('in the clear one repository does not answer it', async () => {
  const { mode: _, ...clear } = asking;
  const { answers } = await world.office.ask({ ...clear, repositories: [two[0] ?? ''] });
  expect(answers.map(({ code }) => code)).toEqual(['MEASURE_NOT_OFFERED']);
}, 60_000);

test('a data end and a node restart between the rounds: the answer is the same', async () => {
  const parameters = { minDays: 23 };
  // The data end is not there when the list comes, and the second node not for its turn.
  dataEnd('owner-b').app.get(DataEndCrossing).cross = away;
  const before = await contributed();
  const asked = world.confidential.askConfidentially({ ...asking, parameters });
  while ((await contributed()) < before + 2) await pause(20);
  await halt(dataEnd('owner-b'));
  await halt(nodeAt('node-b'));
  await Promise.all([world.startOwner('owner-b'), world.startNode('node-b')]);
  expect(await withoutNoise(await asked)).toBe(inBoth(23));
}, 180_000);

test('a data end that is down before the first round: stopped, with the reason', async () => {
  await halt(dataEnd('owner-b'));
  const asked = world.confidential.askConfidentially({ ...asking, parameters: { minDays: 24 }, withinMs: 3_000 });
  await expect(asked).rejects.toMatchObject({
    code: 'TOO_FEW_REPOSITORIES',
    details: { missing: [`${repositoryOf('owner-b')}: CUT_OFF_PASSED`] },
  });
  await world.startOwner('owner-b');
}, 120_000);

/** How a question ended at the exchange. */
async function endOf(parameters: { readonly minDays: number }, withinMs: number, meanwhile: () => Promise<void>) {
  const { group } = await world.confidential.begin({ ...asking, parameters, withinMs });
  const settled = world.confidential.settle(group).catch((error: unknown) => error);
  const { manager } = world.exchange.running.database;
  const id = questionId(world.confidential.record(group)?.question.document as Question);
  const run = () => manager.findOneBy(ConfidentialRun, { id });
  await meanwhile();
  while ((await run())?.state !== 'STOPPED') await pause(50);
  return { ended: await run(), settled };
}

test('a data end that is down after the first round: stopped by name', async () => {
  dataEnd('owner-b').app.get(DataEndCrossing).list = away;
  const before = await contributed();
  const { ended, settled } = await endOf({ minDays: 25 }, 12_000, async () => {
    while ((await contributed()) < before + 2) await pause(20);
    await halt(dataEnd('owner-b'));
  });
  expect(ended).toMatchObject({ refusal: 'OVERLAP_PEER_DOWN', blamed: [repositoryOf('owner-b')] });
  await world.startOwner('owner-b');
  await settled;
}, 120_000);

test('a node that is down for its turn stops the question by name, and the others forget what they had', async () => {
  nodeAt('node-c').app.get(Computations).turn = away;
  const sealed = () => nodeAt('node-b').database.manager.countBy(Computation, { state: 'SEALED' });
  const before = await sealed();
  const { ended, settled } = await endOf({ minDays: 26 }, 60_000, async () => {
    while ((await sealed()) === before) await pause(20);
    await halt(nodeAt('node-c'));
  });
  expect(ended).toMatchObject({ refusal: 'NODE_DOWN', blamed: ['node-c'] });
  const left = await nodeAt('node-b').database.manager.findOneByOrFail(Computation, { id: ended?.id ?? '' });
  expect(left).toMatchObject({ state: 'STOPPED', output: null });
  await world.startNode('node-c');
  await settled;
}, 120_000);

describe('cheats', () => {
  test('a repository that sends another list than it signed is named', async () => {
    const liar = dataEnd('owner-b');
    const crossing = liar.app.get(DataEndCrossing);
    const honest = crossing.list.bind(crossing);
    crossing.list = async (xid, order) => {
      await honest(xid, order);
      const { document: question } = order.question;
      const row = await liar.database.manager.findOneByOrFail(OverlapRow, { xid });
      const seal = liar.app.get<Uint8Array>(SEAL);
      const { repository } = row;
      const inputs = { question, repository, random: (bytes: number) => new Uint8Array(bytes).fill(5), sign: () => '' };
      const { hidden } = await HiddenUnits.of(['somebody else'], inputs);
      const forged = HiddenUnits.restore(new Uint8Array(hidden.stored(seal)), seal, question, repository);
      return { list: await forged.sealedTo(order.peer.document as overlap.OverlapContribution) };
    };
    const asked = world.confidential.askConfidentially({ ...asking, parameters: { minDays: 29 } });
    await expect(asked).rejects.toMatchObject({
      code: 'OVERLAP_LIST_DIFFERS',
      details: { blamed: [repositoryOf('owner-b')] },
    });
    crossing.list = honest;
  }, 180_000);

  test('a second other repository, or another list of it, is refused; the same again gets the same bytes', async () => {
    const { manager } = dataEnd('owner-a').database;
    const parts = world.exchange.running.database.manager;
    const { transcript, question } = first;
    const own = await parts.findOneByOrFail(ConfidentialPart, { run: question, repository: two[0] ?? '' });
    const other = await parts.findOneByOrFail(ConfidentialPart, { run: question, repository: two[1] ?? '' });
    const client = await world.clientOf(OPERATOR, world.endpoint('owner-a'));
    const nodeKeys = (await nodeAt('node-a').database.manager.findOneByOrFail(Computation, { id: question })).overlap
      ?.nodeKeys;
    const cross = (list: string) =>
      client.json<{ crossing: unknown }>(`/v1/contributions/${own.xid}/crossing`, {
        json: { question: transcript.question, list, nodeKeys } as unknown as CrossingOrder,
      });
    expect((await cross(other.list ?? '')).crossing).toEqual(own.crossing);
    await expect(cross(own.list ?? '')).rejects.toMatchObject({ code: 'OVERLAP_PEER_OTHER' });
    const third = await parts.findOneByOrFail(ConfidentialPart, { repository: repositoryOf('owner-c') });
    const order = { question: transcript.question, peer: third.contribution };
    const list = client.json(`/v1/contributions/${own.xid}/list`, { json: order as never });
    await expect(list).rejects.toMatchObject({ code: 'QUESTION_MISMATCH' });
    expect(await manager.countBy(OverlapRow, { question })).toBe(1);
  }, 60_000);

  test('a node that drops a point, and one that swaps the lists, are named before anything is signed', async () => {
    const cheats = {
      'node-a': (pair: overlap.Pair): overlap.Pair => {
        const [a, b] = pair;
        const [, ...rest] = a.points;
        return [
          { ...a, points: [...rest, overlap.powers(a.base, [overlap.exponentOf(new Uint8Array(32))])[0] ?? a.base] },
          b,
        ];
      },
      'node-b': ([a, b]: overlap.Pair): overlap.Pair => [b, a],
    } as const;
    const days = { 'node-a': 27, 'node-b': 28 } as const;
    for (const node of ['node-a', 'node-b'] as const) {
      const turns = nodeAt(node).app.get(Turns);
      const patched = turns as unknown as { turn: (...given: unknown[]) => Promise<unknown> };
      const turn = patched.turn.bind(turns);
      patched.turn = async (...given) =>
        turn(...given.slice(0, 3), cheats[node](given[3] as overlap.Pair), ...given.slice(4));
      const asked = world.confidential.askConfidentially({ ...asking, parameters: { minDays: days[node] } });
      const outcome = await asked.catch((error: unknown) => error);
      // The record says from which lists the node began, and those are not the ones it was given: level A sees it.
      expect(outcome).toMatchObject({ code: 'LISTS_DIFFER', details: { blamed: [node] } });
      patched.turn = turn;
    }
  }, 180_000);
});

test('names of people are in no database, of no program, nor in any book or evidence of the searcher', async () => {
  const found: string[] = [];
  for (const { url } of world.databases) found.push(...(await search(url, [SHARED])));
  expect(found).toEqual([]);
  const kept = await world.confidential.evidence(first);
  const book = readFileSync(join(world.folder, 'book.jsonl'), 'utf8');
  const own = readFileSync(join(world.folder, 'book.jsonl.confidential.jsonl'), 'utf8');
  for (const text of [book, own, Buffer.from(kept).toString('utf8')]) expect(text.includes(SHARED)).toBe(false);
  // The search itself works: both owners' files have them.
  for (const owner of OWNERS.slice(0, 2))
    expect(readFileSync(join(world.folder, `${owner}.csv`), 'utf8')).toContain(SHARED);
  // And what is wrapped in a data end's database does not open with another program's key.
  const { wrapping } = readNodeSecrets(join(world.folder, 'node-a.secrets'));
  const row = await nodeAt('node-b').database.manager.findOneByOrFail(Computation, { id: first.question });
  expect(() => unwrap(wrapping, `noise ${first.question}`, row.seed)).toThrow();
}, 60_000);
