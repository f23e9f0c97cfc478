// For specs and measures: whether there can be a real network here, and one of their own in a temporary folder.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arePresent } from './binaries';
import { FabricNetwork } from './network';
import { type NetworkShape, defaultChannel } from './shape';

/** Whether Fabric's programs seem to be on this machine (`up` checks their versions). AGGREGORA_FABRIC=off says no. */
export const haveFabric = (): boolean => process.env['AGGREGORA_FABRIC'] !== 'off' && arePresent(process.env);

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
