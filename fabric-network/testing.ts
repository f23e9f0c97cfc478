// For specs: a network of their own in a temporary folder, ended with the test run, and a skip that says what to do.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { places, programNames } from './binaries';
import { FabricNetwork } from './network';
import { type NetworkShape, defaultChannel } from './shape';

/** Whether Fabric's programs seem to be on this machine (`up` checks their versions). AGGREGORA_FABRIC=off says no. */
export const haveFabric = (): boolean =>
  process.env['AGGREGORA_FABRIC'] !== 'off' &&
  places(process.env).some(({ folders }) =>
    folders.some((folder) => programNames.every((name) => existsSync(join(folder, name)))),
  );

const reason = 'no Hyperledger Fabric programs here (npm run fabric:install, or FABRIC_BIN=<folder>)';

/** A describe block that needs a real network: skipped, with the reason on the screen, where there are no programs. */
export function describeFabric(title: string, body: () => void): void {
  if (haveFabric()) {
    describe(title, body);
    return;
  }
  process.stderr.write(`not run: ${title}: ${reason}\n`);
  describe.skip(`${title}: ${reason}`, body);
}

export const testShape: NetworkShape = {
  organisations: ['org1', 'org2', 'org3'],
  consensus: 'raft',
  orderers: 1,
  chaincode: { name: 'aggregora', folder: join(__dirname, 'test-chaincode'), each: false },
  channel: { ...defaultChannel, batchTimeoutMs: 20 },
};

/** Starts a network whose programs end with this test run at the latest; `folder` takes up an earlier one again. */
export const startTestNetwork = (
  shape: Partial<NetworkShape> = {},
  folder = mkdtempSync(join(tmpdir(), 'aggregora-fabric-')),
): Promise<FabricNetwork> =>
  FabricNetwork.up({ folder, shape: { ...testShape, ...shape }, channel: 'aggregora', leash: process.pid });
