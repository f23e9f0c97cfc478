// Builds a data end from its settings: its own database, the ledger at the exchange, the owner's keys and sources.
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { participantLedger } from '../adapters/ledger/choice';
import { openSource, SourceConfig } from '../adapters/sources';
import { systemClock } from '../platform/clock';
import { openDatabase } from '../platform/database';
import { dress } from '../platform/http';
import { PinoLogger, programLogger } from '../platform/logging';
import { ledgerSigner, readKeyring } from '../wire';
import { DataEndModule } from './data-end.module';
import { dataEndEntities, dataEndMigrations } from './database';
import type { OpenSource } from './runner/open-sources';
import { readSecrets } from './secrets';
import type { DataEndSettings } from './settings';

export interface RunningDataEnd {
  readonly app: NestExpressApplication;
  readonly database: DataSource;
  stop(): Promise<void>;
}

/** What tests put in place of the program's own: how sources are opened, and where log lines go. */
export interface Instead {
  readonly openSource?: OpenSource;
  readonly log?: NodeJS.WritableStream;
}

/** The other repository's list of an overlap at its largest: 65,536 points in base64url. */
const ORDER_BYTES = 4 * 1_048_576;

const openAsConfigured: OpenSource = ({ source }) => openSource(SourceConfig.parse(source));

/** Started and listening when it returns. */
export async function startDataEnd(settings: DataEndSettings, instead: Instead = {}): Promise<RunningDataEnd> {
  const keys = readKeyring(settings.KEYS);
  const secrets = readSecrets(settings.SECRETS);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    entities: dataEndEntities,
    migrations: dataEndMigrations,
  });
  const ledger = participantLedger(settings, {
    exchangeUrl: settings.EXCHANGE_URL,
    signer: ledgerSigner(keys),
    chain: settings.LEDGER_CHAIN,
    now: () => systemClock.now(),
  });
  const logger = new PinoLogger(programLogger(`data-end ${keys.participant}`, settings.LOG_LEVEL, instead.log));
  const parts = { settings, database, ledger, keys, secrets, openSource: instead.openSource ?? openAsConfigured };
  const app = await NestFactory.create<NestExpressApplication>(DataEndModule.of(parts), { logger, bodyParser: false });
  dress(app, { bodyLimit: ORDER_BYTES });
  await app.listen(settings.PORT, settings.HOST);
  return {
    app,
    database,
    stop: async () => {
      await app.close();
      await ledger.close();
      await database.destroy();
    },
  };
}
