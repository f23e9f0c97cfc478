// The whole main job on a real Fabric network; skipped, with the reason, where its programs are missing.
import { readFabricProfile } from '../../src/adapters/ledger/fabric';
import { startNetwork } from '../contracts/ledger-fabric-places';
import { describeFabric } from '../support/fabric';
import { describeFabricTown } from './fabric-town';

jest.setTimeout(240_000);

describeFabric('the main job on a real Fabric network', () => {
  describeFabricTown('a real network', true, async () => {
    const network = await startNetwork();
    return {
      profile: readFabricProfile(network.folder.profileFile),
      folder: network.folder,
      stop: () => network.down(true),
    };
  });
});
