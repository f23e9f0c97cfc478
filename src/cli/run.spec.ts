// The command line as a person meets it: settings, exit codes, words, JSON.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io';
import { run } from './run';

let folder: string;
let server: Server;
let url: string;
let answers: Record<string, [number, unknown]> = {};
const asked: { url: string; language: string | undefined; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aggregora-cli-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { 'accept-language': language, authorization } = request.headers;
      asked.push({ url: request.url ?? '', language, authorization, body });
      const [status, value] = answers[(request.url ?? '').split('?')[0] ?? ''] ?? [404, { code: 'ROUTE_UNKNOWN' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  answers = {};
  asked.length = 0;
});

async function aggregora(line: readonly string[], environment: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    watched: false,
    colours: false,
    width: 100,
    folder,
    home: folder,
    environment,
    now: () => 1_790_000_000_000,
  };
  const code = await run(line, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const repository = {
  id: 'north-trips',
  owner: 'north-district',
  metadata: {
    title: { en: 'Trips', zh: '出行' },
    theme: 'transport',
    place: { name: 'Denver' },
    time: { from: '2026-01-01', to: '2026-06-30' },
    size: '1e5-1e6',
  },
};

test('a search prints a table in the chosen language, and the very answer with --json', async () => {
  answers['/v1/repositories'] = [200, { items: [repository], next: 'north-trips' }];
  const english = await aggregora(['--exchange', url, 'catalog', 'search', 'trips', 'bus', '--theme', 'transport']);
  expect(english).toMatchObject({ code: 0, err: '' });
  expect(english.out).toContain('Trips');
  expect(english.out).toContain('--after north-trips');
  expect(asked[0]?.url).toBe('/v1/repositories?q=trips+bus&theme=transport');
  const chinese = await aggregora(['catalog', 'search', '--exchange', url, '--lang', 'zh']);
  expect(chinese.out).toContain('数据仓库');
  expect(chinese.out).toContain('出行');
  const json = await aggregora(['catalog', 'search', '--json', '--exchange', url]);
  expect(JSON.parse(json.out)).toEqual({ items: [repository], next: 'north-trips' });
});

test('a refusal of the other side gives title, what to do and code, and exit 1', async () => {
  answers['/v1/repositories/nowhere'] = [
    404,
    {
      code: 'REPOSITORY_UNKNOWN',
      title: 'No repository has this id.',
      detail: 'Look again.',
      details: { repository: 'nowhere' },
    },
  ];
  const line = ['--exchange', url, 'catalog', 'show', 'nowhere'];
  const told = await aggregora(line);
  expect(told.code).toBe(1);
  expect(told.err.split('\n')).toEqual([
    '✗ No repository has this id.',
    '  → Look again.',
    '  REPOSITORY_UNKNOWN · repository: nowhere',
  ]);
  const json = await aggregora([...line, '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'REPOSITORY_UNKNOWN', exit: 1 } });
  await aggregora([...line, '--lang', 'zh']);
  expect(asked.at(-1)?.language).toBe('zh-CN');
});

test('our own words are used where we have them, in the chosen language', async () => {
  answers['/v1/repositories/x'] = [403, { code: 'PERMIT_MISSING', title: 'other words' }];
  const { err } = await aggregora(['--exchange', url, '--lang', 'zh', 'catalog', 'show', 'x']);
  expect(err).toContain('在该数据仓库没有针对此问题的许可。');
});

test('a peer that is down is exit 3', async () => {
  const { code, err } = await aggregora(['--exchange', 'http://127.0.0.1:9', 'ledger', 'head']);
  expect(code).toBe(3);
  expect(err).toContain('PEER_DOWN');
});

test.each([
  [['--nonsense']],
  [['catalog', 'show']],
  [['ledger', 'head']],
  [['ask', 'x', '--exchange', 'http://127.0.0.1:9', '--lang', 'fr']],
  [['verify']],
  [['verify', 'missing.json', '--trust', 'missing-too.json']],
  [['permit', 'list', '--exchange', 'http://127.0.0.1:9']],
  [['permit', 'list', '--exchange', 'http://127.0.0.1:9', '--keys', 'nothing.json']],
  [['keys', 'create', 'Not A Slug']],
  [['template', 'review', 'sha256:0', '--comment', 'x', '--exchange', 'http://127.0.0.1:9']],
  [['owner', 'accounts', '--exchange', 'http://127.0.0.1:9']],
  [['evidence', 'save', '--open', 'rows', '--exchange', 'http://127.0.0.1:9']],
])('%j is exit 2 and says something', async (line) => {
  const { code, err } = await aggregora(line);
  expect(code).toBe(2);
  expect(err).not.toBe('');
});

test('help is exit 0', async () => {
  const { code, out } = await aggregora(['--help']);
  expect(code).toBe(0);
  for (const verb of [
    'catalog',
    'template',
    'permit',
    'ask',
    'answer',
    'receipt',
    'evidence',
    'verify',
    'budget',
    'owner',
  ])
    expect(out).toContain(verb);
});

test('keys are made once, readable by their owner alone, and never overwritten', async () => {
  expect((await aggregora(['keys', 'create', 'a-city', '-o', 'city.json'])).code).toBe(0);
  const file = join(folder, 'city.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, 'utf8');
  expect((await aggregora(['keys', 'create', 'a-city', '-o', 'city.json'])).code).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('an application carries the public keys and the signature of the receipt key', async () => {
  answers['/v1/participants'] = [202, { id: 'b-city', state: 'applied' }];
  await aggregora(['keys', 'create', 'b-city']);
  const line = [
    '--exchange',
    url,
    '--keys',
    'b-city.keys.json',
    'participant',
    'apply',
    '--name',
    'B',
    '--role',
    'searcher',
  ];
  expect(await aggregora(line)).toMatchObject({ code: 0, out: '✓ b-city: applied' });
  const { application, signature } = JSON.parse(asked[0]?.body ?? '');
  expect(application).toMatchObject({ participant: 'b-city', name: { en: 'B', zh: 'B' }, roles: ['searcher'] });
  expect(JSON.stringify(application)).not.toContain('PRIVATE');
  expect(signature.split('.')).toHaveLength(3);
});

describe('settings', () => {
  const head = { height: 7, hash: 'aa', chain: 'bb' };

  test('options win over environment, environment over the file, the file over a local town', async () => {
    answers['/v1/ledger/head'] = [200, head];
    const nowhere = 'http://127.0.0.1:9';
    mkdirSync(join(folder, '.config', 'aggregora'), { recursive: true });
    const config = join(folder, '.config', 'aggregora', 'config.json');
    writeFileSync(config, JSON.stringify({ exchange: url }));
    expect((await aggregora(['ledger', 'head'])).code).toBe(0);
    expect((await aggregora(['ledger', 'head'], { AGGREGORA_EXCHANGE: nowhere })).code).toBe(3);
    expect((await aggregora(['ledger', 'head', '--exchange', url], { AGGREGORA_EXCHANGE: nowhere })).code).toBe(0);
    writeFileSync(config, JSON.stringify({ exchnage: url }));
    const broken = await aggregora(['ledger', 'head']);
    expect(broken).toMatchObject({ code: 2 });
    expect(broken.err).toContain('config.json');
    rmSync(config);
  });

  test('a local town gives exchange, data ends and codes', async () => {
    const port = Number(new URL(url).port);
    const town = join(folder, 'town');
    mkdirSync(join(town, 'secrets'), { recursive: true });
    writeFileSync(join(town, 'ports.json'), JSON.stringify({ exchange: port, desk: 9, dataEnds: { north: port } }));
    writeFileSync(join(town, 'secrets', 'north.json'), JSON.stringify({ deskCode: 'open sesame', seal: 'x' }));
    answers['/owner/accounts'] = [200, { items: [{ id: 'a', kind: 'rho', cap: '1/8', spent: '1/200', held: '0' }] }];
    const { code, out } = await aggregora(['owner', 'accounts', '--owner', 'north'], { AGGREGORA_HOME: 'town' });
    expect(code).toBe(0);
    expect(out).toContain('1/200');
    expect(asked[0]?.authorization).toBe('Desk open sesame');
  });
});

test('an offer’s files are relative to the offer, and reach the data end as absolute paths', async () => {
  answers['/owner/repositories'] = [200, { id: 'r', state: 'announced', dataVersion: 'v' }];
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(
    join(folder, 'deep', 'offer.json'),
    JSON.stringify({ id: 'r', source: { kind: 'csv', file: 'p.csv', table: 'file' } }),
  );
  const line = ['--exchange', url, 'owner', 'offer', 'deep/offer.json', '--data-end', url, '--code', 'c'];
  expect(await aggregora(line)).toMatchObject({ code: 0, out: '✓ r: announced' });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    id: 'r',
    source: { kind: 'csv', file: join(folder, 'deep', 'p.csv'), table: 'file' },
  });
});
