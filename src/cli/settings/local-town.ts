// A town that npm start keeps in a folder: its ports, keys and codes are the defaults of every verb.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Io } from '../io';

const Ports = z.object({ exchange: z.int(), desk: z.int(), dataEnds: z.record(z.string(), z.int()) });
const Code = z.object({ deskCode: z.string() });

export interface LocalTown {
  readonly folder: string;
  readonly exchange: string;
  /** Whose desk runs in the town. */
  readonly searcher: string;
  readonly desk: { readonly url: string; readonly code: string } | undefined;
  keys(participant: string): string;
  book(participant: string): string;
  /** An owner's data end and the code of its own people. */
  dataEnd(owner: string): { readonly url: string; readonly code: string } | undefined;
  readonly owners: readonly string[];
  /** What its programs are told of their ledger; absent: the exchange's own. */
  readonly ledger: Readonly<Record<string, string>> | undefined;
}

const SEARCHER = 'city-planning';

/** Where we stand, or where AGGREGORA_HOME points; undefined when npm start was never run there. */
export function findTown(io: Io): LocalTown | undefined {
  const folder = folderOf(io);
  const file = join(folder, 'ports.json');
  if (!existsSync(file)) return undefined;
  const read = Ports.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) return undefined;
  const { exchange, desk, dataEnds } = read.data;
  const secret = (name: string, port: number | undefined) => {
    const secrets = join(folder, 'secrets', `${name}.json`);
    if (port === undefined || !existsSync(secrets)) return undefined;
    return { url: url(port), code: Code.parse(JSON.parse(readFileSync(secrets, 'utf8'))).deskCode };
  };
  return {
    folder,
    exchange: url(exchange),
    searcher: SEARCHER,
    desk: secret('desk', desk),
    keys: (participant) => join(folder, 'keys', `${participant}.json`),
    book: (participant) => join(folder, 'books', `${participant}.jsonl`),
    dataEnd: (owner) => secret(owner, dataEnds[owner]),
    owners: Object.keys(dataEnds),
    ledger: ledgerOf(folder),
  };
}

/** Each ledger has a town of its own: the one of last time where LEDGER=fabric, or where there is no other. */
function folderOf({ folder, environment }: Io): string {
  const base = resolve(folder, environment['AGGREGORA_HOME'] ?? '.aggregora');
  const own = existsSync(join(base, 'ports.json'));
  if (environment['AGGREGORA_HOME'] !== undefined || (own && environment['LEDGER'] !== 'fabric')) return base;
  const others = join(base, 'on-fabric');
  if (!existsSync(others)) return base;
  const used = (name: string) => statSync(join(others, name)).mtimeMs;
  const towns = readdirSync(others).filter((name) => existsSync(join(others, name, 'ports.json')));
  const [newest] = towns.sort((a, b) => used(b) - used(a));
  return newest === undefined ? base : join(others, newest);
}

function ledgerOf(folder: string): LocalTown['ledger'] {
  const file = join(folder, 'ledger.json');
  if (!existsSync(file)) return undefined;
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
}

const url = (port: number) => `http://127.0.0.1:${String(port)}`;
