// Where a command's settings come from: options, environment, configuration file, local town; the first that says something wins.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { LedgerChoice } from '../../sdk';
import { UsageError } from '../exits';
import type { Io } from '../io';
import { findTown, type LocalTown } from './local-town';

const Config = z.strictObject({
  exchange: z.string().optional(),
  keys: z.string().optional(),
  book: z.string().optional(),
  lang: z.enum(['en', 'zh']).optional(),
  desk: z.string().optional(),
  deskCode: z.string().optional(),
  operator: z.string().optional(),
  trust: z.string().optional(),
});
type Config = z.infer<typeof Config>;

const Ledgers = z.object(LedgerChoice);

export interface Given {
  readonly exchange?: string;
  readonly keys?: string;
  readonly as?: string;
  readonly book?: string;
  readonly lang?: 'en' | 'zh';
  readonly json?: boolean;
}

export interface Settings {
  readonly exchange: string | undefined;
  readonly keys: string | undefined;
  readonly book: string | undefined;
  readonly lang: 'en' | 'zh';
  readonly json: boolean;
  readonly desk: { readonly url: string; readonly code: string } | undefined;
  readonly operator: string;
  readonly trust: string | undefined;
  /** From LEDGER and FABRIC_PROFILE, or as the local town was started. */
  readonly ledger: z.infer<typeof Ledgers>;
  /** Set only when no other exchange was named. */
  readonly town: LocalTown | undefined;
}

export function readSettings(io: Io, given: Given): Settings {
  const config = readConfig(io);
  const env = (name: string) => io.environment[`AGGREGORA_${name}`];
  const found = findTown(io);
  const named = given.exchange ?? env('EXCHANGE') ?? config.exchange;
  const town = named === undefined || named.replace(/\/$/, '') === found?.exchange ? found : undefined;
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(io.folder, file));
  const keys = path(given.keys ?? (given.as === undefined ? (env('KEYS') ?? config.keys) : undefined));
  const own = keys ?? town?.keys(given.as ?? town.searcher);
  const book = path(given.book ?? env('BOOK') ?? config.book);
  return {
    exchange: (named ?? town?.exchange)?.replace(/\/$/, ''),
    keys: own,
    book: book ?? town?.book(given.as ?? town.searcher),
    lang: given.lang ?? languageOf(env('LANG')) ?? config.lang ?? languageOf(io.environment['LANG']) ?? 'en',
    json: given.json === true,
    desk: deskOf(env('DESK') ?? config.desk, env('DESK_CODE') ?? config.deskCode) ?? deskOfTown(town, own, book),
    operator: config.operator ?? 'aggregora-operator',
    trust: path(config.trust),
    ledger: ledgerOf(io, town),
    town,
  };
}

function readConfig(io: Io): Config {
  const folder = io.environment['XDG_CONFIG_HOME'] ?? join(io.home, '.config');
  const file = io.environment['AGGREGORA_CONFIG'] ?? join(folder, 'aggregora', 'config.json');
  if (!existsSync(file)) return {};
  try {
    return Config.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new UsageError(`The configuration file ${file} cannot be read: ${why}`, `无法读取配置文件 ${file}：${why}`);
  }
}

function ledgerOf({ environment }: Io, town: LocalTown | undefined): z.infer<typeof Ledgers> {
  const own = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  const read = Ledgers.safeParse({ ...(own['LEDGER'] === 'embedded' ? {} : town?.ledger), ...own });
  if (read.success) return read.data;
  throw new UsageError('LEDGER is embedded or fabric.', 'LEDGER 只能是 embedded 或 fabric。');
}

const languageOf = (text: string | undefined) => {
  if (text === undefined || text === '') return undefined;
  return text.startsWith('zh') ? 'zh' : 'en';
};

const deskOf = (url: string | undefined, code: string | undefined) =>
  url === undefined || code === undefined ? undefined : { url, code };

/** The town's desk serves one searcher, from one book: asking for another means another way. */
function deskOfTown(town: LocalTown | undefined, keys: string | undefined, book: string | undefined) {
  if (town === undefined || keys !== town.keys(town.searcher)) return undefined;
  return book === undefined || book === town.book(town.searcher) ? town.desk : undefined;
}
