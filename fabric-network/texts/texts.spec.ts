import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder } from '../folder';
import { type Network, portNames, seatsOf } from '../plan';
import { type NetworkShape, checkShape } from '../shape';
import { testShape } from '../testing';
import { builderScripts } from './builder';
import { configtxText } from './configtx';
import { coreText } from './core';
import { cryptogenText } from './cryptogen';
import { ordererText } from './orderer';

const folder = new Folder('/net');
function networkOf(change: Partial<NetworkShape> = {}): Network {
  const shape = checkShape({ ...testShape, ...change });
  const ports = Object.fromEntries(portNames(shape).map((name, at) => [name, 20_000 + at]));
  return { schema: 'aggregora/fabric-network/1', fabric: '3.1.5', shape, ports };
}
const all = (network: Network): string =>
  seatsOf(network.shape)
    .map((seat) =>
      seat.kind === 'peer'
        ? coreText(folder, network, seat)
        : seat.kind === 'orderer'
          ? ordererText(folder, network, seat)
          : '',
    )
    .join('\n');

test('nothing listens beyond loopback', () => {
  const text = all(networkOf({ consensus: 'bft', orderers: 4 }));
  expect(text).not.toContain('0.0.0.0');
  const addresses = [...text.matchAll(/"(?:\w*[aA]ddress|bootstrap|externalEndpoint)": "([^"]*)"/g)].map(
    ([, address]) => address,
  );
  expect(addresses.length).toBeGreaterThan(20);
  for (const address of addresses) expect(address).toMatch(/^127\.0\.0\.1(:\d+)?$/);
});

test('TLS is on at every peer and orderer, and the admin port wants a certificate', () => {
  const network = networkOf();
  const [orderer, peer] = [seatsOf(network.shape)[0], seatsOf(network.shape)[1]];
  if (orderer === undefined || peer === undefined) throw new Error('no seats');
  expect(JSON.parse(coreText(folder, network, peer))).toMatchObject({ peer: { tls: { enabled: true } } });
  expect(JSON.parse(ordererText(folder, network, orderer))).toMatchObject({
    General: { TLS: { Enabled: true } },
    Admin: { TLS: { Enabled: true, ClientAuthRequired: true } },
  });
});

test('settings that were learnt the hard way are there', () => {
  const network = networkOf();
  const peer = seatsOf(network.shape).find(({ kind }) => kind === 'peer');
  if (peer === undefined) throw new Error('no peer');
  expect(JSON.parse(coreText(folder, network, peer))).toMatchObject({
    vm: { endpoint: '' },
    chaincode: { keepalive: 0 },
    peer: { gossip: { orgLeader: true, useLeaderElection: false, reconnectInterval: '500ms' } },
  });
});

test('Fabric 2.5 is spared what it does not know', () => {
  const network = { ...networkOf(), fabric: '2.5.16' };
  expect(all(network)).not.toContain('TimeWindowCheck');
  expect(all(networkOf())).toContain('TimeWindowCheck');
  expect(configtxText(folder, network, testShape.channel)).not.toContain('V3_0');
});

test('every organisation has an anchor peer in the genesis block', () => {
  const { Profiles } = JSON.parse(configtxText(folder, networkOf(), testShape.channel)) as {
    Profiles: { Channel: { Application: { Organizations: { AnchorPeers: unknown[] }[] } } };
  };
  expect(Profiles.Channel.Application.Organizations.map(({ AnchorPeers }) => AnchorPeers.length)).toEqual([1, 1, 1]);
});

test('Raft blocks need the orderer role; SmartBFT names its four consenters', () => {
  expect(configtxText(folder, networkOf(), testShape.channel)).toContain("OR('OrdererMSP.orderer')");
  const bft = JSON.parse(configtxText(folder, networkOf({ consensus: 'bft', orderers: 4 }), testShape.channel)) as {
    Profiles: { Channel: { Orderer: { ConsenterMapping: { ID: number }[] } } };
  };
  expect(bft.Profiles.Channel.Orderer.ConsenterMapping.map(({ ID }) => ID)).toEqual([1, 2, 3, 4]);
});

test('certificates name loopback', () => {
  expect(JSON.parse(cryptogenText(testShape))).toMatchObject({
    PeerOrgs: [{ Specs: [{ SANS: ['localhost', '127.0.0.1'] }] }, {}, {}],
  });
});

test.each`
  change                                  | why
  ${{ consensus: 'bft', orderers: 3 }}    | ${/four orderers/}
  ${{ orderers: 2 }}                      | ${/1, 3 or 5/}
  ${{ organisations: ['org1', 'org1'] }}  | ${/same name/}
  ${{ organisations: ['org1', '../up'] }} | ${/cannot be a name/}
  ${{ organisations: ['org1'] }}          | ${/at least two/}
`('$change is no network', ({ change, why }: { change: Partial<NetworkShape>; why: RegExp }) => {
  expect(() => networkOf(change)).toThrow(why);
});

test('the builder scripts take a service package and nothing else', () => {
  const at = mkdtempSync(join(tmpdir(), 'builder-'));
  for (const name of ['source', 'metadata', 'output', 'release']) mkdirSync(join(at, name));
  for (const [name, script] of Object.entries(builderScripts)) writeFileSync(join(at, name + '.sh'), script);
  const run = (script: string, ...parts: string[]) =>
    execFileSync('/bin/sh', [join(at, script + '.sh'), ...parts.map((part) => join(at, part))], { stdio: 'pipe' });
  writeFileSync(join(at, 'metadata', 'metadata.json'), '{"type":"golang","label":"x"}');
  expect(() => run('detect', 'source', 'metadata')).toThrow();
  writeFileSync(join(at, 'metadata', 'metadata.json'), '{"type":"ccaas","label":"x"}');
  run('detect', 'source', 'metadata');
  expect(() => run('build', 'source', 'metadata', 'output')).toThrow(/no connection.json/);
  writeFileSync(join(at, 'source', 'connection.json'), '{}');
  run('build', 'source', 'metadata', 'output');
  run('release', 'output', 'release');
  expect(execFileSync('cat', [join(at, 'release', 'chaincode', 'server', 'connection.json')]).toString()).toBe('{}');
});
