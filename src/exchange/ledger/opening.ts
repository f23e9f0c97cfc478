// Opens the ledger the operator chose, and founds it where nobody has: the chain in the exchange's own database, or a Fabric channel.
import type { DataSource } from 'typeorm';
import { foundFabric } from '../../adapters/ledger/choice';
import { embeddedLedger, type Founding } from '../../adapters/ledger/embedded';
import type { ServedLedger } from '../../adapters/ledger/remote';
import type { LedgerSigner } from '../../domain/ledger/port';
import { systemClock, systemRandom } from '../../platform/clock';
import type { ExchangeSettings } from '../settings';

/** Founded when it returns. On Fabric the operator's certificate must carry role=operator; refuses as `fabricLedger` does. */
export async function openLedger(
  settings: ExchangeSettings,
  database: DataSource,
  operator: LedgerSigner,
  founding: Founding,
): Promise<ServedLedger> {
  if (settings.LEDGER !== 'fabric') return embeddedLedger({ database, operator, random: systemRandom }, founding);
  return foundFabric(settings, operator, () => systemClock.now(), founding);
}
