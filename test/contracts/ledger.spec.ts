// The ledger contract over memory, PostgreSQL, and PostgreSQL behind HTTP.
import { inProcessLedger } from '../../src/adapters/ledger/in-process';
import { RemoteLedger } from '../../src/adapters/ledger/remote';
import { describeLedger } from './ledger';
import { onPostgres, served } from './ledger-places';
import { random } from './ledger-world';

describeLedger('in process', async (world) => {
  const ledger = await inProcessLedger({ operator: world.operator.signer, random }, world.operator.registration);
  return { ledger, close: () => ledger.close() };
});

describeLedger('embedded', async (world) => {
  const { ledger, close } = await onPostgres(world);
  return { ledger, close };
});

describeLedger('embedded, over HTTP', async (world) => {
  const { ledger, close } = await onPostgres(world);
  const server = await served(ledger);
  return {
    ledger: new RemoteLedger({ base: server.base, chain: ledger.chain }),
    close: async () => {
      await server.close();
      await close();
    },
  };
});
