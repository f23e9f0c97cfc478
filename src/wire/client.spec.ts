// How our calls behave against a server that misbehaves: what is tried again, what is final, and in whose words.
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../domain/refusals';
import { Client, PeerRefusal, withRetries } from '.';

let server: Server;
let url: string;
let script: ((response: ServerResponse) => void)[] = [];
let calls = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    calls += 1;
    (script.shift() ?? (() => problem('INTERNAL', 500)(response)))(response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
beforeEach(() => {
  calls = 0;
  script = [];
});

const problem =
  (code: string, status: number, more: object = {}) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ code, title: `title of ${code}`, detail: 'what to do', ...more }));
const good = (response: ServerResponse) => void response.end('{"good":true}');
const hangUp = (response: ServerResponse) => void response.destroy();
const garbage = (response: ServerResponse) => void response.end('<html>');

const retry = { attempts: 3, firstPauseMs: 1, longestPauseMs: 2 };
const client = () => new Client({ issuer: `${url}/oidc`, server: url, now: () => 0, retry, language: 'zh-CN' });
const outcome = async (): Promise<unknown> => {
  try {
    return await client().json('/x', { open: true });
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
};

test.each`
  title                                     | answers                                                                       | result               | count
  ${'a good answer'}                        | ${[good]}                                                                     | ${{ good: true }}    | ${1}
  ${'a line that breaks is tried again'}    | ${[hangUp, good]}                                                             | ${{ good: true }}    | ${2}
  ${'a ledger that is down is tried again'} | ${[problem('LEDGER_DOWN', 503), good]}                                        | ${{ good: true }}    | ${2}
  ${'a peer that stays down'}               | ${[hangUp, hangUp, hangUp]}                                                   | ${'PEER_DOWN'}       | ${3}
  ${'a refusal is final at once'}           | ${[problem('PERMIT_MISSING', 403), good]}                                     | ${'PERMIT_MISSING'}  | ${1}
  ${'a code that our tables do not know'}   | ${[problem('NEVER_HEARD_OF', 422)]}                                           | ${'NEVER_HEARD_OF'}  | ${1}
  ${'an error page that is no problem'}     | ${[(response: ServerResponse) => void response.writeHead(502).end('<html>')]} | ${'PEER_UNREADABLE'} | ${1}
  ${'an answer that is no JSON'}            | ${[garbage]}                                                                  | ${'PEER_UNREADABLE'} | ${1}
`('$title', async ({ answers, result, count }: { answers: typeof script; result: unknown; count: number }) => {
  script = [...answers];
  expect(await outcome()).toEqual(result);
  expect(calls).toBe(count);
});

test('a refusal keeps the server’s words and details', async () => {
  script = [problem('NEVER_HEARD_OF', 422, { details: { repository: 'r' } })];
  const refused = await client()
    .json('/x', { open: true })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PeerRefusal);
  expect(refused).toMatchObject({
    title: 'title of NEVER_HEARD_OF',
    detail: 'what to do',
    details: { repository: 'r' },
  });
});

test('a call that may take so long and no longer ends then, with a token too', async () => {
  const json = (body: object) => (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const never = () => undefined;
  script = [
    json({ issuer: `${url}/oidc`, token_endpoint: `${url}/token` }),
    json({ access_token: 'a', token_type: 'DPoP', expires_in: 300 }),
    never,
  ];
  const { privateKey: tokenKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const identity = { participant: 'somebody', tokenKey };
  const once = { ...retry, attempts: 1 };
  const mine = new Client({ issuer: `${url}/oidc`, server: url, now: () => 0, retry: once, identity });
  await expect(mine.json('/x', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'PEER_DOWN' });
  expect(calls).toBe(3);
});

test('a bug is not tried again', async () => {
  let runs = 0;
  const act = () => {
    runs += 1;
    return Promise.reject(new Error('a bug'));
  };
  await expect(withRetries(retry, act)).rejects.toThrow('a bug');
  expect(runs).toBe(1);
});
