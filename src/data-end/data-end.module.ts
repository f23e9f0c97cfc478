// The data end as one Nest module: what must exist before it (database, ledger, keys, secrets, sources) is handed in.
import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { createRemoteJWKSet } from 'jose';
import { DataSource } from 'typeorm';
import type { Ledger } from '../domain/ledger/port';
import { CLOCK, type Clock, clockProviders } from '../platform/clock';
import { ProblemFilter, REFUSALS } from '../platform/errors/problem-filter';
import { HealthController, MeasuredRequests, Metrics, READY_CHECKS, type ReadyCheck } from '../platform/health';
import { PUBLIC_URL, TokenGuard } from '../platform/tokens/guard';
import { proofMemory } from '../platform/tokens/postgres-memory';
import { TokenVerifier } from '../platform/tokens/verifier';
import { Budgets } from './budgets/budgets';
import { BudgetsController } from './budgets/budgets.controller';
import { confidentialControllers, confidentialProviders } from './confidential';
import { Acknowledging } from './intake/acknowledging';
import { Answering } from './intake/answering';
import { Gate } from './intake/gate';
import { Intake } from './intake/intake';
import { IntakeController } from './intake/intake.controller';
import { Recovery } from './intake/recovery';
import { Lateness } from './intake/lateness';
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
  StoredAnswers,
  Witness,
];

@Module({})
export class DataEndModule implements NestModule {
  static of(parts: DataEndParts): DynamicModule {
    return {
      module: DataEndModule,
      imports: [TerminusModule, ThrottlerModule.forRoot([{ ttl: 1000, limit: 500 }])],
      controllers: [HealthController, IntakeController, BudgetsController, OwnerController, ...confidentialControllers],
      providers: [...plumbing(parts), ...rooms, ...confidentialProviders],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(MeasuredRequests).forRoutes('{*path}');
  }
}

function plumbing({ settings, database, ledger, keys, secrets, openSource }: DataEndParts): Provider[] {
  const checks: ReadyCheck[] = [
    ['database', () => database.query('SELECT 1')],
    ['ledger', () => ledger.head()],
  ];
  return [
    ...clockProviders,
    Metrics,
    { provide: DataSource, useValue: database },
    { provide: DATA_END_SETTINGS, useValue: settings },
    { provide: PUBLIC_URL, useValue: settings.PUBLIC_URL },
    { provide: LEDGER, useValue: ledger },
    { provide: KEYRING, useValue: keys },
    { provide: SEAL, useValue: secrets.seal },
    { provide: DESK_CODE, useValue: secrets.deskCode },
    { provide: OPEN_SOURCE, useValue: openSource },
    { provide: REFUSALS, useFactory: refusalTable },
    { provide: READY_CHECKS, useValue: checks },
    { provide: TokenVerifier, inject: [CLOCK], useFactory: (clock: Clock) => verifierOf(settings, database, clock) },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: TokenGuard },
  ];
}

function verifierOf(settings: DataEndSettings, database: DataSource, clock: Clock): TokenVerifier {
  const now = () => clock.now();
  return new TokenVerifier({
    issuer: `${settings.EXCHANGE_URL}/oidc`,
    audience: settings.PUBLIC_URL,
    keys: createRemoteJWKSet(new URL(`${settings.EXCHANGE_URL}/oidc/jwks`)),
    now,
    remember: proofMemory(database, now),
  });
}
