// Maps and origin–destination tables over several repositories; above 16,384 cells the large form, with its second round, end to end.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSource } from '../../src/adapters/sources';
import { Computations } from '../../src/compute-node/computations/computations';
import { Computation } from '../../src/compute-node/computations/entities';
import { LargeNoises } from '../../src/compute-node/noise';
import { readNodeSecrets, unwrap } from '../../src/compute-node/secrets';
import { ContributionRow } from '../../src/data-end/confidential/entities';
import { Fingerprinting } from '../../src/data-end/confidential/fingerprinting';
import { b64u } from '../../src/domain/canonical';
import {
  append,
  beginLarge,
  demandsOf,
  large,
  newChain,
  nodeNoise,
  plans,
  signDocument,
  signerOf,
  verifyNoise,
  type Chain,
  type NodeSetting,
} from '../../src/domain/confidential';
import { bind, sumsPlan, templateId, type Template } from '../../src/domain/templates';
import { ConfidentialRun } from '../../src/exchange/confidential/entities';
import { EXCHANGE_SETTINGS } from '../../src/exchange/settings';
import type { ConfidentialAnswer } from '../../src/sdk/confidential/ask';
import { withSeeds } from '../../src/sdk/confidential/mandate';
import { verifyConfidential } from '../../src/sdk/confidential/verify';
import { fetchTrust, type AuditTrust } from '../../src/sdk/verify/trust';
import {
  another,
  COLUMNS,
  element,
  NODES,
  openWorld,
  OPERATOR,
  OWNERS,
  placesOf,
  repositoryOf,
  rowsOf,
  zones,
  type World,
} from './confidential.world';

jest.setTimeout(400_000);

const grid = (rows: number, cell: string) => ({
  grid: cell,
  lat: 'lat',
  lon: 'lon',
  south: 0,
  west: 0,
  rows,
  cols: rows,
});
const people = [{ as: 'people', of: 'units' }];
/** 50 × 50 cells of two degrees. */
const map = another('people-map', 'People by place', people, [grid(50, '2')]);
const fine = another('fine-people-map', 'People by place, finely', people, [grid(130, '0.77')]);
const finer = another('finer-people-map', 'People by place, more finely', people, [grid(131, '0.77')]);
const flows = another('flows', 'Ways between some zones', people, [
  { keys: zones.slice(20, 70), column: 'home' },
  { keys: zones.slice(0, 40), column: 'work' },
]);
/** 160 × 160 zones: beyond the usual vector. */
const both = ['home', 'work'].map((column) => ({ keys: 'declared', column }));
const allFlows = another('all-flows', 'Ways between all zones', people, both);

let world: World;
let trust: AuditTrust;
beforeAll(async () => {
  world = await openWorld(60_000, { templates: [map, fine, finer, flows, allFlows] });
  trust = await fetchTrust(world.office.exchange, OPERATOR);
});
afterAll(() => world.close(), 60_000);

const three: readonly string[] = OWNERS.slice(0, 3);
/** Differs from the first three by two: the least that is not too close. */
const others: readonly string[] = OWNERS.slice(1);
const asking = (of: Template, mode: 'shares' | 'homomorphic', owners: readonly string[] = three) => ({
  template: templateId(of),
  repositories: owners.map(repositoryOf),
  parameters: {},
  purpose: 'research',
  mode,
  withinMs: 170_000,
});

async function exactSums(of: Template, owners: readonly string[] = three): Promise<bigint[]> {
  const asked = sumsPlan(of, element, bind(of, element, {}));
  const { contribution } = demandsOf(asked);
  const total = new Array<bigint>(contribution.cells).fill(0n);
  for (const owner of owners) {
    const source = await openSource({ kind: 'csv', file: join(world.folder, `${owner}.csv`), columns: COLUMNS });
    const rows = await source.run(asked, { secret: new Uint8Array(32), timeoutMs: 60_000 });
    plans.encodeRows(contribution, rows).forEach((cell, at) => (total[at] = (total[at] ?? 0n) + cell));
    await source.close();
  }
  return total;
}

async function seedOf(node: string, question: string): Promise<Uint8Array> {
  const row = await world.nodes.get(node)?.database.manager.findOneByOrFail(Computation, { id: question });
  const { wrapping } = readNodeSecrets(join(world.folder, `${node}.secrets`));
  return unwrap(wrapping, `noise ${question}`, row?.seed ?? new Uint8Array());
}

/** Level C for all nodes: their noise derived again and taken off. */
async function withoutNoise({ transcript, question, opening, sums }: ConfidentialAnswer): Promise<bigint[]> {
  const { document } = transcript.question;
  const cells = sums === undefined ? [...opening.cells] : [...large.combineLarge(sums)];
  for (const node of NODES) {
    const seed = await seedOf(node, question);
    expect(verifyNoise(transcript, node, seed)).toEqual([]);
    const noise =
      sums === undefined
        ? nodeNoise(question, node, document.noiseScale, document.cells, seed).cells
        : large.largeNoise(document, node, seed).cells;
    noise.forEach((cell, at) => (cells[at] = (cells[at] ?? 0n) - cell));
  }
  return cells;
}

async function proves(answer: ConfidentialAnswer): Promise<void> {
  // Deriving noise held this process, exchange included: connections that ended meanwhile are noticed first.
  await pause(500);
  const evidence = await world.confidential.evidence(answer);
  const seeds = await Promise.all(
    NODES.map(async (node) => ({ node, seed: b64u(await seedOf(node, answer.question)) })),
  );
  const levels = {
    A: await world.confidential.evidence(answer, 'A'),
    B: evidence,
    C: withSeeds(evidence, seeds),
  };
  for (const [level, bytes] of Object.entries(levels)) {
    const verdict = verifyConfidential(bytes, trust);
    expect(verdict.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect([verdict.code, verdict.level]).toEqual([0, level]);
  }
  const changed = answer.sums?.map((one, at) => (at === 1 ? { ...one, sum: bumped(one.sum, 99) } : one));
  if (changed !== undefined) {
    await pause(500);
    const verdict = verifyConfidential(await world.confidential.evidence({ ...answer, sums: changed }), trust);
    expect(verdict.checks.flatMap(({ failures }) => failures)).toEqual([{ code: 'SUM_DIFFERS', party: 'node-b' }]);
  }
}

function bumped<T extends BigInt64Array | BigUint64Array>(cells: T, at: number): T {
  const changed = cells.slice() as T;
  changed[at] = (changed[at] ?? 0n) + 1n;
  return changed;
}

const everybody = (owners: readonly string[] = three) =>
  OWNERS.flatMap((owner, at) => (owners.includes(owner) ? rowsOf(at) : []));
interface Row {
  readonly key: readonly string[];
  readonly values: { readonly people: { readonly value?: number; readonly low?: number; readonly high?: number } };
}
const rowsIn = (answer: ConfidentialAnswer) => (answer.body as unknown as { cells: readonly Row[] }).cells;
type Place = ReturnType<typeof placesOf>;
/** How many of everybody are where: counted once, since a map has thousands of cells. */
function counted(keyOf: (place: Place) => readonly string[], owners = three): (key: readonly string[]) => number {
  const counts = new Map<string, number>();
  for (const row of everybody(owners)) {
    const key = keyOf(placesOf(row)).join('|');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (key) => counts.get(key.join('|')) ?? 0;
}
const atHome = ({ home, work }: Place): readonly string[] => [home, work];
/** `size` in hundredths of a degree, as the rows have them. */
const inCell =
  (size: number) =>
  ({ lat, lon }: Place): readonly string[] => [
    [lat, lon].map((at) => String(Math.floor(Math.round(at * 100) / size))).join(':'),
  ];

/** Of those where many were, chosen by the truth and not by the noise; 95 % each, so a few may miss. */
function mustMostlyHold(answer: ConfidentialAnswer, plain: (key: readonly string[]) => number): void {
  const many = rowsIn(answer).filter(({ key }) => plain(key) >= 100);
  const held = many.filter(({ key, values: { people: shown } }) => {
    const count = plain(key);
    return (shown.low ?? 0) <= count && (shown.high ?? 0) >= count;
  });
  expect(many.length).toBeGreaterThan(5);
  expect(held.length).toBeGreaterThan(many.length * 0.7);
}

test.each([
  ['a map of 2,500 cells', map, 'shares', three],
  ['the same map', map, 'homomorphic', others],
  ['an origin–destination table of 2,000 pairs', flows, 'homomorphic', three],
  ['the same table', flows, 'shares', others],
] as const)('%s: exact below its noise, true counts in the ranges', async (_, of, mode, owners) => {
  const answer = await world.confidential.askConfidentially(asking(of, mode, owners));
  expect(answer.transcript.question.document.mode).toBe(mode);
  expect(await withoutNoise(answer)).toEqual(await exactSums(of, owners));
  mustMostlyHold(answer, counted(of === map ? inCell(200) : atHome, owners));
  await proves(answer);
});

const patience = (milliseconds: number): void => {
  (world.exchange.running.app.get(EXCHANGE_SETTINGS) as { NODE_PATIENCE_MS: number }).NODE_PATIENCE_MS = milliseconds;
};

let asked: ConfidentialAnswer;
test('a map of 16,900 cells, drawn while a node says that it is at work, takes the large form by itself: safe answer, table of all rows, proof at levels A, B and C', async () => {
  for (const node of world.nodes.values()) node.app.get(LargeNoises).holdMs = 20;
  patience(2_000);
  const answer = await world.confidential.askConfidentially(asking(fine, 'shares'));
  patience(60_000);
  asked = answer;
  expect(answer.transcript.question.document.mode).toBe('large-shares');
  expect(await withoutNoise(answer)).toEqual(await exactSums(fine));
  mustMostlyHold(answer, counted(inCell(77)));
  const { table } = answer.body as unknown as { table: { file: string; rows: number; sha256: string; bytes: number } };
  const evidence = world.confidential.record(answer.group)?.evidence ?? '';
  const csv = readFileSync(join(dirname(evidence), table.file));
  expect([table.rows, csv.length]).toEqual([16_900, table.bytes]);
  expect(createHash('sha256').update(csv).digest('hex')).toBe(table.sha256);
  const lines = csv.toString('utf8').trimEnd().split('\n');
  expect([lines.length, lines[0]]).toEqual([16_901, 'row:col,people,people low,people high']);
  const [first] = rowsIn(answer);
  const { value, low, high } = first?.values.people ?? {};
  expect(lines).toContain([first?.key[0], value, low, high].join(','));
  await proves(answer);
});

test('after the answer no data end keeps a cell, and neither it nor a node answers another challenge', async () => {
  const { question, transcript } = asked;
  const { document } = transcript.question;
  const own = transcript.chains[2];
  if (own === undefined) throw new Error('no chain');
  // Node c seals something else, with its own right signature.
  const sign = signerOf((await world.keys('node-c')).receipt);
  const again = own.steps.reduce<Chain>(
    (made, { document: step }) =>
      append(
        made,
        {
          kind: step.kind,
          body: step.kind === 'sealed' ? { ...step.body, output: 'f'.repeat(64) } : step.body,
          inbound: step.inbound,
          outbound: step.outbound,
        } as never,
        step.at,
        sign,
      ),
    newChain(question, 'node-c', own.program),
  );
  const chains = [...transcript.chains.slice(0, 2), again] as [Chain, Chain, Chain];
  expect(large.beaconOf(document, chains)).not.toBe(large.beaconOf(document, transcript.chains));
  const order = { question: transcript.question, chains };
  for (const owner of three) {
    const end = world.dataEnds.get(owner);
    const row = await end?.database.manager.findOneByOrFail(ContributionRow, { question });
    expect([row?.kept, row?.fingerprint?.by]).toEqual([null, repositoryOf(owner)]);
    const giving = end?.app.get(Fingerprinting);
    await expect(giving?.give(row?.xid ?? '', order)).rejects.toMatchObject({ code: 'FINGERPRINT_GIVEN_ONCE' });
    const same = { question: transcript.question, chains: transcript.chains as [Chain, Chain, Chain] };
    expect(await giving?.give(row?.xid ?? '', same)).toEqual({ fingerprint: row?.fingerprint });
    const broken = { ...order, chains: [chains[0], chains[1], { ...again, steps: again.steps.slice(0, 4) }] };
    await expect(giving?.give(row?.xid ?? '', broken as never)).rejects.toMatchObject({ code: 'TRANSCRIPT_WRONG' });
  }
  const computations = world.nodes.get('node-a')?.app.get(Computations);
  await expect(computations?.fingerprint(question, chains)).rejects.toMatchObject({ code: 'FINGERPRINT_GIVEN_ONCE' });
});

test('an origin–destination table of 25,600 pairs, though node and data end restart in every step', async () => {
  const original = globalThis.fetch;
  const restarted: string[] = [];
  const steps = ['deliver', 'steps', 'fingerprint', 'completion', 'release', 'contributions'] as const;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const path = url.pathname;
    const ofNode = url.origin === new URL(world.endpoint('node-b')).origin;
    const ofOwner = url.origin === world.endpoint('owner-b');
    const step = ofNode
      ? steps.find((one) => (one === 'deliver' ? path === '/v1/computations' : path.endsWith(`/${one}`)))
      : ofOwner
        ? ['contributions', 'fingerprint'].find((one) => path.endsWith(`/${one}`))
        : undefined;
    const name = `${ofNode ? 'node' : 'owner'} ${step ?? ''}`;
    if (step === undefined || restarted.includes(name)) return original(input, init);
    restarted.push(name);
    if (ofNode) {
      await world.nodes.get('node-b')?.stop();
      void world.startNode('node-b');
    } else {
      await world.dataEnds.get('owner-b')?.stop();
      void world.startOwner('owner-b');
    }
    throw new TypeError('fetch failed');
  };
  try {
    const answer = await world.confidential.askConfidentially(asking(allFlows, 'shares'));
    expect(restarted.sort()).toEqual([
      'node completion',
      'node deliver',
      'node fingerprint',
      'node release',
      'node steps',
      'owner contributions',
      'owner fingerprint',
    ]);
    expect(await withoutNoise(answer)).toEqual(await exactSums(allFlows));
    mustMostlyHold(answer, counted(atHome));
    await proves(answer);
  } finally {
    globalThis.fetch = original;
  }
});

test('a repository that goes silent before its fingerprint stops the run by name, and nothing is released', async () => {
  const giving = world.dataEnds.get('owner-c')?.app.get(Fingerprinting) as unknown as Record<'give', unknown>;
  const before = giving.give;
  giving.give = () => Promise.reject(new Error('down'));
  patience(8_000);
  const refused = world.confidential.askConfidentially(asking(fine, 'shares', others));
  await expect(refused).rejects.toMatchObject({
    code: 'FINGERPRINT_MISSING',
    details: { blamed: [repositoryOf('owner-c')] },
  });
  const runs = await world.exchange.running.database.manager.find(ConfidentialRun, {
    order: { askedAt: 'DESC' },
    take: 1,
  });
  expect(runs.map(({ outputs, state }) => [outputs, state])).toEqual([[null, 'STOPPED']]);
  const rows = await world.nodes.get('node-a')?.database.manager.findBy(Computation, { id: runs[0]?.id ?? '' });
  expect(rows?.map(({ output, stopped }) => [output, stopped])).toEqual([[null, 'FINGERPRINT_MISSING']]);
  giving.give = before;
  patience(60_000);
});

test('a repository that fingerprints other cells is noticed, and no wrong sum is shown', async () => {
  const end = world.dataEnds.get('owner-c');
  const giving = end?.app.get(Fingerprinting) as unknown as { give: Fingerprinting['give'] };
  const before = giving.give.bind(giving);
  const { receipt } = await world.keys('owner-c');
  giving.give = async (xid, order) => {
    const { fingerprint } = await before(xid, order);
    const scalar = Buffer.from(fingerprint.document.value, 'base64url');
    scalar[0] = (scalar[0] ?? 0) ^ 1;
    const document = { ...fingerprint.document, value: scalar.toString('base64url') };
    return { fingerprint: signDocument(large.FINGERPRINT_TAG, document, fingerprint.by, signerOf(receipt)) };
  };
  const wrong = world.confidential.askConfidentially(asking(fine, 'shares', others));
  await expect(wrong).rejects.toMatchObject({
    code: 'CERTIFICATE_FAILS',
    details: { code: 'CERTIFICATE_FAILS', blamed: [] },
  });
  Object.assign(giving, { give: before });
});

test('a node that shifts one cell is noticed; one that calls it noise is named by whoever sees its seed', async () => {
  const liar = world.nodes.get('node-b');
  if (liar === undefined) throw new Error('no node-b');
  const computations = liar.app.get(Computations) as unknown as Record<
    'largeStages' | 'largeShares' | 'noiseOf',
    unknown
  > & {
    largeShares: (row: Computation) => Promise<{ shares: ReadonlyMap<string, large.LargeShare> }>;
    noiseOf: (row: Computation) => Promise<large.LargeNoise>;
  };
  computations.largeStages = async (row: Computation, setting: NodeSetting, excluded: [], drawn: large.LargeNoise) => {
    const begun = beginLarge(setting, row.contributions, excluded, drawn);
    const lying = { ...drawn, cells: bumped(drawn.cells, 7) };
    const { shares } = await computations.largeShares(row);
    const { chain, release } = await large.finishLarge(setting, begun, shares, lying);
    return { chain, set: begun.set, noise: null, output: Buffer.from(JSON.stringify(release)), state: 'SEALED' };
  };
  const shifted = world.confidential.askConfidentially(asking(allFlows, 'shares', others));
  await expect(shifted).rejects.toMatchObject({ code: 'CERTIFICATE_FAILS', details: { blamed: [] } });
  const honest = computations.noiseOf.bind(computations);
  const fingerprint = computations as unknown as { fingerprint: Computations['fingerprint'] };
  const before = fingerprint.fingerprint.bind(computations);
  fingerprint.fingerprint = (id, chains) => {
    computations.noiseOf = async (row) => ({ ...(await honest(row)), cells: bumped((await honest(row)).cells, 7) });
    return before(id, chains).finally(() => {
      computations.noiseOf = honest;
    });
  };
  const answer = await world.confidential.askConfidentially(asking(finer, 'shares', others));
  expect(verifyNoise(answer.transcript, 'node-a', await seedOf('node-a', answer.question))).toEqual([]);
  expect(verifyNoise(answer.transcript, 'node-b', await seedOf('node-b', answer.question))).toEqual([
    { code: 'FINGERPRINT_DIFFERS', party: 'node-b' },
  ]);
});
