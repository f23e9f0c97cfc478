// Where the embedded set-up keeps everything: one folder, readable by its owner alone, and ports remembered between starts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { freePort } from '../platform/postgres';

export interface Home {
  readonly folder: string;
  /** A path below the folder. */
  at(...parts: readonly string[]): string;
}

/** `AGGREGORA_HOME`, or `.aggregora` where we stand. */
export function home(given = process.env['AGGREGORA_HOME']): Home {
  const folder = resolve(given ?? '.aggregora');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, at: (...parts) => join(folder, ...parts) };
}

const Ported = z.record(z.string(), z.int());
const Ports = z.strictObject({ exchange: z.int(), desk: z.int(), dataEnds: Ported, nodes: Ported.default({}) });
export type Ports = z.infer<typeof Ports>;

const FIRST = 3000;

/** The ports of last time; at the first start 3000 and its neighbours where they are free. Addresses are on the ledger, so they stay. */
export async function ports(home: Home, owners: readonly string[], nodes: readonly string[] = []): Promise<Ports> {
  const file = home.at('ports.json');
  const base = Number(process.env['AGGREGORA_PORT'] ?? FIRST);
  const chosen: Ports = existsSync(file)
    ? Ports.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { exchange: await freeOr(base), desk: await freeOr(base + 10), dataEnds: {}, nodes: {} };
  for (const [i, owner] of owners.entries()) chosen.dataEnds[owner] ??= await freeOr(base + 1 + i);
  for (const [i, node] of nodes.entries()) chosen.nodes[node] ??= await freeOr(base + 11 + i);
  writeFileSync(file, JSON.stringify(chosen), { mode: 0o600 });
  return chosen;
}

async function freeOr(port: number): Promise<number> {
  return (await isFree(port)) ? port : freePort();
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
