// The ledger behind an exchange's routes, for those who sign for themselves: bidders, holders of rights.
import { RemoteLedger } from '../../adapters/ledger/remote';
import type { Ledger } from '../../domain/ledger/port';

export const ledgerOf = (exchangeUrl: string): Ledger => new RemoteLedger({ base: exchangeUrl });
