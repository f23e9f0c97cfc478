// Every message of a confidential question fails in every way once: it goes on to the right answer, or ends by name with nothing released.
import { setTimeout as pause } from 'node:timers/promises';
import { Computation } from '../../src/compute-node/computations/entities';
import { templateId } from '../../src/domain/templates';
import { ConfidentialPart, ConfidentialRun } from '../../src/exchange/confidential/entities';
import { Computing } from '../../src/exchange/confidential/computing';
import { EXCHANGE_SETTINGS } from '../../src/exchange/settings';
import type { ConfidentialAnswer } from '../../src/sdk/confidential/ask';
import { NODES, openWorld, OWNERS, repositoryOf, template, type World } from './confidential.world';

jest.setTimeout(400_000);
/** Long enough for a node that restarts on a machine with much else to do; short where it stays away. */
const PATIENCE_MS = 300_000;
const SHORT_MS = 3_000;
const LIAR = 'node-b';

/** What happens to a call that matches; `go` sends it. Returns undefined once it lets everything pass. */
type Fault = (go: () => Promise<Response>) => Promise<Response>;
interface Trap {
  readonly origin: string;
  readonly path: RegExp;
  readonly fault: Fault;
  /** How many calls it takes; then it is gone. */
  left: number;
  sprung: number;
}
let traps: readonly Trap[] = [];
const original = globalThis.fetch;
let world: World;
let asked = 0;
let charged = 0;

beforeAll(async () => {
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const go = () => original(input, init);
    const path = decodeURIComponent(url.pathname);
    const trap = traps.find((one) => one.left > 0 && one.origin === url.origin && one.path.test(path));
    if (trap === undefined) return go();
    trap.left -= 1;
    trap.sprung += 1;
    return trap.fault(go);
  };
  world = await openWorld(PATIENCE_MS);
});
beforeEach(async () => {
  patience(PATIENCE_MS);
  charged = (await accounts()).quota;
});
afterEach(() => (traps = []));
afterAll(async () => {
  globalThis.fetch = original;
  await world.close();
});

const paths = {
  commitment: /^\/v1\/epochs\/[^/]+\/commitment$/,
  share: /^\/v1\/epochs\/[^/]+\/share$/,
  deliver: /^\/v1\/computations$/,
  steps: /^\/v1\/computations\/[^/]+\/steps$/,
  sum: /^\/v1\/computations\/[^/]+\/sum$/,
  completion: /^\/v1\/computations\/[^/]+\/completion$/,
  release: /^\/v1\/computations\/[^/]+\/release$/,
} as const;
type Step = keyof typeof paths;
const steps = {
  shares: ['deliver', 'steps', 'completion', 'release'],
  homomorphic: ['commitment', 'share', 'deliver', 'steps', 'sum', 'completion', 'release'],
} as const satisfies Record<string, readonly Step[]>;
const modes = ['shares', 'homomorphic'] as const;
type Mode = (typeof modes)[number];

/** As if nobody listened there. */
const nobody = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));

const lost: Fault = async (go) => {
  await go();
  return nobody();
};
const faults: Readonly<Record<string, Fault>> = {
  'the answer is lost': lost,
  'the node is slow': async (go) => {
    await pause(1_500);
    return go();
  },
  'the node fails': () => Promise.resolve(new Response(JSON.stringify({ code: 'INTERNAL' }), { status: 500 })),
  'the node restarts': async () => {
    await world.nodes.get(LIAR)?.stop();
    void world.startNode(LIAR);
    return nobody();
  },
};

function patience(milliseconds: number): void {
  (world.exchange.running.app.get(EXCHANGE_SETTINGS) as { NODE_PATIENCE_MS: number }).NODE_PATIENCE_MS = milliseconds;
}

const trapAt = (origin: string, path: RegExp, fault: Fault, left = 1): Trap => ({
  origin,
  path,
  fault,
  left,
  sprung: 0,
});
const FOR_EVER = Number.MAX_SAFE_INTEGER;

function set(step: Step, fault: Fault, left = 1): void {
  traps = [trapAt(world.endpoint(LIAR), paths[step], fault, left)];
}

/** A question nobody asked before. */
function question(mode: Mode) {
  const at = asked++;
  const parameters = { minDays: at % 21, maxDays: 20 + Math.floor(at / 21) };
  const repositories = OWNERS.slice(0, 3).map(repositoryOf);
  return { template: templateId(template), repositories, parameters, purpose: 'research', mode, nodes: NODES } as const;
}

/** Of owner-a: questions charged, whatever is held, and the quota used. */
async function accounts(): Promise<{ rho: string; held: string[]; quota: number }> {
  const { items } = await world.desk<{ items: { id: string; spent: string; held: string }[] }>('owner-a', 'accounts');
  const rho = items.find(({ id }) => id.includes('searcher'))?.spent ?? '0';
  const quota = items.reduce((sum, { id, spent }) => (id.endsWith('/quota') ? sum + Number(spent) : sum), 0);
  return { rho, held: items.map(({ held }) => held).filter((held) => held !== '0'), quota };
}

async function mustBeCharged(times: number): Promise<void> {
  charged += times;
  const { held, quota } = await accounts();
  expect([quota, held]).toEqual([charged, []]);
}

/** Nothing of a stopped question is left to be released: not at the nodes, not at the exchange. */
async function mustBeShut(): Promise<void> {
  const run = await lastRun();
  expect(run).toMatchObject({ state: 'STOPPED' });
  for (const node of NODES) {
    const row = await world.nodes.get(node)?.database.manager.findOneBy(Computation, { id: run.id });
    expect(row?.output ?? null).toBeNull();
    expect(row?.releasedAt ?? null).toBeNull();
  }
}

async function lastRun(): Promise<ConfidentialRun> {
  const [run] = await world.exchange.running.database.manager.find(ConfidentialRun, {
    where: {},
    order: { askedAt: 'DESC' },
    take: 1,
  });
  if (run === undefined) throw new Error('Nothing was asked.');
  return run;
}

interface Keeping {
  keep: (id: string, change: Partial<ConfidentialRun>) => Promise<void>;
}

const right = (answer: ConfidentialAnswer): void => {
  expect(answer.checks).toEqual({ public: [], certificate: [] });
};

describe.each(modes)('mode %s', (mode) => {
  test.each(Object.entries(faults))(
    'in each step %s once, and the question goes on to its answer',
    async (_name, fault) => {
      traps = steps[mode].map((step) => trapAt(world.endpoint(LIAR), paths[step], fault));
      right(await world.confidential.askConfidentially(question(mode)));
      expect(traps.map(({ sprung }) => sprung)).toEqual(steps[mode].map(() => 1));
      await mustBeCharged(1);
    },
  );

  const gone = mode === 'shares' ? (['deliver', 'steps', 'completion'] as const) : (['steps', 'sum'] as const);
  test.each(gone)('%s: a node that stays away ends the question by its name, and nothing is released', async (step) => {
    patience(SHORT_MS);
    set(step, nobody, FOR_EVER);
    const asking = world.confidential.askConfidentially(question(mode));
    await expect(asking).rejects.toMatchObject({ code: 'NODE_DOWN', details: { blamed: [LIAR] } });
    await mustBeCharged(1);
    expect(await lastRun()).toMatchObject({ state: 'STOPPED', refusal: 'NODE_DOWN', blamed: [LIAR], outputs: null });
  });

  test('a node that stays away when keys are shown ends the question before anything is charged', async () => {
    patience(SHORT_MS);
    const path = mode === 'shares' ? /^\/v1\/node$/ : paths.share;
    traps = [trapAt(world.endpoint(LIAR), path, nobody, FOR_EVER)];
    const asking = world.confidential.askConfidentially({ ...question(mode), withinMs: 3_000 });
    await expect(asking).rejects.toMatchObject({ code: 'NODE_DOWN' });
    await mustBeCharged(0);
  });
});

test('a node that stays away past all patience is waited for at the release, because another has released', async () => {
  patience(SHORT_MS);
  set('release', nobody, FOR_EVER);
  const asking = world.confidential.askConfidentially(question('shares'));
  while (!traps.some(({ sprung }) => sprung > 0)) await pause(100);
  await pause(SHORT_MS + 2_000);
  expect((await lastRun()).state).toBe('COMPUTING');
  traps = [];
  right(await asking);
  await mustBeCharged(1);
});

/** Changes the JSON of a node's answer. */
const lying =
  (change: (said: Record<string, unknown>) => unknown): Fault =>
  async (go) => {
    const said = (await (await go()).json()) as Record<string, unknown>;
    return new Response(JSON.stringify(change(said)), { status: 200, headers: { 'content-type': 'application/json' } });
  };
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
interface Said {
  readonly chain: { readonly steps: readonly { readonly signature: string }[] };
  readonly verdict: { readonly document: object; readonly signature: string };
}

const lies = {
  'a verdict that is not signed': [
    'deliver',
    ({ verdict }: Said) => ({ verdict: { ...verdict, signature: flipped(verdict.signature, 9) } }),
    { code: 'VERDICT_WRONG', details: { blamed: [LIAR] } },
  ],
  'a verdict about another set': [
    'deliver',
    ({ verdict }: Said) => ({
      verdict: { ...verdict, document: { ...verdict.document, setRoot: `sha256:${'0'.repeat(64)}` } },
    }),
    { code: 'VERDICT_WRONG', details: { blamed: [LIAR] } },
  ],
  'a chain with a step that was changed': [
    'steps',
    (said: Said) => ({
      ...said,
      chain: {
        ...said.chain,
        steps: said.chain.steps.map((step, at) =>
          at === 1 ? { ...step, signature: flipped(step.signature, 9) } : step,
        ),
      },
    }),
    { details: { blamed: [LIAR] } },
  ],
  'a signature under another completion': [
    'completion',
    (said: { by?: string; signature?: string }) => ({ ...said, signature: flipped(said.signature ?? '', 9) }),
    { code: 'RELEASE_UNSIGNED', details: { blamed: [LIAR] } },
  ],
} as const;

describe.each(modes)('mode %s', (mode) => {
  test.each(Object.entries(lies))(
    'a node that tells %s is named, and nothing is released',
    async (_name, [step, change, told]) => {
      set(step, lying(change as never), 1);
      await expect(world.confidential.askConfidentially(question(mode))).rejects.toMatchObject(told);
      await mustBeShut();
      await mustBeCharged(1);
    },
  );

  test('a released part that is not the recorded one is refused, and nobody is blamed for it', async () => {
    const change = ({ output }: { output?: string }) => {
      const text = Buffer.from(output ?? '', 'base64url');
      if (mode === 'homomorphic') text[5_000] = (text[5_000] ?? 0) ^ 1;
      const release = mode === 'shares' ? (JSON.parse(text.toString('utf8')) as { envelope: string }) : undefined;
      const wrong = release && JSON.stringify({ ...release, envelope: flipped(release.envelope, 200) });
      return { output: (wrong === undefined ? text : Buffer.from(wrong)).toString('base64url') };
    };
    set('release', lying(change as never), 1);
    const asking = world.confidential.askConfidentially(question(mode));
    await expect(asking).rejects.toMatchObject({
      code: 'TRANSCRIPT_WRONG',
      details: { code: 'OUTPUT_DIFFERS', at: LIAR, blamed: [] },
    });
    await mustBeCharged(1);
  });
});

test.each(modes)(
  'mode %s: an exchange that fails before it could keep what it got, at each step, goes on from what it kept',
  async (mode) => {
    const computing = world.exchange.running.app.get(Computing) as unknown as Keeping;
    const { keep } = Object.getPrototypeOf(computing) as Keeping;
    const failed = new Set<string>();
    computing.keep = (id, change) => {
      const [name = ''] = Object.keys(change);
      if (failed.has(name)) return keep.call(computing, id, change);
      failed.add(name);
      return Promise.reject(new Error('the database went away'));
    };
    right(await world.confidential.askConfidentially(question(mode)));
    expect([...failed]).toEqual(['verdicts', 'chains', 'signatures', 'outputs']);
    await mustBeCharged(1);
  },
);

describe('repositories', () => {
  const contributing = (owner: string, fault: Fault, left = 1): void => {
    traps = [trapAt(world.endpoint(owner), /^\/v1\/contributions$/, fault, left)];
  };

  test.each(modes)('mode %s: a data end whose answer is lost says the same again, and charges once', async (mode) => {
    contributing('owner-a', lost);
    right(await world.confidential.askConfidentially(question(mode)));
    expect(traps[0]?.sprung).toBe(1);
    await mustBeCharged(1);
  });

  test.each(['shares'] as const)(
    'mode %s: a data end that restarts in the middle is asked again, and charges once',
    async (mode) => {
      contributing('owner-a', async () => {
        await world.dataEnds.get('owner-a')?.stop();
        void world.startOwner('owner-a');
        return nobody();
      });
      right(await world.confidential.askConfidentially(question(mode)));
      await mustBeCharged(1);
    },
  );

  test.each(modes)(
    'mode %s: who drops out before the cut-off is left out; with too few left nothing is summed',
    async (mode) => {
      contributing('owner-b', nobody, FOR_EVER);
      const all = { ...question(mode), repositories: OWNERS.map(repositoryOf), withinMs: 12_000 };
      const answer = await world.confidential.askConfidentially(all);
      right(answer);
      expect(answer.repositories.find(({ repository }) => repository === repositoryOf('owner-b'))).toMatchObject({
        state: 'MISSED',
        code: 'CUT_OFF_PASSED',
      });
      const few = world.confidential.askConfidentially({ ...question(mode), withinMs: 6_000 });
      await expect(few).rejects.toMatchObject({
        code: 'TOO_FEW_REPOSITORIES',
        details: { missing: [`${repositoryOf('owner-b')}: CUT_OFF_PASSED`] },
      });
      await mustBeCharged(2);
    },
  );

  test.each(modes)(
    'mode %s: who drops out after it contributed is counted: its part is sealed to the nodes already',
    async (mode) => {
      const asking = world.confidential.askConfidentially(question(mode));
      const { manager } = world.exchange.running.database;
      for (;;) {
        const run = await lastRun();
        const parts = await manager.countBy(ConfidentialPart, { run: run.id, state: 'CONTRIBUTED' });
        if (parts === 3 && asked > 0) break;
        await pause(10);
      }
      await world.dataEnds.get('owner-c')?.stop();
      const settling = pause(500).then(() => world.startOwner('owner-c'));
      const answer = await asking;
      await settling;
      right(answer);
      expect(answer.repositories.map(({ state }) => state)).toEqual(Array(3).fill('CONTRIBUTED'));
      await mustBeCharged(1);
    },
  );
});

test('a searcher that stopped anywhere goes on from what it wrote down, and asks nothing twice', async () => {
  const { group } = await world.confidential.begin(question('shares'));
  expect(world.confidential.unsettled()).toEqual([group]);
  // The exchange had the question, and the searcher never heard of it.
  traps = [trapAt(world.url, /^\/v1\/confidential/, lost, FOR_EVER)];
  await expect(world.confidential.settle(group)).rejects.toMatchObject({ code: 'PEER_DOWN' });
  traps = [];
  await world.reopen();
  expect(world.confidential.unsettled()).toEqual([group]);
  await world.confidential.resume();
  expect(world.confidential.unsettled()).toEqual([]);
  const record = world.confidential.record(group);
  expect(record?.body).toMatchObject({ schema: 'aggregora/confidential-answer/1' });
  expect(world.confidential.kept(group, 'A').length).toBeGreaterThan(1_000);
  await mustBeCharged(1);
});
