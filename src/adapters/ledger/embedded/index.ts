// The embedded ledger: the chain in the exchange's own PostgreSQL. One machine, one operator, and it says so.
import type { DataSource } from 'typeorm';
import { ChainLedger, type ChainOptions, type Founding } from '../chain/ledger';
import { PostgresStore } from './store';

export interface EmbeddedOptions extends Pick<ChainOptions, 'operator' | 'random'> {
  /** Migrated (migrations/exchange); stays the caller's to close. */
  readonly database: DataSource;
}

export type EmbeddedLedger = ChainLedger;

/** Opens the ledger in this database; the first one to do so founds it with the operator's own registration. */
export function embeddedLedger({ database, ...options }: EmbeddedOptions, founding: Founding): Promise<EmbeddedLedger> {
  return ChainLedger.open({ ...options, kind: 'embedded', store: new PostgresStore(database) }, founding);
}

export { PostgresStore };
export type { Founding };
