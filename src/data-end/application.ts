// Builds a data end from its settings: its own database, the ledger at the exchange, the owner's keys and sources.
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { RemoteLedger } from '../adapters/ledger/remote';
import { openSource, SourceConfig } from '../adapters/sources';
import { openDatabase } from '../platform/database';
import { dress } from '../platform/http';
import { PinoLogger, programLogger } from '../platform/logging';
import { readKeyring } from '../wire';
import { DataEndModule } from './data-end.module';
import { dataEndEntities, dataEndMigrations } from './database';
import { readSecrets } from './secrets';
import type { DataEndSettings } from './settings';

export interface RunningDataEnd {
  readonly app: NestExpressApplication;
  readonly database: DataSource;
  stop(): Promise<void>;
}

/** Started and listening when it returns. */
export async function startDataEnd(settings: DataEndSettings): Promise<RunningDataEnd> {
  const keys = readKeyring(settings.KEYS);
  const secrets = readSecrets(settings.SECRETS);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    entities: dataEndEntities,
    migrations: dataEndMigrations,
  });
  const ledger = new RemoteLedger({
    base: settings.EXCHANGE_URL,
    ...(settings.LEDGER_CHAIN === undefined ? {} : { chain: settings.LEDGER_CHAIN }),
  });
  const logger = new PinoLogger(programLogger(`data-end ${keys.participant}`, settings.LOG_LEVEL));
  const parts = {
    settings,
    database,
    ledger,
    keys,
    secrets,
    openSource: ({ source }: { source: Record<string, unknown> }) => openSource(SourceConfig.parse(source)),
  };
  const app = await NestFactory.create<NestExpressApplication>(DataEndModule.of(parts), { logger, bodyParser: false });
  dress(app);
  await app.listen(settings.PORT, settings.HOST);
  return {
    app,
    database,
    stop: async () => {
      await app.close();
      await database.destroy();
    },
  };
}
