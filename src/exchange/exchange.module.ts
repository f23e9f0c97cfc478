// The exchange as one Nest module: everything that must exist before it (database, ledger, keys) is handed in.
import { existsSync } from 'node:fs';
import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Provider as NestProvider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { ServeStaticModule } from '@nestjs/serve-static';
import { createLocalJWKSet, type JWK } from 'jose';
import { DataSource } from 'typeorm';
import type { ServedLedger } from '../adapters/ledger/remote';
import { CLOCK, type Clock, clockProviders } from '../platform/clock';
import { ProblemFilter, REFUSALS } from '../platform/errors/problem-filter';
import { HealthController, MeasuredRequests, Metrics, READY_CHECKS, type ReadyCheck } from '../platform/health';
import { PUBLIC_URL, TokenGuard } from '../platform/tokens/guard';
import { proofMemory } from '../platform/tokens/postgres-memory';
import { TokenVerifier } from '../platform/tokens/verifier';
import { type Keyring, ledgerSigner } from '../wire';
import { Broker } from './broker/broker';
import { BrokerController } from './broker/broker.controller';
import { BudgetsController } from './broker/budgets.controller';
import { DataEnds } from './broker/data-ends';
import { confidentialControllers, confidentialProviders } from './confidential';
import { CatalogController } from './catalog/catalog.controller';
import { Catalog } from './catalog/catalog.service';
import { LedgerController } from './ledger/ledger.controller';
import { OperatorOutbox } from './ledger/operator-outbox';
import { LEDGER, OPERATOR, OPERATOR_KEYS } from './ledger/tokens';
import type { TokenSecrets } from './operator';
import { marketControllers, marketProviders } from './market';
import { ParticipantsController } from './participants/participants.controller';
import { Participants } from './participants/participants.service';
import { PermitsController } from './permits/permits.controller';
import { Permits } from './permits/permits.service';
import { refusalTable } from './refusal-table';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from './settings';
import { TemplatesController } from './templates/templates.controller';
import { Templates } from './templates/templates.service';

export interface ExchangeParts {
  readonly settings: ExchangeSettings;
  readonly database: DataSource;
  readonly ledger: ServedLedger;
  readonly keys: Keyring;
  readonly secrets: TokenSecrets;
}

@Module({})
export class ExchangeModule implements NestModule {
  static of(parts: ExchangeParts): DynamicModule {
    const { settings } = parts;
    const pages = settings.CONSOLE !== undefined && existsSync(settings.CONSOLE) ? [servePages(settings.CONSOLE)] : [];
    return {
      module: ExchangeModule,
      imports: [TerminusModule, ThrottlerModule.forRoot([{ ttl: 1000, limit: 500 }]), ...pages],
      controllers: [
        HealthController,
        ParticipantsController,
        CatalogController,
        TemplatesController,
        PermitsController,
        BrokerController,
        BudgetsController,
        LedgerController,
        ...marketControllers,
        ...confidentialControllers,
      ],
      providers: [
        ...plumbing(parts),
        Participants,
        Catalog,
        Templates,
        Permits,
        Broker,
        DataEnds,
        OperatorOutbox,
        ...marketProviders,
        ...confidentialProviders,
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(MeasuredRequests).forRoutes('{*path}');
  }
}

const servePages = (rootPath: string) =>
  ServeStaticModule.forRoot({ rootPath, exclude: ['/v1/{*path}', '/oidc/{*path}', '/docs/{*path}'] });

function plumbing({ settings, database, ledger, keys, secrets }: ExchangeParts): NestProvider[] {
  const checks: ReadyCheck[] = [
    ['database', () => database.query('SELECT 1')],
    ['ledger', () => ledger.head()],
  ];
  return [
    ...clockProviders,
    Metrics,
    { provide: DataSource, useValue: database },
    { provide: EXCHANGE_SETTINGS, useValue: settings },
    { provide: PUBLIC_URL, useValue: settings.PUBLIC_URL },
    { provide: LEDGER, useValue: ledger },
    { provide: OPERATOR, useFactory: () => ledgerSigner(keys) },
    { provide: OPERATOR_KEYS, useValue: keys },
    { provide: REFUSALS, useFactory: refusalTable },
    { provide: READY_CHECKS, useValue: checks },
    {
      provide: TokenVerifier,
      inject: [CLOCK],
      useFactory: (clock: Clock) => verifierOf(settings, database, secrets, clock),
    },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: TokenGuard },
  ];
}

function verifierOf(
  settings: ExchangeSettings,
  database: DataSource,
  secrets: TokenSecrets,
  clock: Clock,
): TokenVerifier {
  const open = secrets.signingKeys.map(({ d: _private, ...key }: JWK) => key);
  const now = () => clock.now();
  return new TokenVerifier({
    issuer: `${settings.PUBLIC_URL}/oidc`,
    audience: settings.PUBLIC_URL,
    keys: createLocalJWKSet({ keys: open }),
    now,
    remember: proofMemory(database, now),
  });
}
