// The ledger contract through the real Fabric client and the real chaincode, over the stand-in peer: on every machine.
import { StandIn } from '../support/stand-in';
import { describeLedger } from './ledger';
import { issuedBy, openFounded } from './ledger-fabric-places';

let started: Promise<StandIn> | undefined;
const standIn = (): Promise<StandIn> => (started ??= StandIn.start());
afterAll(async () => {
  (await started)?.stop();
});

describeLedger(
  'Fabric client and chaincode, stand-in peer',
  async (world) => {
    const ledger = await openFounded((await standIn()).profile, world, { kind: 'stand-in' });
    return { ledger, close: () => ledger.close() };
  },
  issuedBy(standIn),
);
