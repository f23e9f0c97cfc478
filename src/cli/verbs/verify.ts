// verify: checks an evidence file with no network and no account; the exit code names the first check that failed.
import type { Command } from 'commander';
import {
  AuditTrust,
  fetchTrust,
  isConfidentialEvidence,
  peersOf,
  verifyConfidential,
  verifyOffline,
  verifyOnline,
} from '../../sdk';
import { exits, UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';

interface Wish {
  readonly trust?: string;
  readonly fetchTrust?: string;
  readonly online?: true;
}

export function verifyVerb(root: Command, verb: Verb): void {
  root
    .command('verify')
    .description('check an evidence file offline; exit code 0, or 10–30 for the check that failed')
    .argument('[file]')
    .option('--trust <file>', 'what you know of the ledger: its first block and its operator’s certificate')
    .option(
      '--fetch-trust <file>',
      'save that from the exchange; compare it with what others have before you rely on it',
    )
    .option('--online', 'ask the peers of every organisation too (your keys, LEDGER=fabric, FABRIC_PROFILE)')
    .action(verb((session, file: string | undefined, wish: Wish) => verify(session, file, wish)));
}

async function verify(session: Session, file: string | undefined, wish: Wish): Promise<void> {
  if (wish.fetchTrust !== undefined) await keepTrust(session, wish.fetchTrust, file === undefined);
  if (file === undefined) {
    if (wish.fetchTrust === undefined) throw new UsageError('Name an evidence file.', '请给出证据文件。');
    return;
  }
  const bytes = session.readBytes(file);
  const trustFile = wish.trust ?? wish.fetchTrust ?? session.settings.trust;
  if (trustFile === undefined)
    throw new UsageError(
      'Say what you trust: --trust FILE. Make one once with: aggregora verify --fetch-trust FILE.',
      '请指明信任文件：--trust FILE。可先运行一次：aggregora verify --fetch-trust FILE。',
    );
  const trust = AuditTrust.parse(session.readJson(trustFile));
  if (isConfidentialEvidence(bytes)) {
    verifySum(session, bytes, trust);
    return;
  }
  const verdict = wish.online === true ? await online(session, bytes, trust) : verifyOffline(bytes, trust);
  const { show } = session;
  show.result(verdict, () => {
    show.table(
      ['', show.word('check'), ''],
      verdict.checks.map(({ name, holds, note, code }) => [
        holds ? show.paint.green('✓') : show.paint.red('✗'),
        `${name} (${String(code)})`,
        note ?? '',
      ]),
    );
    if (verdict.code === exits.OK) show.good(show.word('verified'));
    else show.line(`${show.paint.red('✗')} ${show.word('notVerified')} (${String(verdict.code)})`);
  });
  session.finish(verdict.code);
}

async function online({ ledgerChoice, exchangeUrl, keys, io }: Session, bytes: Uint8Array, trust: AuditTrust) {
  const peers = peersOf(ledgerChoice, exchangeUrl, keys, io.now);
  try {
    return await verifyOnline(bytes, trust, peers);
  } finally {
    await Promise.all(peers.map(({ ledger }) => ledger.close()));
  }
}

/** A confidential answer's certificate: 0 good, 1 something does not hold, 2 no such evidence. */
function verifySum(session: Session, bytes: Uint8Array, trust: AuditTrust): void {
  const { show } = session;
  const verdict = verifyConfidential(bytes, trust);
  show.result(verdict, () => {
    show.table(
      ['', show.word('check'), ''],
      verdict.checks.map(({ name, holds, failures }) => [
        holds ? show.paint.green('✓') : show.paint.red('✗'),
        name,
        failures.map((failure) => JSON.stringify(failure)).join(' '),
      ]),
    );
    if (verdict.code === exits.OK) show.good(`${show.word('verified')} (${verdict.level})`);
    else show.line(`${show.paint.red('✗')} ${show.word('notVerified')} (${String(verdict.code)})`);
  });
  session.finish(verdict.code);
}

async function keepTrust(session: Session, file: string, alone: boolean): Promise<void> {
  const { open, settings, show } = session;
  const trust = await fetchTrust(open, settings.operator);
  session.save(file, `${JSON.stringify(trust, null, 2)}\n`);
  if (alone) show.result({ file, ...trust }, () => show.good(`${file}: ${trust.genesis}`));
}
