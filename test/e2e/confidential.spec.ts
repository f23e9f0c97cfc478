// Confidential questions end to end: three data ends, three compute nodes, one exchange, each with its own database and keys.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSource } from '../../src/adapters/sources';
import { Computations } from '../../src/compute-node/computations/computations';
import { Computation, SealedPart } from '../../src/compute-node/computations/entities';
import { readNodeSecrets, unwrap } from '../../src/compute-node/secrets';
import {
  begin,
  demandsOf,
  finishShares,
  nodeNoise,
  plans,
  registeredTlsKey,
  verifyNoise,
  verifyShares,
  type EnvelopeKeys,
  type Excluded,
  type NodeSetting,
  type ShareContribution,
  type Signed,
} from '../../src/domain/confidential';
import { fromB64u } from '../../src/domain/canonical';
import { signJws, thumbprint } from '../../src/domain/identity';
import { APPROVAL_TYP, approvalPayload } from '../../src/domain/ledger/approvals';
import { OperatorOutbox } from '../../src/exchange/ledger/operator-outbox';
import { HPKE } from '../../src/compute-node/keys';
import { bind, sumsPlan, templateId, type Template } from '../../src/domain/templates';
import { ConfidentialPart } from '../../src/exchange/confidential/entities';
import type { ConfidentialAnswer } from '../../src/sdk/confidential/ask';
import { verifyConfidential } from '../../src/sdk/confidential/verify';
import { fetchTrust, type AuditTrust } from '../../src/sdk/verify/trust';
import { Client, pinnedDispatcher, tlsPair } from '../../src/wire';
import { search } from '../support/planted';
import {
  AUDITOR,
  canaries,
  COLUMNS,
  element,
  line,
  NODES,
  OPERATOR,
  openWorld,
  OWNERS,
  quantiles,
  repositoryOf,
  rowsOf,
  SEARCHER,
  template,
  type World,
} from './confidential.world';

let world: World;
let trust: AuditTrust;
beforeAll(async () => {
  world = await openWorld();
  trust = await fetchTrust(world.office.exchange, OPERATOR);
}, 240_000);
afterAll(() => world.close(), 60_000);

const three = OWNERS.slice(0, 3).map(repositoryOf);
const asking = { template: templateId(template), repositories: three, parameters: {}, purpose: 'research' } as const;
const spent = async (owner: string): Promise<Record<string, string>> => {
  const { items } = await world.desk<{ items: { id: string; spent: string; held: string }[] }>(owner, 'accounts');
  return Object.fromEntries(items.map(({ id, spent: amount, held }) => [id, `${amount} ${held}`]));
};

/** The exact sums of what the repositories travelled, from the files themselves. */
async function exactSums(
  owners: readonly string[],
  parameters: Record<string, number>,
  of: Template = template,
): Promise<bigint[]> {
  const asked = sumsPlan(of, element, bind(of, element, parameters));
  const { contribution } = demandsOf(asked);
  const total = new Array<bigint>(contribution.cells).fill(0n);
  for (const owner of owners) {
    const file = join(world.folder, `${owner}.csv`);
    const source = await openSource({ kind: 'csv', file, columns: COLUMNS });
    const rows = await source.run(asked, { secret: new Uint8Array(32), timeoutMs: 60_000 });
    plans.encodeRows(contribution, rows).forEach((cell, at) => (total[at] = (total[at] ?? 0n) + cell));
    await source.close();
  }
  return total;
}

/** Level C for all nodes: seeds from their own databases, noise derived again, and taken off. */
async function withoutNoise({ transcript, question, opening }: ConfidentialAnswer): Promise<bigint[]> {
  const cells = [...opening.cells];
  const { noiseScale, cells: count } = transcript.question.document;
  for (const node of NODES) {
    const row = await world.nodes.get(node)?.database.manager.findOneByOrFail(Computation, { id: question });
    const { wrapping } = readNodeSecrets(join(world.folder, `${node}.secrets`));
    const seed = unwrap(wrapping, `noise ${question}`, row?.seed ?? new Uint8Array());
    expect(verifyNoise(transcript, node, seed)).toEqual([]);
    const noise = nodeNoise(question, node, noiseScale, count, seed);
    noise.cells.forEach((cell, at) => (cells[at] = (cells[at] ?? 0n) - cell));
  }
  return cells;
}

async function proves(answer: ConfidentialAnswer): Promise<void> {
  for (const level of ['A', 'B'] as const) {
    const verdict = verifyConfidential(await world.confidential.evidence(answer, level), trust);
    expect(verdict.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect([verdict.code, verdict.level]).toEqual([0, level]);
  }
  const changed = { ...answer, opening: { ...answer.opening, cells: answer.opening.cells.map((cell) => cell + 1n) } };
  expect(verifyConfidential(await world.confidential.evidence(changed, 'B'), trust).code).toBe(1);
}

test('a node that is down stops the question by name, before anything is charged', async () => {
  await world.nodes.get('node-b')?.stop();
  const asked = world.confidential.askConfidentially({ ...asking, mode: 'shares', nodes: NODES, withinMs: 3_000 });
  await expect(asked).rejects.toMatchObject({ code: 'NODE_DOWN', details: { blamed: ['node-b'] } });
  expect(await spent('owner-a')).toEqual({});
  await world.startNode('node-b');
}, 120_000);

test('mode shares: a node restarts in the middle, the answer is exact below its noise, every budget is charged once', async () => {
  const asked = world.confidential.askConfidentially({ ...asking, mode: 'shares' });
  const parts = () => world.exchange.running.database.manager.countBy(ConfidentialPart, { state: 'CONTRIBUTED' });
  while ((await parts()) < 3) await pause(20);
  await world.nodes.get('node-c')?.stop();
  await world.startNode('node-c');
  const answer = await asked;
  expect(answer.checks).toEqual({ public: [], certificate: [] });
  expect(await withoutNoise(answer)).toEqual(await exactSums(OWNERS.slice(0, 3), {}));
  for (const owner of OWNERS.slice(0, 3)) {
    const accounts = Object.entries(await spent(owner)).filter(([id]) => !id.endsWith('/quota'));
    expect(new Set(accounts.map(([, amount]) => amount))).toEqual(new Set(['1/200 0']));
  }
  await proves(answer);
}, 180_000);

test('mode homomorphic: the same question over ciphertexts, the same exact sum below its noise', async () => {
  const parameters = { minDays: 10 };
  const answer = await world.confidential.askConfidentially({ ...asking, parameters, mode: 'homomorphic' });
  expect(answer.checks).toEqual({ public: [], certificate: [] });
  expect(await withoutNoise(answer)).toEqual(await exactSums(OWNERS.slice(0, 3), parameters));
  await proves(answer);
}, 180_000);

interface Shown {
  readonly value: string | number;
  readonly low: string | number;
  readonly high: string | number;
}
const holds = ({ low, high }: Shown, plain: number): void => {
  expect(Number(low)).toBeLessThanOrEqual(plain);
  expect(Number(high)).toBeGreaterThanOrEqual(plain);
};
const everybody = () => [0, 1, 2].flatMap((at) => rowsOf(at));

let lined: ConfidentialAnswer;
test('correlation and regression: the exact moments below the noise, and the true line in its ranges', async () => {
  const asked = { ...asking, template: templateId(line), mode: 'shares' } as const;
  const answer = await world.confidential.askConfidentially(asked);
  lined = answer;
  expect(await withoutNoise(answer)).toEqual(await exactSums(OWNERS.slice(0, 3), {}, line));
  // The label carries both intervals: all three parts of noise, and what is left when one node strips its own.
  const { label } = answer.body as unknown as { label: { halfWidths: { all: string; oneStripped: string } } };
  expect(BigInt(label.halfWidths.all)).toBeGreaterThan(BigInt(label.halfWidths.oneStripped));
  const mean = (of: (row: readonly [string, string, number, number]) => number): number =>
    everybody().reduce((sum, row) => sum + of(row), 0) / everybody().length;
  const [days, ages] = [mean((row) => row[2]), mean((row) => row[3])];
  const slope = mean((row) => (row[2] - days) * (row[3] - ages)) / mean((row) => (row[3] - ages) ** 2);
  const [cell] = (answer.body as unknown as { cells: readonly Cell[] }).cells;
  interface Cell {
    readonly values: { readonly together: Shown; readonly days: { intercept: Shown; slopes: { age: Shown } } };
  }
  if (cell === undefined) throw new Error('no cell');
  holds(cell.values.days.slopes.age, slope);
  holds(cell.values.days.intercept, days - slope * ages);
  holds(
    cell.values.together,
    Math.sqrt((slope * slope * mean((row) => (row[3] - ages) ** 2)) / mean((row) => (row[2] - days) ** 2)),
  );
  await proves(answer);
}, 180_000);

test('a token is worth nothing over a connection made with another key than its holder recorded', async () => {
  const server = world.endpoint('node-a');
  const stolen = await tlsPair(join(world.folder, 'stranger.json'), OPERATOR, Date.now());
  const pin = await registeredTlsKey(world.office.ledger, 'node-a');
  const client = new Client({
    issuer: `${world.url}/oidc`,
    server,
    identity: { participant: OPERATOR, tokenKey: (await world.keys(OPERATOR)).token },
    now: () => Date.now(),
    dispatcher: pinnedDispatcher(stolen, () => Promise.resolve(pin)),
  });
  const path = `/v1/computations/${encodeURIComponent(lined.question)}`;
  await expect(client.json(path)).rejects.toMatchObject({ code: 'TLS_KEY_UNKNOWN' });
  const own = await world.clientOf(OPERATOR, server);
  await expect(own.json(path)).resolves.toMatchObject({ id: lined.question });
});

test('a seed of noise goes to an auditor under a standing mandate, and to nobody else', async () => {
  const path = `/v1/computations/${encodeURIComponent(lined.question)}/seed`;
  const seedFor = async (who: string, appointment: string): Promise<Uint8Array> => {
    const client = await world.clientOf(who, world.endpoint('node-a'));
    const { seed } = await client.json<{ seed: string }>(path, { json: { appointment } });
    return fromB64u(seed);
  };
  for (const who of [SEARCHER, OPERATOR, OWNERS[0], 'node-b'])
    await expect(seedFor(who, 'noise-audit')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
  await expect(seedFor(AUDITOR, 'noise-audit')).rejects.toMatchObject({ code: 'NOT_YOURS' });
  const appoint = async (appointment: string, until: number): Promise<void> => {
    const bare = {
      type: 'AppointAuditor',
      appointment,
      auditor: AUDITOR,
      scope: 'a'.repeat(64),
      from: 1,
      until,
    } as const;
    const { receipt } = await world.keys(OWNERS[0]);
    const jws = signJws(APPROVAL_TYP, approvalPayload(bare, OWNERS[0]), receipt);
    const approval = { by: OWNERS[0], certificate: thumbprint(receipt.certificate), jws };
    await world.exchange.running.app
      .get(OperatorOutbox)
      .commit(`appoint/${appointment}`, { ...bare, approvals: [approval] });
  };
  await appoint('noise-audit-past', 2);
  await expect(seedFor(AUDITOR, 'noise-audit-past')).rejects.toMatchObject({ code: 'NOT_YOURS' });
  await appoint('noise-audit', Date.now() + 3_600_000);
  const seed = await seedFor(AUDITOR, 'noise-audit');
  expect(verifyNoise(lined.transcript, 'node-a', seed)).toEqual([]);
  expect(verifyNoise(lined.transcript, 'node-b', seed)).not.toEqual([]);
}, 60_000);

test('quantiles by bins over ciphertexts: the exact bins below the noise, and the true quartiles in their ranges', async () => {
  const asked = { ...asking, template: templateId(quantiles), mode: 'homomorphic' } as const;
  const answer = await world.confidential.askConfidentially(asked);
  expect(await withoutNoise(answer)).toEqual(await exactSums(OWNERS.slice(0, 3), {}, quantiles));
  const { cells } = answer.body as unknown as {
    cells: readonly { key: readonly string[]; values: Record<string, Shown> }[];
  };
  expect(cells.map(({ key }) => key)).toEqual([['east'], ['west'], ['south']]);
  for (const { key, values } of cells) {
    const ages = everybody()
      .filter(([, ward]) => ward === key[0])
      .map((row) => row[3])
      .sort((a, b) => a - b);
    for (const [as, shown] of Object.entries(values))
      holds(shown, ages[Math.ceil((Number(as.slice(1)) * ages.length) / 4) - 1] ?? NaN);
  }
}, 180_000);

test('what only sums may answer is refused to one repository in the clear', async () => {
  const [one = ''] = three;
  const clear = { ...asking, template: templateId(quantiles), repositories: [one] };
  const { answers } = await world.office.ask(clear);
  expect(answers.map(({ status, code, body }) => [status, code, body])).toEqual([
    ['REFUSED', 'MEASURE_NOT_OFFERED', null],
  ]);
}, 60_000);

test('the same set again is refused by the nodes, in whichever mode, and a near set too', async () => {
  const again = world.confidential.askConfidentially({ ...asking, mode: 'shares' });
  await expect(again).rejects.toMatchObject({ code: 'ALREADY_ANSWERED' });
  const near = { ...asking, repositories: OWNERS.map(repositoryOf), mode: 'shares' } as const;
  await expect(world.confidential.askConfidentially(near)).rejects.toMatchObject({ code: 'SETS_TOO_CLOSE' });
}, 180_000);

test('a repository that drops out before the cut-off is left out, and the others are answered', async () => {
  await world.dataEnds.get('owner-c')?.stop();
  const parameters = { minDays: 20 };
  const all = {
    ...asking,
    parameters,
    repositories: OWNERS.map(repositoryOf),
    mode: 'shares',
    withinMs: 15_000,
  } as const;
  const answer = await world.confidential.askConfidentially(all);
  const left = answer.repositories.find(({ repository }) => repository === repositoryOf('owner-c'));
  expect(left).toMatchObject({ state: 'MISSED', code: 'CUT_OFF_PASSED' });
  expect(await withoutNoise(answer)).toEqual(await exactSums(['owner-a', 'owner-b', 'owner-d'], parameters));
  await world.startOwner('owner-c');
}, 180_000);

test('a node that lies about its sum is named by the certificate, and no part is opened for it', async () => {
  const liar = world.nodes.get('node-b');
  if (liar === undefined) throw new Error('no node-b');
  const computations = liar.app.get(Computations) as unknown as Record<'stages', unknown>;
  computations.stages = async (row: Computation, setting: NodeSetting, excluded: Excluded) => {
    const begun = begin(setting, row.contributions, excluded);
    const kept = await liar.database.manager.findBy(SealedPart, { computation: row.id });
    const envelopes = new Map(kept.map(({ repository, bytes }) => [repository, new Uint8Array(bytes)]));
    const contributions = row.contributions as readonly Signed<ShareContribution>[];
    const { shares } = await verifyShares(setting, contributions, envelopes, liar.app.get<EnvelopeKeys>(HPKE));
    const lying = { ...begun, noise: { ...begun.noise, cells: begun.noise.cells.map((cell) => cell + 5n) } };
    const { chain, release } = await finishShares(setting, lying, shares);
    return { chain, set: begun.set, noise: null, output: Buffer.from(JSON.stringify(release)), state: 'SEALED' };
  };
  const asked = world.confidential.askConfidentially({ ...asking, parameters: { minDays: 0 }, mode: 'shares' });
  await expect(asked).rejects.toMatchObject({ code: 'CERTIFICATE_FAILS', details: { blamed: ['node-b'] } });
}, 180_000);

test('planted values are in no database, of no program, nor in the book of the searcher', async () => {
  const found: string[] = [];
  for (const { url } of world.databases) found.push(...(await search(url, Object.values(canaries))));
  expect(found).toEqual([]);
  const book = readFileSync(join(world.folder, 'book.jsonl'), 'utf8');
  expect(Object.values(canaries).filter((canary) => book.includes(canary))).toEqual([]);
  // The search itself works: the owner's file has its canary.
  const file = readFileSync(join(world.folder, 'owner-a.csv'), 'utf8');
  expect(file).toContain(canaries['owner-a']);
}, 60_000);
