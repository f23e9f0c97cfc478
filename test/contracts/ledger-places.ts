// Where the ledgers of the contract live: a fresh PostgreSQL database, and the thinnest HTTP face over the routes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { Ledger1000000000010 } from '../../migrations/exchange/1000000000010-Ledger';
import type { ChainLedger } from '../../src/adapters/ledger/chain/ledger';
import { embeddedLedger } from '../../src/adapters/ledger/embedded';
import { ledgerInputs, ledgerRoutes } from '../../src/adapters/ledger/remote';
import { ledgerRefusals } from '../../src/domain/ledger';
import { Refusal } from '../../src/domain/refusals';
import { freshDatabase } from '../support/postgres';
import { random, type World } from './ledger-world';

export async function onPostgres(world: World) {
  const fresh = await freshDatabase();
  const database = await migrated(fresh.url);
  const ledger = await embeddedLedger(
    { database, operator: world.operator.signer, random },
    world.operator.registration,
  );
  return {
    ledger,
    database,
    url: fresh.url,
    close: async () => {
      await ledger.close();
      await database.destroy();
      await fresh.drop();
    },
  };
}

export async function migrated(url: string): Promise<DataSource> {
  const database = new DataSource({ type: 'postgres', url, migrations: [Ledger1000000000010] });
  await database.initialize();
  await database.runMigrations();
  return database;
}

/** The thinnest face over the routes, as the exchange's controller is. */
export async function served(ledger: ChainLedger): Promise<{ base: string; close(): Promise<void> }> {
  const routes = ledgerRoutes(ledger);
  const answer = async (method: string, url: URL, body: string): Promise<unknown> => {
    const [name = '', id = ''] = url.pathname.replace('/v1/ledger/', '').split('/').map(decodeURIComponent);
    const query = Object.fromEntries(url.searchParams);
    if (method === 'POST' && name === 'prepare') return routes.prepare(ledgerInputs.prepare.parse(JSON.parse(body)));
    if (method === 'POST' && name === 'submit') return routes.submit(ledgerInputs.submit.parse(JSON.parse(body)));
    if (name === 'transactions') return routes.transaction(ledgerInputs.transaction.parse({ id }));
    if (name === 'entries' && id !== '') return routes.entry(ledgerInputs.entry.parse({ key: id }));
    if (name === 'entries') return routes.entries(ledgerInputs.entries.parse(query));
    if (name === 'events') return routes.events(ledgerInputs.events.parse(query));
    if (name === 'proofs') return routes.proof(ledgerInputs.proof.parse({ key: id }));
    return routes.head();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      answer(request.method ?? 'GET', url, Buffer.concat(chunks).toString('utf8')).then(
        (result) => response.end(JSON.stringify(result)),
        (error: unknown) => {
          const refusal = error instanceof Refusal ? error : new Refusal('BROKEN', { why: String(error) });
          response.statusCode = statusOf(refusal.code);
          response.end(JSON.stringify({ code: refusal.code, details: refusal.details }));
        },
      );
    });
  });
  server.unref(); // a test that fails before closing must not keep the run alive
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function statusOf(code: string): number {
  return code in ledgerRefusals ? ledgerRefusals[code as keyof typeof ledgerRefusals].http : 500;
}
