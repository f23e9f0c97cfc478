// The searcher's desk as a program: keys, book and access code from its settings; graceful stop.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { b64u } from '../domain/canonical';
import { ConfidentialOffice } from '../sdk/confidential/ask';
import { Desk } from '../sdk/desk/desk';
import { ledgerOf, LedgerChoice } from '../sdk/ledger';
import { Office } from '../sdk/office';
import { fetchTrust } from '../sdk/verify/trust';
import { readKeyring } from '../wire';

const Settings = z.object({
  ...LedgerChoice,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int(),
  KEYS: z.string(),
  BOOK: z.string(),
  SECRETS: z.string(),
  EXCHANGE_URL: z.url(),
  OPERATOR: z.string(),
});

async function main(): Promise<void> {
  const settings = Settings.parse(process.env);
  const exchangeUrl = settings.EXCHANGE_URL.replace(/\/$/, '');
  const keys = readKeyring(settings.KEYS);
  const ledger = ledgerOf(settings, exchangeUrl, keys, () => Date.now());
  const office = new Office({ exchangeUrl, keys, bookFile: settings.BOOK, ledger });
  const desk = new Desk(
    office,
    {
      host: settings.HOST,
      port: settings.PORT,
      code: deskCode(settings.SECRETS),
      origins: [exchangeUrl, exchangeUrl.replace('127.0.0.1', 'localhost')],
      trust: () => fetchTrust(office.exchange, settings.OPERATOR),
    },
    new ConfidentialOffice(office),
  );
  await desk.start();
  process.send?.({ listening: true });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void desk.stop().then(() => process.exit(0)));
  }
}

function deskCode(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify({ deskCode: b64u(randomBytes(18)) }), { mode: 0o600 });
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { deskCode: string }).deskCode;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(2);
});
