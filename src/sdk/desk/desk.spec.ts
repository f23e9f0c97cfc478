// The desk's door, against a fake office: who gets in, what it takes, what it says.
import { request } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { Refusal } from '../../domain/refusals';
import type { Office } from '../office';
import { DeskClient } from './client';
import { Desk } from './desk';

const CODE = 'the-code-of-this-desk';
const asked: unknown[] = [];
const opened: unknown[] = [];
let closed = 0;
let desk: Desk;
let url: string;

/** As much of an office as the desk's door needs. */
const office = {
  settings: { keys: { participant: 'a-city' }, exchangeUrl: 'http://exchange.example' },
  book: { all: () => [] },
  searcher: {
    unsettled: () => [],
    resume: () => Promise.resolve(),
    settle: () => Promise.reject(new Refusal('PEER_DOWN')),
  },
  catalogue: {
    permits: () => Promise.resolve([{ id: 'p' }]),
    budget: (permit: string) =>
      permit === 'p' ? Promise.resolve({ rho: '1/8' }) : Promise.reject(new Refusal('PERMIT_MISSING', { permit })),
    requestPermit: (wish: object) => Promise.resolve({ ...wish, state: 'open' }),
  },
  begin: (asking: { template: string }) => {
    asked.push(asking);
    if (asking.template === 'bug') return Promise.reject(new Error('secret words of a bug'));
    return Promise.resolve({ group: 'g', xids: ['x'] });
  },
  answer: (group: string) => {
    throw new Refusal('EXCHANGE_UNKNOWN', { group });
  },
  evidence: (xid: string, open: unknown) => {
    opened.push(open);
    return Promise.resolve(new TextEncoder().encode(`{"xid":"${xid}"}`));
  },
  advance: () => Promise.resolve(0),
  close: () => (closed += 1),
} as unknown as Office;

beforeAll(async () => {
  desk = new Desk(office, {
    host: '127.0.0.1',
    port: 0,
    code: CODE,
    origins: ['http://exchange.example'],
    trust: () => Promise.reject(new Refusal('PEER_DOWN')),
  });
  await desk.start();
  const { server } = desk as unknown as { server: Server };
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  await desk.stop();
  expect(closed).toBe(1);
});

const call = async (path: string, init: RequestInit = {}, code = CODE) => {
  const response = await fetch(`${url}${path}`, {
    ...init,
    headers: { authorization: `Desk ${code}`, ...init.headers },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, code: body['code'], body, headers: response.headers };
};
const post = (path: string, body: string) => call(path, { method: 'POST', body });
const question = { template: 't', repositories: ['r'], parameters: { a: 1 }, purpose: 'research' };

test.each(['', 'the-code-of-this-desl', 'the-code-of-this-desk-and-more'])(
  'the code %j opens nothing',
  async (code) => {
    expect(await call('/desk', {}, code)).toMatchObject({ status: 401, code: 'DESK_CODE_WRONG' });
  },
);

test('only the exchange’s own page may call across origins', async () => {
  const from = async (origin: string) =>
    (await call('/desk', { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await from('http://exchange.example')).toBe('http://exchange.example');
  expect(await from('http://elsewhere.example')).toBeNull();
});

test('it says whose desk it is, and nothing of keys', async () => {
  const { body } = await call('/desk');
  expect(body).toEqual({ participant: 'a-city', exchange: 'http://exchange.example' });
});

test('a question is under way when it answers, straight to the data end where wished', async () => {
  expect((await post('/desk/questions', JSON.stringify(question))).body).toEqual({ group: 'g', xids: ['x'] });
  await post('/desk/questions', JSON.stringify({ ...question, direct: true }));
  expect(asked).toEqual([question, { ...question, direct: true }]);
});

test.each`
  title                  | body                                                             | code
  ${'an unknown field'}  | ${JSON.stringify({ ...question, rho: 1 })}                       | ${'BODY_SHAPE'}
  ${'a foreign purpose'} | ${JSON.stringify({ ...question, purpose: 'curiosity' })}         | ${'BODY_SHAPE'}
  ${'nobody to ask'}     | ${JSON.stringify({ ...question, repositories: [] })}             | ${'BODY_SHAPE'}
  ${'a key twice'}       | ${'{"template":"t","template":"u"}'}                             | ${'DUPLICATE_KEY'}
  ${'more than 64 KiB'}  | ${JSON.stringify({ ...question, template: 'x'.repeat(70_000) })} | ${'TOO_LARGE'}
`('$title is refused with $code', async ({ body, code }: { body: string; code: string }) => {
  expect((await post('/desk/questions', body)).code).toBe(code);
});

test('refusals speak both languages; a bug says nothing of itself', async () => {
  const refused = await call('/desk/budget?permit=q');
  expect(refused).toMatchObject({ status: 403, code: 'PERMIT_MISSING', body: { details: { permit: 'q' } } });
  expect(refused.body['titleZh']).toMatch(/[\u4e00-\u9fff]/);
  const bug = await post('/desk/questions', JSON.stringify({ ...question, template: 'bug' }));
  expect(bug).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(JSON.stringify(bug.body)).not.toContain('secret words');
  expect((await call('/desk/nothing-here')).code).toBe('ROUTE_UNKNOWN');
  expect((await call('/desk/questions/unknown')).code).toBe('EXCHANGE_UNKNOWN');
});

test('its client asks, opens the parts named, and hears refusals', async () => {
  const client = new DeskClient({ url, code: CODE }, () => 0);
  expect(await client.about()).toMatchObject({ participant: 'a-city' });
  expect(await client.ask(question)).toMatchObject({ group: 'g' });
  expect(new TextDecoder().decode(await client.evidence('x', ['answer', 'timing']))).toBe('{"xid":"x"}');
  await client.evidence('x', []);
  await client.evidence('x', 'everything');
  expect(opened).toEqual([['answer', 'timing'], [], 'everything']);
  await expect(new DeskClient({ url, code: 'wrong' }, () => 0).about()).rejects.toThrow('DESK_CODE_WRONG');
  expect((await call('/desk/evidence/x?open=rows')).code).toBe('BODY_SHAPE');
});

test('a body that stops half way takes nothing down', async () => {
  await new Promise<void>((done) => {
    const half = request(`${url}/desk/questions`, {
      method: 'POST',
      headers: { authorization: `Desk ${CODE}`, 'content-length': '1000' },
    });
    half.on('error', () => done());
    half.write('{"temp');
    setTimeout(() => half.destroy(), 50);
  });
  expect((await call('/desk')).status).toBe(200);
});
