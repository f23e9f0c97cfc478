// The exchange's tables: entities and migrations in one list each.
import { OutboxItem } from '../adapters/ledger/outbox/entity';
import { Ledger1000000000010 } from '../../migrations/exchange/1000000000010-Ledger';
import { LedgerOutbox1000000000015 } from '../../migrations/exchange/1000000000015-LedgerOutbox';
import { Identity1000000000020 } from '../../migrations/exchange/1000000000020-Identity';
import { Catalog1000000000030 } from '../../migrations/exchange/1000000000030-Catalog';
import { Templates1000000000040 } from '../../migrations/exchange/1000000000040-Templates';
import { Permits1000000000050 } from '../../migrations/exchange/1000000000050-Permits';
import { Confidential1000000000300 } from '../../migrations/exchange/1000000000300-Confidential';
import { Overlap1000000000310 } from '../../migrations/exchange/1000000000310-Overlap';
import { Fingerprints1000000000340 } from '../../migrations/exchange/1000000000340-Fingerprints';
import { Broker1000000000060 } from '../../migrations/exchange/1000000000060-Broker';
import { Market1000000000200 } from '../../migrations/exchange/1000000000200-Market';
import { ConfidentialPart, ConfidentialRun } from './confidential/entities';
import { RelayedExchange } from './broker/entities';
import { Adoption, Element, Repository } from './catalog/entities';
import { OidcItem, Participant, ProofSeen } from './identity/entities';
import { PermitRequest, PermitRow } from './permits/entities';
import { TemplateReview, TemplateRow } from './templates/entities';

export const exchangeEntities = [
  OutboxItem,
  OidcItem,
  Participant,
  ProofSeen,
  Element,
  Repository,
  Adoption,
  TemplateRow,
  TemplateReview,
  PermitRequest,
  PermitRow,
  RelayedExchange,
  ConfidentialPart,
  ConfidentialRun,
];

export const exchangeMigrations = [
  Ledger1000000000010,
  LedgerOutbox1000000000015,
  Identity1000000000020,
  Catalog1000000000030,
  Templates1000000000040,
  Permits1000000000050,
  Broker1000000000060,
  Market1000000000200,
  Confidential1000000000300,
  Overlap1000000000310,
  Fingerprints1000000000340,
];
