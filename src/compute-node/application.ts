// Builds a compute node from its settings: its own database, keys and secrets, and the ledger at the exchange.
import type { TLSSocket } from 'node:tls';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { participantLedger } from '../adapters/ledger/choice';
import { DELIVERY_BYTES, envelopeKeys } from '../domain/confidential';
import { systemClock } from '../platform/clock';
import { openDatabase } from '../platform/database';
import { dress } from '../platform/http';
import { PinoLogger, programLogger } from '../platform/logging';
import { ledgerSigner, pinAt, readKeyring, serverTls, tlsPair } from '../wire';
import { ComputeNodeModule } from './compute-node.module';
import { computeNodeEntities, computeNodeMigrations } from './database';
import { readNodeSecrets } from './secrets';
import type { ComputeNodeSettings } from './settings';

export interface RunningComputeNode {
  readonly app: NestExpressApplication;
  readonly database: DataSource;
  stop(): Promise<void>;
}

/** Started and listening when it returns. */
export async function startComputeNode(settings: ComputeNodeSettings): Promise<RunningComputeNode> {
  const keys = readKeyring(settings.KEYS);
  const tls = await tlsPair(settings.KEYS, keys.participant, systemClock.now());
  const { hpkeSeed, wrapping } = readNodeSecrets(settings.SECRETS);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    entities: computeNodeEntities,
    migrations: computeNodeMigrations,
    connections: 8,
  });
  const ledger = participantLedger(settings, {
    exchangeUrl: settings.EXCHANGE_URL,
    signer: ledgerSigner(keys),
    chain: settings.LEDGER_CHAIN,
    now: () => systemClock.now(),
  });
  const logger = new PinoLogger(programLogger(`compute-node ${keys.participant}`, settings.LOG_LEVEL));
  const hpke = await envelopeKeys(hpkeSeed);
  const parts = { settings, database, ledger, keys, hpke, tls, wrapping };
  const module = ComputeNodeModule.of(parts);
  const httpsOptions = serverTls(tls);
  const app = await NestFactory.create<NestExpressApplication>(module, { logger, bodyParser: false, httpsOptions });
  app.getHttpServer().on('secureConnection', (socket: TLSSocket) => {
    if (pinAt(socket) === undefined) socket.destroy();
  });
  dress(app, { bodyLimit: DELIVERY_BYTES });
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
