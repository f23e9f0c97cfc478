// `--ledger fabric`: a real Fabric network under the town, and its programs are the ones that are killed.
import { join } from 'node:path';
import { FabricNetwork } from '../../../fabric-network/network';
import { defaultChannel } from '../../../fabric-network/shape';
import { testShape } from '../../../fabric-network/testing';
import { chosenLedger, type TownLedger } from '../../../src/launch/ledger';
import { buildChaincode, chaincodeFolder } from '../../contracts/ledger-fabric-places';

export interface FabricStage {
  readonly ledger: TownLedger;
  /** Orderers, peers, chaincode. */
  readonly victims: readonly string[];
  kill(victim: string): Promise<void>;
  start(victim: string): Promise<void>;
  /** Programs that do not run now. */
  fallen(): readonly string[];
  /** Whether it is one of ours. */
  has(victim: string): boolean;
}

/** Three Raft orderers, three organisations with a peer each, one chaincode service; ends with this process at the latest. */
export async function fabricStage(folder: string, say: (what: string) => void): Promise<FabricStage> {
  say('Fabric network');
  buildChaincode();
  const shape = {
    ...testShape,
    orderers: 3,
    chaincode: { ...testShape.chaincode, folder: chaincodeFolder },
    channel: defaultChannel,
  };
  const network = await FabricNetwork.up({
    folder: join(folder, 'fabric'),
    shape,
    channel: 'aggregora',
    leash: process.pid,
  });
  const chosen = await chosenLedger({ LEDGER: 'fabric', FABRIC_PROFILE: network.folder.profileFile }, say);
  const victims = network.seats.map(({ name }) => name);
  return {
    ledger: { ...chosen, stop: () => network.down() },
    victims,
    kill: (victim) => network.kill(victim),
    start: (victim) => network.start(victim),
    fallen: () => victims.filter((name) => network.pid(name) === undefined),
    has: (victim) => victims.includes(victim),
  };
}
