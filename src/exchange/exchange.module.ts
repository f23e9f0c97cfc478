// The exchange as one Nest module: everything that must exist before it (database, ledger, keys) is handed in.
import { existsSync } from 'node:fs';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { createLocalJWKSet, type JWK } from 'jose';
import type { DataSource } from 'typeorm';
import type { ServedLedger } from '../adapters/ledger/remote';
import { HealthController } from '../platform/health';
import { programImports, ProgramModule, programProviders } from '../platform/module';
import { issuerOf, type Keyring, ledgerSigner, type TlsPair } from '../wire';
import { Broker } from './broker/broker';
import { BrokerController } from './broker/broker.controller';
import { BudgetsController } from './broker/budgets.controller';
import { DataEnds } from './broker/data-ends';
import { confidentialControllers, confidentialProviders } from './confidential';
import { CatalogController } from './catalog/catalog.controller';
import { Catalog } from './catalog/catalog.service';
import { HeightKeeper } from './ledger/height-keeper';
import { LedgerController } from './ledger/ledger.controller';
import { OperatorOutbox } from './ledger/operator-outbox';
import { LEDGER, OPERATOR, OPERATOR_KEYS, OPERATOR_TLS } from './ledger/tokens';
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
  readonly tls: TlsPair;
  readonly secrets: TokenSecrets;
}

@Module({})
export class ExchangeModule extends ProgramModule {
  static of(parts: ExchangeParts): DynamicModule {
    const { settings } = parts;
    const pages = settings.CONSOLE !== undefined && existsSync(settings.CONSOLE) ? [servePages(settings.CONSOLE)] : [];
    return {
      module: ExchangeModule,
      imports: [...programImports(), ...pages],
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
        HeightKeeper,
        ...marketProviders,
        ...confidentialProviders,
      ],
    };
  }
}

const servePages = (rootPath: string) =>
  ServeStaticModule.forRoot({ rootPath, exclude: ['/v1/{*path}', '/oidc/{*path}', '/docs/{*path}'] });

function plumbing({ settings, database, ledger, keys, tls, secrets }: ExchangeParts): Provider[] {
  const open = secrets.signingKeys.map(({ d: _private, ...key }: JWK) => key);
  return [
    ...programProviders({
      database,
      ledger,
      publicUrl: settings.PUBLIC_URL,
      issuer: issuerOf(settings.PUBLIC_URL),
      keys: createLocalJWKSet({ keys: open }),
      refusals: refusalTable,
    }),
    { provide: EXCHANGE_SETTINGS, useValue: settings },
    { provide: LEDGER, useValue: ledger },
    { provide: OPERATOR, useFactory: () => ledgerSigner(keys) },
    { provide: OPERATOR_KEYS, useValue: keys },
    { provide: OPERATOR_TLS, useValue: tls },
  ];
}
