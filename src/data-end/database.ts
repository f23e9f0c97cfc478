// The data end's tables: entities and migrations in one list each.
import { OutboxItem } from '../adapters/ledger/outbox/entity';
import { DataEnd1000000000010 } from '../../migrations/data-end/1000000000010-DataEnd';
import { Confidential1000000000020 } from '../../migrations/data-end/1000000000020-Confidential';
import { Overlap1000000000030 } from '../../migrations/data-end/1000000000030-Overlap';
import { KeptCells1000000000050 } from '../../migrations/data-end/1000000000050-KeptCells';
import { Account, HoldRow } from './budgets/entities';
import { ContributionRow, OverlapRow } from './confidential/entities';
import { ExchangeRow } from './intake/entities';
import { GrantedPermit } from './permits/entities';
import { BatchRow, LeafRow, ReleasedAnswer } from './receipts/entities';
import { AdoptedTemplate, HostedRepository } from './repositories/entities';

export const dataEndEntities = [
  OutboxItem,
  Account,
  ContributionRow,
  OverlapRow,
  HoldRow,
  ExchangeRow,
  GrantedPermit,
  BatchRow,
  LeafRow,
  ReleasedAnswer,
  AdoptedTemplate,
  HostedRepository,
];

export const dataEndMigrations = [
  DataEnd1000000000010,
  Confidential1000000000020,
  Overlap1000000000030,
  KeptCells1000000000050,
];
