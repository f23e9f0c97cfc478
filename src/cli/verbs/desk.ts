// desk: a searcher's own small server: it holds keys and book, finishes what was begun, and the console in the browser talks to it.
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { b64u } from '../../domain/canonical';
import { Desk, fetchTrust, Office } from '../../sdk';
import { noteOf } from '../asking/by-desk';
import type { Verb } from '../program';
import type { Session } from '../session';

interface Wish {
  readonly port: string;
  readonly host: string;
}

export function deskVerb(root: Command, verb: Verb): void {
  root
    .command('desk')
    .description('run a desk for the console and for other commands, until Ctrl+C')
    .option('--port <n>', 'where it listens', '3010')
    .option('--host <address>', 'whom it listens to', '127.0.0.1')
    .action(verb((session, wish: Wish) => desk(session, wish)));
}

async function desk(session: Session, { port, host }: Wish): Promise<void> {
  const { exchangeUrl, keys, bookFile, ledger, language, show, settings } = session;
  const office = new Office({ exchangeUrl, keys, bookFile, ledger, language });
  const code = b64u(randomBytes(18));
  const running = new Desk(office, {
    host,
    port: Number(port),
    code,
    origins: [exchangeUrl, exchangeUrl.replace('127.0.0.1', 'localhost')],
    trust: () => fetchTrust(office.exchange, settings.operator),
  });
  try {
    await running.start();
  } catch (error) {
    office.close();
    throw error;
  }
  const url = `http://${host}:${port}`;
  writeFileSync(noteOf(bookFile), JSON.stringify({ url, code }), { mode: 0o600 });
  const console = `${exchangeUrl}/#desk=${encodeURIComponent(url)}&code=${code}`;
  show.result({ url, code, console }, () =>
    show.facts([
      ['desk', url],
      ['code', code],
      ['console', console],
    ]),
  );
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  rmSync(noteOf(bookFile), { force: true });
  await running.stop();
}
