import { StatusCode } from '@hyperledger/fabric-gateway';
import { again } from '../../fabric-network/channels';
import { type FabricNetwork } from '../../fabric-network/network';
import { portOf } from '../../fabric-network/plan';
import { statusOf } from '../../fabric-network/status';
import { startTestNetwork } from '../../fabric-network/testing';
import { describeFabric } from '../support/fabric';
import { deliver, numbered, sign, timesValid } from './fabric-delivery';

jest.setTimeout(240_000);
const figures: string[] = [];
afterAll(() => {
  if (figures.length > 0) process.stderr.write(`fabric faults: ${figures.join('; ')}\n`);
});

const metrics: Record<'raft' | 'bft', RegExp> = {
  raft: /consensus_etcdraft_is_leader\{channel="aggregora"\} 1/,
  bft: /consensus_(?:BFT|smartbft)_leader_id\{channel="aggregora"\} (\d)/,
};

/** The orderer that leads now, from the orderers' own metrics. */
async function leaderOf(fabric: FabricNetwork, consensus: 'raft' | 'bft'): Promise<string> {
  return again(async () => {
    for (const { name, kind } of fabric.seats) {
      if (kind !== 'orderer' || fabric.pid(name) === undefined) continue;
      const text = await (
        await fetch(`http://127.0.0.1:${String(portOf(fabric.network, name, 'operations'))}/metrics`)
      ).text();
      const found = metrics[consensus].exec(text);
      if (found !== null) return found[1] === undefined ? name : `orderer-${found[1]}`;
    }
    throw new Error('no orderer says that it leads');
  }, 15_000);
}

describeFabric('Raft with three orderers', () => {
  faultsOf('raft', 3);
});
describeFabric('SmartBFT with four orderers', () => {
  faultsOf('bft', 4);
});

function faultsOf(consensus: 'raft' | 'bft', orderers: number): void {
  let fabric: FabricNetwork;
  beforeAll(async () => {
    const from = Date.now();
    fabric = await startTestNetwork({ consensus, orderers });
    figures.push(`${consensus} × ${String(orderers)}: up in ${String(Date.now() - from)} ms`);
  });
  afterAll(() => fabric.down(true));

  const connect = async () => {
    const connection = fabric.connect('org1', await fabric.enrol('org1', 'city', { role: 'owner', use: 'ledger' }));
    const network = connection.gateway.getNetwork('aggregora');
    return { ...connection, network, contract: network.getContract('aggregora') };
  };

  test.each(['a follower', 'the leader'])(
    '%s is killed −9 under load: every transaction lands once, and it catches up after a restart',
    async (who) => {
      const { gateway, network, contract, close } = await connect();
      const leader = await leaderOf(fabric, consensus);
      const victim =
        who === 'the leader'
          ? leader
          : (fabric.seats.find(({ kind, name }) => kind === 'orderer' && name !== leader)?.name ?? '');
      const sent = await Promise.all(numbered(`${victim} ${who}`, 30).map((key) => sign(contract, key)));
      const delivering = Promise.all(
        sent.map((one, at) => new Promise((resolve) => setTimeout(resolve, at * 10)).then(() => deliver(gateway, one))),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await fabric.kill(victim);
      const from = Date.now();
      const done = await delivering;
      figures.push(
        `${consensus}: ${who} (${victim}) lost, all 30 committed after ${String(Date.now() - from)} ms, ${String(Math.max(...done.map(({ attempts }) => attempts)))} attempts at most`,
      );
      expect(done.every(({ code }) => code === StatusCode.VALID)).toBe(true);
      expect(await timesValid(network, sent)).toEqual(sent.map(() => 1));
      const lone = Date.now();
      await deliver(gateway, await sign(contract, `${victim} ${who} next`));
      figures.push(`${consensus}: next commit ${String(Date.now() - lone)} ms`);
      await fabric.start(victim);
      await again(async () => {
        const [channel] = (await statusOf(fabric.folder, fabric.network)).channels;
        const heights = new Set(Object.values(channel?.heights ?? {}));
        expect(heights.size).toBe(1);
        expect(heights.has(undefined)).toBe(false);
      }, 30_000);
      close();
    },
  );

  test('the reason is in the status while one is down, and commits go on', async () => {
    const { gateway, contract, close } = await connect();
    await fabric.kill('orderer-2');
    await again(async () => {
      const { programs, well } = await statusOf(fabric.folder, fabric.network);
      expect(programs.find(({ name }) => name === 'orderer-2')).toMatchObject({
        state: 'ended',
        reason: expect.stringContaining('SIGKILL') as string,
      });
      expect(well).toBe(false);
    }, 2_000);
    expect((await deliver(gateway, await sign(contract, 'one-down'))).code).toBe(StatusCode.VALID);
    await fabric.start('orderer-2');
    close();
  });
}
