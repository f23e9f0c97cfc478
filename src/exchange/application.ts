// Builds the exchange from its settings: database, ledger, operator, authorisation server, routes, and the page of its own API.
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { exportJWK } from 'jose';
import { createPublicKey } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { systemClock } from '../platform/clock';
import { openDatabase } from '../platform/database';
import { dress } from '../platform/http';
import { PinoLogger, programLogger } from '../platform/logging';
import { issuerOf, type Keyring, ledgerSigner, readKeyring, tlsPair } from '../wire';
import { exchangeEntities, exchangeMigrations } from './database';
import { ExchangeModule } from './exchange.module';
import { authority } from './identity/authority';
import { Participant } from './identity/entities';
import { openLedger } from './ledger/opening';
import { foundingOf, tokenSecrets } from './operator';
import type { ExchangeSettings } from './settings';

export interface RunningExchange {
  readonly app: NestExpressApplication;
  readonly database: DataSource;
  /** Hash of the ledger's first block: what auditors must know. */
  readonly chain: string;
  stop(): Promise<void>;
}

/** Started and listening when it returns. Log lines go to standard output unless tests give another place. */
export async function startExchange(
  settings: ExchangeSettings,
  { log }: { readonly log?: NodeJS.WritableStream } = {},
): Promise<RunningExchange> {
  const keys = readKeyring(settings.KEYS);
  const tls = await tlsPair(settings.KEYS, keys.participant, systemClock.now());
  const secrets = tokenSecrets(settings.KEYS);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    entities: exchangeEntities,
    migrations: exchangeMigrations,
    connections: 30,
  });
  const founding = foundingOf(keys, settings);
  const ledger = await openLedger(settings, database, ledgerSigner(keys), founding);
  await enrolOperator(database, keys, founding);
  const logger = new PinoLogger(programLogger('exchange', settings.LOG_LEVEL, log));
  const parts = { settings, database, ledger, keys, tls, secrets };
  const app = await NestFactory.create<NestExpressApplication>(ExchangeModule.of(parts), { logger, bodyParser: false });
  const issuer = issuerOf(settings.PUBLIC_URL);
  const provider = authority(database, {
    issuer,
    publicUrl: settings.PUBLIC_URL,
    ...secrets,
    now: () => systemClock.now(),
  });
  app.use('/oidc', provider.callback());
  dress(app, { exempt: ['/oidc'] });
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json' });
  await app.listen(settings.PORT, settings.HOST);
  return {
    app,
    database,
    chain: ledger.chain,
    stop: async () => {
      await app.close();
      await ledger.close();
      await database.destroy();
    },
  };
}

/** OpenAPI 3.1 of every route. */
export function describeApi(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Aggregora exchange')
    .setDescription('Organisations trade answers, not data. Errors are RFC 9457 problem documents with stable codes.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addSecurity('dpop', { type: 'http', scheme: 'DPoP' });
  return SwaggerModule.createDocument(app, builder.build());
}

/** The operator is a participant too: it relays under a token of its own. */
async function enrolOperator(
  database: DataSource,
  keys: Keyring,
  founding: ReturnType<typeof foundingOf>,
): Promise<void> {
  const tokenKey = await exportJWK(createPublicKey(keys.token));
  await database
    .createQueryBuilder()
    .insert()
    .into(Participant)
    .values({
      id: keys.participant,
      name: { ...founding.name },
      organisation: founding.organisation,
      roles: ['operator'],
      state: 'registered',
      tokenKey: tokenKey as never,
      receiptCertificate: Buffer.from(keys.receipt.certificate),
      ledgerCertificate: Buffer.from(keys.ledger.certificate),
      endpoint: null,
      application: 'operator',
      appliedAt: new Date(systemClock.now()),
    })
    .orIgnore()
    .execute();
}
