// Mutual TLS by pinned keys: a connection carries bytes only between the two keys that each side expects.
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { Client } from './client';
import { pinAt, pinnedDispatcher, secureAddress, serverTls, tlsPair, type TlsPair } from './tls';

const folder = mkdtempSync(join(tmpdir(), 'aggregora-tls-'));
let [node, caller, other]: TlsPair[] = [];
let server: Server;
let seen: { requests: number; pins: (string | undefined)[] };

beforeAll(async () => {
  const pair = (name: string) => tlsPair(join(folder, `${name}.json`), name, Date.now());
  [node, caller, other] = await Promise.all([pair('node'), pair('caller'), pair('other')]);
  server = createServer(serverTls(must(node)), (request, response) => {
    seen.requests += 1;
    seen.pins.push(pinAt(request.socket as TLSSocket));
    response.end('{"here":true}');
  });
  server.on('secureConnection', (socket: TLSSocket) => pinAt(socket) ?? socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => (seen = { requests: 0, pins: [] }));
afterAll(() => server.close());

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not there');
  return value;
}

const address = () => `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
const call = (own: TlsPair | undefined, expected: () => Promise<string>) => {
  const dispatcher = pinnedDispatcher(must(own), expected);
  const client = new Client({ issuer: address(), server: address(), now: () => Date.now(), dispatcher });
  return client.json('/v1/node', { open: true });
};

test('the right keys on both sides: the answer comes, and the server knows whose key called', async () => {
  await expect(call(caller, () => Promise.resolve(must(node).pin))).resolves.toEqual({ here: true });
  expect(seen).toEqual({ requests: 1, pins: [must(caller).pin] });
});

test.each([
  ['another key than the one on the ledger', () => Promise.resolve(must(other).pin)],
  ['a server whose key the ledger does not know', () => Promise.reject(new Error('KEY_NOT_REGISTERED'))],
])('%s: nothing is sent', async (_, expected) => {
  await expect(call(caller, expected)).rejects.toMatchObject({ code: 'PEER_DOWN' });
  expect(seen.requests).toBe(0);
});

test('who shows no certificate never reaches a route, whatever else it trusts', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(fetch(`${address()}/v1/node`)).rejects.toThrow();
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
  expect(seen.requests).toBe(0);
});

test('plain HTTP gets no answer from a server that speaks TLS', async () => {
  await expect(fetch(address().replace('https', 'http'))).rejects.toThrow();
  expect(seen.requests).toBe(0);
});

test('the pair is made once, readable by its holder only, and stays the same', async () => {
  const again = await tlsPair(join(folder, 'node.json'), 'node', Date.now() + 1000);
  expect(again).toEqual(node);
  expect(statSync(join(folder, 'node.tls.json')).mode & 0o777).toBe(0o600);
  expect(new Set([node, caller, other].map((pair) => pair?.pin)).size).toBe(3);
});

test('two that make a pair at once have the same one, and leave nothing else behind', async () => {
  const file = join(folder, 'twice.json');
  const [one, two] = await Promise.all([tlsPair(file, 'twice', Date.now()), tlsPair(file, 'twice', Date.now())]);
  expect(one).toEqual(two);
  expect(readdirSync(folder).filter((name) => name.startsWith('twice'))).toEqual(['twice.tls.json']);
});

test('a compute node is reached over TLS, whatever its registration says', () => {
  expect(secureAddress('http://127.0.0.1:4000')).toBe('https://127.0.0.1:4000');
  expect(secureAddress('https://node.example')).toBe('https://node.example');
});
