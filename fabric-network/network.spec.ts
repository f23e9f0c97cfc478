import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contract } from '@hyperledger/fabric-gateway';
import { type Identity } from './certificates';
import { again, reasonsOf } from './channels';
import { Folder } from './folder';
import { type Connection } from './gateway';
import { packageFile, packageIdOf } from './material';
import { FabricNetwork, down, rememberedNetwork } from './network';
import { portOf } from './plan';
import { readProfile } from './profile';
import { statusOf } from './status';
import { programTable } from './tables';
import { describeFabric } from '../test/support/fabric';
import { startTestNetwork, testShape } from './testing';
import { runPeer } from './tools';
import { findBinaries } from './binaries';

jest.setTimeout(120_000);
const seen: string[] = [];
const figure = (what: string, from: number) => seen.push(`${what} ${String(Date.now() - from)} ms`);
afterAll(() => {
  if (seen.length > 0) process.stderr.write(`fabric: ${seen.join(', ')}\n`);
});

describeFabric('a real network of three organisations', () => {
  let network: FabricNetwork;
  let owner: Identity;
  let connection: Connection;
  let contract: Contract;
  const contractOn = (channel: string) => connection.gateway.getNetwork(channel).getContract('aggregora');

  beforeAll(async () => {
    const from = Date.now();
    network = await startTestNetwork();
    owner = await network.enrol('org1', 'city-transport', { role: 'owner', use: 'ledger' });
    connection = network.connect('org1', owner);
    contract = contractOn('aggregora');
    await contract.submitTransaction('Put', 'first', '1');
    figure('empty folder to first commit', from);
  });
  afterAll(async () => {
    connection.close();
    await network.down(true);
  });

  test('a write is read back through every organisation', async () => {
    for (const organisation of ['org2', 'org3']) {
      const identity = await network.enrol(organisation, 'reader', { role: 'searcher', use: 'ledger' });
      const { gateway, close } = network.connect(organisation, identity);
      const read = () => gateway.getNetwork('aggregora').getContract('aggregora').evaluateTransaction('Get', 'first');
      await again(async () => {
        expect(Buffer.from(await read()).toString()).toBe('1');
      }, 5_000);
      close();
    }
  });

  test('a key is written once', async () => {
    await expect(contract.submitTransaction('Put', 'first', '2')).rejects.toMatchObject({
      details: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining('EXISTS first') as string }),
      ]) as object,
    });
  });

  test('chaincode sees organisation, role and use of the certificate', async () => {
    expect(JSON.parse(Buffer.from(await contract.evaluateTransaction('WhoAmI')).toString())).toEqual({
      mspId: 'Org1MSP',
      role: 'owner',
      use: 'ledger',
    });
  });

  const refusedAt = async (program: string) =>
    (await statusOf(network.folder, network.network)).programs.find(({ name }) => name === program)?.refused;

  test('an expired certificate is refused, and the status says so', async () => {
    const hour = 3_600_000;
    const expired = await network.issue({
      organisation: 'org1',
      participant: 'late',
      attributes: { role: 'owner', use: 'ledger' },
      notBefore: Date.now() - 2 * hour,
      notAfter: Date.now() - hour,
    });
    const { gateway, close } = network.connect('org1', expired);
    const late = gateway.getNetwork('aggregora').getContract('aggregora').submitTransaction('Put', 'late', '1');
    expect(reasonsOf(await late.catch((error: unknown) => error))).toMatch(/expired/);
    expect(await refusedAt('peer-org1')).toMatchObject({ why: 'proposal client identity expired' });
    close();
  });

  test('a certificate of a foreign organisation is refused, and the status says whose', async () => {
    const { gateway, close } = network.connect('org1', { ...owner, mspId: 'Org2MSP' });
    const asked = gateway.getNetwork('aggregora').getContract('aggregora').evaluateTransaction('WhoAmI');
    expect(reasonsOf(await asked.catch((error: unknown) => error))).toMatch(/access denied|creator/);
    expect(await refusedAt('peer-org1')).toMatchObject({
      why: expect.stringContaining('certificate signed by unknown authority') as string,
      who: expect.stringContaining('mspid=Org2MSP subject=CN=city-transport') as string,
    });
    expect(programTable(await statusOf(network.folder, network.network))).toMatch(/peer-org1 turned away 2 call\(s\)/);
    close();
  });

  test('the package id was known before the install', async () => {
    const binaries = await findBinaries(process.env);
    const answer = await runPeer(binaries, network.folder, 'org1', [
      'lifecycle',
      'chaincode',
      'calculatepackageid',
      packageFile(network.folder, network.network, 'org1'),
    ]);
    expect(answer.trim()).toBe(packageIdOf(network.folder, network.network, 'org1'));
  });

  test('a second channel has its own state, in about a second', async () => {
    const from = Date.now();
    const channel = await network.createChannel('suite-two');
    await contractOn('suite-two').submitTransaction('Put', 'first', 'other');
    figure('further channel to its first commit', from);
    expect(channel.genesis).not.toBe(network.profile.genesis);
    expect(Buffer.from(await contract.evaluateTransaction('Get', 'first')).toString()).toBe('1');
  });

  test('the genesis hash of the profile is the previous hash of block 1', async () => {
    const qscc = connection.gateway.getNetwork('aggregora').getContract('qscc');
    const bytes = await qscc.evaluateTransaction('GetBlockByNumber', 'aggregora', '1');
    const { common } = await import('@hyperledger/fabric-protos');
    const previous = common.Block.deserializeBinary(bytes).getHeader()?.getPreviousHash_asU8() ?? new Uint8Array();
    expect(Buffer.from(previous).toString('hex')).toBe(network.profile.genesis);
  });

  test('status names a program that was killed, and how; up mends it and leaves the others alone', async () => {
    const before = network.seats.map(({ name }) => network.pid(name));
    await network.kill('peer-org3');
    const unwell = await again(async () => {
      const now = await statusOf(network.folder, network.network);
      expect(now.programs.find(({ name }) => name === 'peer-org3')).toMatchObject({
        state: 'ended',
        reason: expect.stringContaining('killed by SIGKILL') as string,
      });
      return now;
    }, 2_000);
    expect(unwell.well).toBe(false);
    await startTestNetwork({}, network.folder.root);
    expect((await statusOf(network.folder, network.network)).well).toBe(true);
    const after = network.seats.map(({ name }) => network.pid(name));
    expect(after.filter((pid, at) => pid !== before[at])).toHaveLength(1);
  });

  test('stopped and started again, the ledger is as it was', async () => {
    await network.createChannel('suite-three');
    await contractOn('suite-three').submitTransaction('Put', 'first', 'other');
    await network.down();
    expect(network.seats.map(({ name }) => network.pid(name)).every((pid) => pid === undefined)).toBe(true);
    const from = Date.now();
    network = await startTestNetwork({}, network.folder.root);
    await again(() => contract.submitTransaction('Put', 'after-restart', '1'), 20_000);
    figure('restart to next commit', from);
    expect(Buffer.from(await contract.evaluateTransaction('Get', 'first')).toString()).toBe('1');
    expect(Buffer.from(await contractOn('suite-three').evaluateTransaction('Get', 'first')).toString()).toBe('other');
  });

  test('a port taken by another program is named, and nothing is started', async () => {
    await network.down();
    const port = portOf(network.network, 'orderer-1', 'listen');
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(port, '127.0.0.1', resolve));
    await expect(startTestNetwork({}, network.folder.root)).rejects.toThrow(`${String(port)} (orderer-1.listen)`);
    expect(network.pid('peer-org1')).toBeUndefined();
    await new Promise((resolve) => intruder.close(resolve));
    network = await startTestNetwork({}, network.folder.root);
  });

  test('other code under the same definition: the service is started again from its new folder', async () => {
    const copy = join(__dirname, '..', '.aggregora', `chaincode-${String(process.pid)}`); // beside node_modules
    cpSync(testShape.chaincode.folder, copy, { recursive: true });
    const before = [network.pid('chaincode'), network.pid('peer-org1')];
    const chaincode = { ...testShape.chaincode, folder: copy };
    network = await startTestNetwork({ chaincode }, network.folder.root);
    expect(network.pid('chaincode')).not.toBe(before[0]);
    expect(network.pid('peer-org1')).toBe(before[1]);
    await again(() => contract.submitTransaction('Put', 'moved', '1'), 10_000);
    network = await startTestNetwork({}, network.folder.root);
    rmSync(copy, { recursive: true });
  });

  test('another shape in the same folder is refused', async () => {
    await expect(startTestNetwork({ orderers: 3 }, network.folder.root)).rejects.toThrow(/holds a network with 1 raft/);
  });
});

describeFabric('a program that dies by itself', () => {
  test('up ends with the name of the program and its own last complaint', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broken-chaincode-'));
    writeFileSync(join(folder, 'package.json'), '{"name":"broken","version":"1.0.0","main":"index.js"}');
    writeFileSync(join(folder, 'index.js'), 'throw new Error("no contract here");');
    const root = mkdtempSync(join(tmpdir(), 'aggregora-broken-'));
    const failed = await startTestNetwork({ chaincode: { ...testShape.chaincode, folder } }, root).catch(
      (error: unknown) => error,
    );
    expect(String(failed)).toMatch(/chaincode ended \(exit 1\)[^]*no contract here/);
    await down(new Folder(root), true);
  });
});

const script = (folder: string) => `
  require(${JSON.stringify(require.resolve('@swc-node/register'))});
  require(${JSON.stringify(join(__dirname, 'network.ts'))}).FabricNetwork.up(${JSON.stringify({ folder, shape: testShape, channel: 'aggregora', leash: process.pid })})
    .catch((error) => { console.error(error); process.exit(1); });`;

describeFabric('a command that is killed −9', () => {
  test.each([150, 600, 1_200, 1_900, 2_400])(
    'after %i ms leaves nothing that the next command cannot finish or stop',
    async (afterMs) => {
      const root = mkdtempSync(join(tmpdir(), 'aggregora-killed-'));
      const child = spawn(process.execPath, ['-e', script(root)], { stdio: 'ignore', cwd: join(__dirname, '..') });
      await new Promise((resolve) => setTimeout(resolve, 900 + afterMs)); // 900: loading the libraries
      child.kill('SIGKILL');
      const network = await startTestNetwork({}, root);
      const connection = network.connect('org2', await network.enrol('org2', 'city', { role: 'owner', use: 'ledger' }));
      await connection.gateway.getNetwork('aggregora').getContract('aggregora').submitTransaction('Put', 'key', '1');
      connection.close();
      await network.down(true);
      const left = () => spawnSync('sh', ['-c', `ps -eo args | grep -F ${root} | grep -v grep`]).stdout.toString();
      await again(() => (left() === '' ? Promise.resolve() : Promise.reject(new Error(left()))), 1_000);
    },
  );
});

describe('down and profiles without a network', () => {
  test('down on an empty folder does nothing', async () => {
    const folder = new Folder(mkdtempSync(join(tmpdir(), 'none-')));
    await down(folder);
    expect(rememberedNetwork(folder)).toBeUndefined();
  });

  test("an operator's profile is read with paths relative to it", () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    const path = join(folder, 'profile.json');
    writeFileSync(
      path,
      JSON.stringify({
        schema: 'aggregora/fabric-profile/1',
        channel: 'c',
        chaincode: 'a',
        identities: '/etc/ids',
        organisations: [
          { name: 'own', mspId: 'OwnMSP', peers: [{ name: 'p', address: 'p.example:7051', tlsRoots: 'tls.pem' }] },
        ],
      }),
    );
    expect(readProfile(path)).toMatchObject({
      identities: '/etc/ids',
      organisations: [{ peers: [{ tlsRoots: join(folder, 'tls.pem') }] }],
    });
    writeFileSync(path, readFileSync(path, 'utf8').replace('profile/1', 'profile/9'));
    expect(() => readProfile(path)).toThrow(/not a connection profile/);
    expect(() => readProfile(join(folder, 'absent.json'))).toThrow(/No connection profile/);
  });
});
