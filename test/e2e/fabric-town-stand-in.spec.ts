// The whole main job over the real Fabric client and the real chaincode, with a stand-in peer in Fabric's place: on every machine.
import { StandIn } from '../support/stand-in';
import { describeFabricTown } from './fabric-town';

jest.setTimeout(240_000);

describeFabricTown('the stand-in peer', false, async () => {
  const standIn = await StandIn.start();
  return { profile: standIn.profile, folder: standIn.folder, stop: async () => standIn.stop() };
});
