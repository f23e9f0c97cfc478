import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../binaries';
import { NetworkError } from '../network-error';
import { install } from './install';
import { archiveFor } from './pins';

// A release archive of the right shape whose "programs" only print a version.
function archive(version = '3.1.5'): Buffer {
  const at = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(join(at, 'bin'));
  for (const name of ['peer', 'orderer', 'configtxgen', 'cryptogen'])
    writeFileSync(
      join(at, 'bin', name),
      `#!/bin/sh\necho "${name}:"\necho " Version: v${version}"\n# ${'x'.repeat(50_000)}`,
      { mode: 0o755 },
    );
  writeFileSync(
    join(at, 'noise'),
    Buffer.from(Uint8Array.from({ length: 300_000 }, () => Math.floor(Math.random() * 256))),
  );
  execFileSync('tar', ['-czf', 'a.tar.gz', 'bin', 'noise'], { cwd: at });
  return readFileSync(join(at, 'a.tar.gz'));
}

const machine = { platform: 'linux', architecture: 'x64', stallMs: 300 };
const good = archive();
const pin = createHash('sha256').update(good).digest('hex');
let server: Server;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
let asked: (string | undefined)[];
let env: Record<string, string>;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = {
    HOME: mkdtempSync(join(tmpdir(), 'home-')),
    PATH: '',
    FABRIC_RELEASES: `http://127.0.0.1:${String(port)}/mirror/`,
    FABRIC_SHA256: pin,
  };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const whole = (body: Buffer) => (request: IncomingMessage, response: ServerResponse) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const head =
    from > 0 ? { 'content-range': `bytes ${String(from)}-${String(body.length - 1)}/${String(body.length)}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { ...head, 'content-length': body.length - from });
  response.end(body.subarray(from));
};
const partPath = () =>
  join(env['HOME'] ?? '', '.cache/aggregora/fabric/3.1.5/download/hyperledger-fabric-linux-amd64-3.1.5.tar.gz.part');
const run = (progress: (bytes: number, total: number | undefined) => void = () => undefined) =>
  install(env, progress, machine);

test('fetches, checks, unpacks; the programs are then found; a second time fetches nothing', async () => {
  let path: string | undefined;
  serve = (request, response) => {
    path = request.url;
    whole(good)(request, response);
  };
  const seen: (number | undefined)[] = [];
  const { folder, fetched } = await run((bytes, total) => seen.push(bytes, total));
  expect(fetched).toBe(true);
  expect(path).toBe('/mirror/v3.1.5/hyperledger-fabric-linux-amd64-3.1.5.tar.gz');
  expect(seen.slice(-2)).toEqual([good.length, good.length]);
  expect(await findBinaries(env)).toMatchObject({ folder, version: '3.1.5' });
  expect(readdirSync(join(folder, '..'))).toEqual(['bin']);
  expect(await run()).toEqual({ folder, fetched: false });
  expect(asked).toHaveLength(1);
});

test('goes on where a broken connection stopped', async () => {
  serve = (_, response) => {
    response.writeHead(200, { 'content-length': good.length });
    response.write(good.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
  };
  await expect(run()).rejects.toThrow(/broke off after \d+ bytes/);
  const kept = readFileSync(partPath()).length;
  expect(kept).toBeGreaterThan(0);
  serve = whole(good);
  await run();
  expect(asked).toEqual([undefined, `bytes=${String(kept)}-`]);
});

test('a server that ignores Range is taken from the beginning', async () => {
  mkdirSync(join(partPath(), '..'), { recursive: true });
  writeFileSync(partPath(), 'not the beginning of it');
  serve = (request, response) => {
    delete request.headers.range;
    whole(good)(request, response);
  };
  await run();
  expect(existsSync(partPath())).toBe(false);
});

test('a part that is whole already is only checked', async () => {
  mkdirSync(join(partPath(), '..'), { recursive: true });
  writeFileSync(partPath(), good);
  serve = (_, response) => {
    response.writeHead(416).end();
  };
  await run();
});

test('a wrong file is deleted, so that the next attempt starts clean', async () => {
  serve = whole(archive());
  await expect(run()).rejects.toThrow(/not the pinned file/);
  expect(existsSync(partPath())).toBe(false);
  serve = whole(good);
  await run();
});

test('a wrong beginning is found by the hash, deleted, and fetched anew', async () => {
  serve = whole(good);
  mkdirSync(join(partPath(), '..'), { recursive: true });
  writeFileSync(partPath(), Buffer.alloc(5_000, 1));
  await expect(run()).rejects.toThrow(/not the pinned file/);
  await run();
});

test.each`
  name                      | answer                                                                                          | message
  ${'404'}                  | ${(_: unknown, response: ServerResponse) => response.writeHead(404).end()}                      | ${/answered 404/}
  ${'silence'}              | ${() => undefined}                                                                              | ${/does not answer/}
  ${'silence after a part'} | ${(_: unknown, response: ServerResponse) => response.writeHead(200).write(good.subarray(0, 9))} | ${/sent nothing for 0.3 s|broke off/}
`('$name: says so and names the ways out', async ({ answer, message }: { answer: typeof serve; message: RegExp }) => {
  serve = answer;
  const error = await run().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NetworkError);
  expect((error as NetworkError).text()).toMatch(message);
  expect((error as NetworkError).text()).toContain('FABRIC_BIN');
  expect((error as NetworkError).exitCode).toBe(4);
});

test('no server at all: an answer within a second', async () => {
  server.close();
  const started = Date.now();
  await expect(run()).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
  expect(Date.now() - started).toBeLessThan(1_000);
});

test('the right hash of an archive with another version installs nothing', async () => {
  const other = archive('1.4.0');
  env['FABRIC_SHA256'] = createHash('sha256').update(other).digest('hex');
  serve = whole(other);
  await expect(run()).rejects.toThrow(/no complete set/);
  expect(existsSync(join(env['HOME'] ?? '', '.cache/aggregora/fabric/3.1.5/bin'))).toBe(false);
});

test('a truncated archive kept from before does not count as fetched', async () => {
  serve = whole(good);
  const target = partPath().replace(/\.part$/, '');
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, good);
  truncateSync(target, 1_000);
  await run();
  expect(asked).toHaveLength(1);
});

test('every platform has a pin, or a refusal that says how to give one', () => {
  for (const [platform, architecture] of [
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['darwin', 'arm64'],
  ] as const)
    expect(archiveFor(platform, architecture, {}).sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(() => archiveFor('win32', 'x64', {})).toThrow(/No SHA-256 is known/);
  expect(() => archiveFor('linux', 'x64', { FABRIC_SHA256: 'xyz' })).toThrow(/No SHA-256 is known/);
  expect(archiveFor('freebsd', 'x64', { FABRIC_SHA256: 'A'.repeat(64) }).sha256).toBe('a'.repeat(64));
});
