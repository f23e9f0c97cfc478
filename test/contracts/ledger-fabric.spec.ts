// The ledger contract over a real Fabric network, one channel for the suite; skipped, with the reason, without programs.
import type { FabricNetwork } from '../../fabric-network/network';
import { describeFabric } from '../support/fabric';
import { describeLedger } from './ledger';
import { fabricProfile, issuedBy, openFounded, startNetwork } from './ledger-fabric-places';

jest.setTimeout(180_000);

let started: Promise<FabricNetwork> | undefined;
const network = (): Promise<FabricNetwork> => (started ??= startNetwork());

describeFabric('on a real Fabric network', () => {
  afterAll(async () => {
    await (await started)?.down(true);
  });

  describeLedger(
    'Fabric',
    async (world) => {
      const fabric = await network();
      const channel = await fabric.createChannel('contract');
      const ledger = await openFounded(fabricProfile(fabric, channel), world);
      return { ledger, close: () => ledger.close() };
    },
    issuedBy(network),
  );
});
