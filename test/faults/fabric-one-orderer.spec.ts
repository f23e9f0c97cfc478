import { setTimeout as sleep } from 'node:timers/promises';
import { type Contract, type Gateway, type Network, StatusCode } from '@hyperledger/fabric-gateway';
import { again, reasonsOf } from '../../fabric-network/channels';
import { type Connection } from '../../fabric-network/gateway';
import { type FabricNetwork } from '../../fabric-network/network';
import { statusOf } from '../../fabric-network/status';
import { startTestNetwork } from '../../fabric-network/testing';
import { describeFabric } from '../support/fabric';
import { type Signed, acknowledged, deliver, numbered, sign, timesValid } from './fabric-delivery';

jest.setTimeout(180_000);
const figures: string[] = [];
afterAll(() => {
  if (figures.length > 0) process.stderr.write(`fabric faults: ${figures.join('; ')}\n`);
});

describeFabric('faults of a network with one orderer', () => {
  let fabric: FabricNetwork;
  let connection: Connection;
  let gateway: Gateway;
  let channel: Network;
  let contract: Contract;
  let lost = 0;
  const signAll = (prefix: string, count: number) =>
    Promise.all(numbered(prefix, count).map((key) => sign(contract, key)));
  const reasonFor = async (program: string) =>
    (await statusOf(fabric.folder, fabric.network)).programs.find(({ name }) => name === program)?.reason;

  beforeAll(async () => {
    fabric = await startTestNetwork();
    connection = fabric.connect('org1', await fabric.enrol('org1', 'city-transport', { role: 'owner', use: 'ledger' }));
    gateway = connection.gateway;
    channel = gateway.getNetwork('aggregora');
    contract = channel.getContract('aggregora');
  });
  afterAll(async () => {
    connection.close();
    await fabric.down(true);
  });

  test.each([1, 2, 3])(
    'round %i: orderer killed −9 with 40 submissions in flight; the same bytes again make all 40 valid, once',
    async (round) => {
      // Blocks are cut every 300 ms here, so that acknowledged transactions wait in the orderer's memory when it dies.
      const slow = await fabric.createChannel('slow-blocks', { batchTimeoutMs: 300, maxMessages: 500 });
      const network = gateway.getNetwork(slow.name);
      const writer = network.getContract('aggregora');
      const sent = await Promise.all(numbered(`flight${String(round)}`, 40).map((key) => sign(writer, key)));
      let acks = 0;
      const first = sent.map(async (one, at) => {
        await sleep(at * 4);
        const yes = await acknowledged(gateway, one);
        if (yes) acks += 1;
        return yes;
      });
      while (acks < 12) await sleep(2);
      await fabric.kill('orderer-1');
      const acknowledgements = await Promise.all(first);
      await again(async () => {
        expect(await reasonFor('orderer-1')).toContain('killed by SIGKILL');
      }, 2_000);
      await fabric.start('orderer-1');
      const from = Date.now();
      await again(async () => {
        await deliver(gateway, await sign(writer, `after${String(round)}`));
      }, 20_000);
      const ready = Date.now() - from;
      const before = await timesValid(network, sent);
      const forgotten = sent.filter((_, at) => acknowledgements[at] === true && before[at] === 0).length;
      lost += forgotten;
      const done = await Promise.all(sent.map((one) => deliver(gateway, one)));
      expect(done.map(({ code }) => code)).toEqual(sent.map(() => StatusCode.VALID));
      expect(await timesValid(network, sent)).toEqual(sent.map(() => 1));
      figures.push(
        `${String(acks)} acknowledged of 40, ${String(forgotten)} of them forgotten, first commit ${String(ready)} ms after restart`,
      );
    },
  );

  test('an acknowledgement is not durable: some were forgotten above, which is why the bytes are kept', () => {
    expect(lost).toBeGreaterThan(0);
  });

  test('while the orderer is down reads go on, submits fail at once', async () => {
    await deliver(gateway, await sign(contract, 'early'));
    const one = await sign(contract, 'down');
    await fabric.kill('orderer-1');
    await expect(gateway.newTransaction(one.bytes).submit()).rejects.toMatchObject({ code: 14 });
    expect(Buffer.from(await contract.evaluateTransaction('Get', 'early')).toString()).toBe('value of early');
    await fabric.start('orderer-1');
    expect((await deliver(gateway, one)).code).toBe(StatusCode.VALID);
  });

  test('an orderer that hangs: the deadline passes, the same bytes land once when it wakes', async () => {
    const one = await sign(contract, 'late');
    const pid = fabric.pid('orderer-1') ?? 0;
    process.kill(pid, 'SIGSTOP');
    await expect(gateway.newTransaction(one.bytes).submit({ deadline: Date.now() + 500 })).rejects.toMatchObject({
      code: 4,
    });
    process.kill(pid, 'SIGCONT');
    expect((await deliver(gateway, one)).code).toBe(StatusCode.VALID);
    expect(await timesValid(channel, [one])).toEqual([1]);
  });

  test('duplicates: ten deliveries of the same bytes at once, and one more later, are one transaction', async () => {
    const one = await sign(contract, 'twice');
    const done = await Promise.all(Array.from({ length: 10 }, () => deliver(gateway, one)));
    const later = await deliver(gateway, one);
    expect(new Set([...done, later].map(({ code, block }) => `${String(code)}@${String(block)}`)).size).toBe(1);
    expect(await timesValid(channel, [one])).toEqual([1]);
  });

  test('late: bytes signed before a restart and thirty other blocks are still valid', async () => {
    const late = await sign(contract, 'kept');
    for (const one of await signAll('between', 30)) await deliver(gateway, one);
    await fabric.kill('orderer-1');
    await fabric.start('orderer-1');
    expect((await deliver(gateway, late)).code).toBe(StatusCode.VALID);
  });

  test('two batchers for one participant: each sequence number is written once, the loser makes a new proposal', async () => {
    const other = fabric.connect(
      'org2',
      await fabric.enrol('org2', 'second-batcher', { role: 'owner', use: 'ledger' }),
    );
    const theirs = other.gateway.getNetwork('aggregora').getContract('aggregora');
    let conflicts = 0;
    const count = async (mine: Contract) => {
      for (let done = 0; done < 8;)
        try {
          await mine.submitTransaction('Count', 'sequence');
          done += 1;
        } catch {
          conflicts += 1; // 11 at commit, or endorsers at different heights: both mean "propose anew"
        }
    };
    await Promise.all([count(contract), count(theirs)]);
    await again(async () => {
      expect(Buffer.from(await contract.evaluateTransaction('Get', 'sequence')).toString()).toBe('16');
    }, 3_000);
    figures.push(`two batchers: 16 written, ${String(conflicts)} conflicts`);
    other.close();
  });

  test('two at once for one write-once key: one is valid, the other is a conflict and then a refusal', async () => {
    const [one, other] = await Promise.all([sign(contract, 'same'), sign(contract, 'same')]);
    const done = await Promise.all([deliver(gateway, one), deliver(gateway, other)]);
    expect(done.map(({ code }) => code).sort()).toEqual([StatusCode.VALID, StatusCode.MVCC_READ_CONFLICT]);
    const refused = await contract
      .newProposal('Put', { arguments: ['same', 'x'] })
      .endorse()
      .catch((error: unknown) => error);
    expect(reasonsOf(refused)).toContain('EXISTS same');
  });

  test('the gateway peer is killed with submissions in flight: the same client goes on after its restart, nothing is lost or doubled', async () => {
    const sent = await signAll('gateway', 20);
    const first = sent.map((one) => acknowledged(gateway, one));
    await fabric.kill('peer-org1');
    await Promise.all(first);
    const failed = await contract
      .newProposal('Put', { arguments: ['gone', '1'] })
      .endorse()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 14 });
    expect(await reasonFor('peer-org1')).toContain('killed by SIGKILL');
    await fabric.start('peer-org1');
    const from = Date.now();
    const done = await Promise.all(sent.map((one) => deliver(gateway, one)));
    figures.push(`gateway peer back in use ${String(Date.now() - from)} ms after restart`);
    expect(done.every(({ code }) => code === StatusCode.VALID)).toBe(true);
    expect(await timesValid(channel, sent)).toEqual(sent.map(() => 1));
  });

  test('another peer is killed: submits go on through the other organisations', async () => {
    await fabric.kill('peer-org3');
    const from = Date.now();
    const one = await sign(contract, 'without-org3');
    expect((await deliver(gateway, one)).code).toBe(StatusCode.VALID);
    figures.push(`without a peer: commit in ${String(Date.now() - from)} ms`);
    await fabric.start('peer-org3');
  });

  test('the chaincode service is killed: calls fail with a reason, and work again once it is back', async () => {
    await fabric.kill('chaincode');
    const failed = await contract
      .newProposal('Put', { arguments: ['nobody', '1'] })
      .endorse()
      .catch((error: unknown) => error);
    expect(reasonsOf(failed)).toMatch(/could not launch chaincode|connection|stream terminated/);
    expect(await reasonFor('chaincode')).toContain('killed by SIGKILL');
    await fabric.start('chaincode');
    const from = Date.now();
    const one: Signed = await sign(contract, 'again');
    expect((await deliver(gateway, one)).code).toBe(StatusCode.VALID);
    figures.push(`chaincode back: commit ${String(Date.now() - from)} ms after restart`);
  });
});
