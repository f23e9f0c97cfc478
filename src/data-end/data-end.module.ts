// The data end as one Nest module: what must exist before it (database, ledger, keys, secrets, sources) is handed in.
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { createRemoteJWKSet } from 'jose';
import type { DataSource } from 'typeorm';
import type { Ledger } from '../domain/ledger/port';
import { HealthController } from '../platform/health';
import { programImports, ProgramModule, programProviders } from '../platform/module';
import { issuerOf } from '../wire';
import { Budgets } from './budgets/budgets';
import { BudgetsController } from './budgets/budgets.controller';
import { confidentialControllers, confidentialProviders } from './confidential';
import { Acknowledging } from './intake/acknowledging';
import { Answering } from './intake/answering';
import { Arrivals } from './intake/arrivals';
import { Gate } from './intake/gate';
import { Intake } from './intake/intake';
import { IntakeController } from './intake/intake.controller';
import { Recovery } from './intake/recovery';
import { Lateness } from './intake/lateness';
import { Signing } from './intake/signing';
import { Exchanges } from './intake/store';
import { KEYRING, type Keyring, SEAL } from './keys';
import { ExchangeLink } from './owner/exchange-link';
import { OwnerOutbox } from './owner/outbox';
import { DESK_CODE, DeskGuard, OwnerController } from './owner/owner.controller';
import { Owner } from './owner/owner.service';
import { OwnTree } from './receipts/own-tree';
import { Proofs } from './receipts/proofs';
import { refusalTable } from './refusal-table';
import { OPEN_SOURCE, OpenSources, type OpenSource } from './runner/open-sources';
import { Runner } from './runner/runner';
import { StoredAnswers } from './runner/stored-answers';
import type { Secrets } from './secrets';
import { DATA_END_SETTINGS, type DataEndSettings } from './settings';
import { LEDGER, Witness } from './witness';

export interface DataEndParts {
  readonly settings: DataEndSettings;
  readonly database: DataSource;
  readonly ledger: Ledger;
  readonly keys: Keyring;
  readonly secrets: Secrets;
  readonly openSource: OpenSource;
}

const rooms: Provider[] = [
  Acknowledging,
  Answering,
  Arrivals,
  Budgets,
  DeskGuard,
  ExchangeLink,
  Exchanges,
  Gate,
  Intake,
  Lateness,
  OpenSources,
  Owner,
  OwnerOutbox,
  OwnTree,
  Proofs,
  Recovery,
  Runner,
  Signing,
  StoredAnswers,
  Witness,
];

@Module({})
export class DataEndModule extends ProgramModule {
  static of(parts: DataEndParts): DynamicModule {
    return {
      module: DataEndModule,
      imports: programImports(),
      controllers: [HealthController, IntakeController, BudgetsController, OwnerController, ...confidentialControllers],
      providers: [...plumbing(parts), ...rooms, ...confidentialProviders],
    };
  }
}

function plumbing({ settings, database, ledger, keys, secrets, openSource }: DataEndParts): Provider[] {
  const issuer = issuerOf(settings.EXCHANGE_URL);
  return [
    ...programProviders({
      database,
      ledger,
      publicUrl: settings.PUBLIC_URL,
      issuer,
      keys: createRemoteJWKSet(new URL(`${issuer}/jwks`)),
      refusals: refusalTable,
    }),
    { provide: DATA_END_SETTINGS, useValue: settings },
    { provide: LEDGER, useValue: ledger },
    { provide: KEYRING, useValue: keys },
    { provide: SEAL, useValue: secrets.seal },
    { provide: DESK_CODE, useValue: secrets.deskCode },
    { provide: OPEN_SOURCE, useValue: openSource },
  ];
}
