// A machine gets a token that only its own key can use, for five minutes, for one audience.
import { once } from 'node:events';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import { createLocalJWKSet, exportJWK } from 'jose';
import { DataSource } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import { TokenVerifier } from '../../platform/tokens/verifier';
import { Client } from '../../wire';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres';
import { Identity1000000000020 } from '../../../migrations/exchange/1000000000020-Identity';
import { authority } from './authority';
import { OidcItem, Participant, ProofSeen } from './entities';

let fresh: FreshDatabase;
let database: DataSource;
let server: Server;
let url: string;
let clockOffset = 0;
const now = () => Date.now() + clockOffset;
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const planner = ec();
const seen = new Set<string>();

beforeAll(async () => {
  fresh = await freshDatabase();
  database = await new DataSource({
    type: 'postgres',
    url: fresh.url,
    entities: [OidcItem, Participant, ProofSeen],
    migrations: [Identity1000000000020],
  }).initialize();
  await database.runMigrations();
  const app = express();
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const signing = { ...(await exportJWK(ec().privateKey)), alg: 'ES256', use: 'sig', kid: 'one' };
  const provider = authority(database, {
    issuer: `${url}/oidc`,
    publicUrl: url,
    signingKeys: [signing],
    cookieSecret: 'x',
    now,
  });
  app.use('/oidc', provider.callback());
  const { d: _secret, ...open } = signing as unknown as Record<string, string>;
  const verifier = (audience: string) =>
    new TokenVerifier({
      issuer: `${url}/oidc`,
      audience,
      keys: createLocalJWKSet({ keys: [open] }),
      now,
      remember: (jti) => Promise.resolve(!seen.has(jti) && seen.add(jti).has(jti)),
    });
  app.get('/:audience/whoami', (request, response) => {
    const audience = request.params.audience === 'here' ? url : 'http://127.0.0.1:9';
    verifier(audience)
      .verify({
        authorization: request.headers.authorization,
        dpop: request.header('dpop'),
        method: request.method,
        url: `${url}${request.path}`,
      })
      .then((caller) => response.json(caller))
      .catch((error: unknown) => response.status(401).json({ code: (error as Refusal).code }));
  });
  await database.getRepository(Participant).insert({
    id: 'city-planner',
    name: { en: 'Planner', zh: '规划者' },
    organisation: 'planning',
    roles: ['searcher'],
    state: 'registered',
    tokenKey: (await exportJWK(planner.publicKey)) as never,
    receiptCertificate: Buffer.from('receipt'),
    ledgerCertificate: Buffer.from('ledger'),
    endpoint: null,
    application: 'x',
    appliedAt: new Date(),
  });
});

afterAll(async () => {
  server.close();
  await database.destroy();
  await fresh.drop();
});

const client = (tokenKey: KeyObject, participant = 'city-planner') =>
  new Client({
    issuer: `${url}/oidc`,
    server: url,
    identity: { participant, tokenKey },
    now,
    retry: { attempts: 1, firstPauseMs: 1, longestPauseMs: 1 },
  });

test('a registered machine is known by participant, roles and receipt key', async () => {
  const caller = await client(planner.privateKey).json('/here/whoami');
  expect(caller).toMatchObject({
    participant: 'city-planner',
    roles: ['searcher'],
    receipt: expect.any(String) as string,
  });
});

test.each`
  who                               | act                                                                | code
  ${'a key that is not registered'} | ${() => client(ec().privateKey).json('/here/whoami')}              | ${'TOKEN_REFUSED'}
  ${'somebody who never applied'}   | ${() => client(planner.privateKey, 'nobody').json('/here/whoami')} | ${'TOKEN_REFUSED'}
  ${'a token for another server'}   | ${() => client(planner.privateKey).json('/there/whoami')}          | ${'TOKEN_FOREIGN'}
`('$who is refused with $code', async ({ act, code }: { act: () => Promise<unknown>; code: string }) => {
  await expect(act()).rejects.toMatchObject({ code });
});

test('a token is useless without its key, and a proof works once', async () => {
  const captured: Record<string, string>[] = [];
  const listener = (request: { headers: Record<string, string>; url?: string }) => {
    if (request.url?.includes('whoami') === true) captured.push(request.headers);
  };
  server.on('request', listener as never);
  await client(planner.privateKey).json('/here/whoami');
  server.off('request', listener as never);
  const { authorization, dpop } = captured[0] ?? {};
  const again = await fetch(`${url}/here/whoami`, {
    headers: { authorization: authorization ?? '', dpop: dpop ?? '' },
  });
  expect(await again.json()).toEqual({ code: 'DPOP_REPLAYED' });
  const bare = await fetch(`${url}/here/whoami`, { headers: { authorization: authorization ?? '' } });
  expect(await bare.json()).toEqual({ code: 'TOKEN_UNBOUND' });
  const bearer = await fetch(`${url}/here/whoami`, {
    headers: { authorization: (authorization ?? '').replace('DPoP', 'Bearer') },
  });
  expect(await bearer.json()).toEqual({ code: 'TOKEN_UNBOUND' });
});

test('after five minutes the same token is expired', async () => {
  const old = client(planner.privateKey);
  await old.json('/here/whoami');
  clockOffset = 301_000;
  const stale = new Client({ ...old.settings, now: () => 0 });
  Object.assign(stale, { token: (old as unknown as { token: unknown }).token });
  await expect(stale.json('/here/whoami')).rejects.toMatchObject({
    code: expect.stringMatching(/TOKEN_EXPIRED|DPOP_INVALID/) as string,
  });
  clockOffset = 0;
});
