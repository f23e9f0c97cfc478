// The whole exchange on one machine: PostgreSQL, the exchange, a data end for each owner, compute nodes, the searcher's desk. Each a process with its own keys and database.
import { existsSync, readFileSync } from 'node:fs';
import type { Ledger } from '../domain/ledger/port';
import { type Postgres, startPostgres } from '../platform/postgres';
import { ledgerOf } from '../sdk/ledger';
import { makeKeys, saveKeys } from '../sdk/wallet/wallet';
import { type Keyring, readKeyring, secureAddress } from '../wire';
import { ownLedger, rememberLedger, type TownLedger } from './ledger';
import { type Home, isFree, type Ports, ports } from './places';
import { keyFile, OPERATOR, programPlans, secretsFile, url } from './plans';
import { type Program, startProgram } from './programs';

export { OPERATOR, remembered } from './plans';

export interface Town {
  readonly home: Home;
  readonly ports: Ports;
  readonly exchangeUrl: string;
  readonly deskUrl: string;
  /** The server that runs now: another one after `start('postgres')`. */
  readonly postgres: Postgres;
  dataEndUrl(owner: string): string;
  /** Where a participant's own program listens: an owner's data end, or a compute node; undefined without one. */
  addressOf(participant: string): string | undefined;
  /** The code of a program's own people. */
  deskCode(program: string): string;
  keys(participant: string): Promise<Keyring>;
  keyFile(participant: string): string;
  /** The ledger as this participant has it; the caller closes it. */
  ledger(participant: string): Promise<Ledger>;
  readonly programs: Map<string, Program>;
  /** Starts one program (or `postgres`) anew, on its port: after a crash, or because it was stopped. */
  start(name: string): Promise<void>;
  stop(): Promise<void>;
}

export type Say = (what: string) => void;

/** Everything but the desk is up when it returns: the desk needs a registered searcher. */
export async function openTown(
  home: Home,
  owners: readonly string[],
  searcher: string,
  say: Say,
  nodes: readonly string[] = [],
  ledger: TownLedger = ownLedger,
): Promise<Town> {
  rememberLedger(home, ledger);
  const known = existsSync(home.at('ports.json'));
  const chosen = await ports(home, owners, nodes);
  await portsMustBeFree(chosen, known);
  say('PostgreSQL');
  const database = { folder: home.at('postgres'), settings: { max_connections: 200 } };
  let postgres = await startPostgres(database);
  const programs = new Map<string, Program>();
  const town: Town = {
    home,
    ports: chosen,
    exchangeUrl: url(chosen.exchange),
    deskUrl: url(chosen.desk),
    get postgres() {
      return postgres;
    },
    dataEndUrl: (owner) => url(chosen.dataEnds[owner] ?? 0),
    addressOf: (participant) => {
      const [end, node] = [chosen.dataEnds[participant], chosen.nodes[participant]];
      if (node !== undefined) return secureAddress(url(node));
      return end === undefined ? undefined : url(end);
    },
    deskCode: (program) =>
      (JSON.parse(readFileSync(secretsFile(home, program), 'utf8')) as { deskCode: string }).deskCode,
    keyFile: (participant) => keyFile(home, participant),
    keys: async (participant) => {
      const file = keyFile(home, participant);
      await ensureKeys(file, participant, ledger);
      return readKeyring(file);
    },
    ledger: async (participant) =>
      ledgerOf(ledger.environment, url(chosen.exchange), await town.keys(participant), () => Date.now()),
    programs,
    start: async (name) => {
      if (name === 'postgres') {
        const { port } = postgres; // Addresses with this port are in every program's settings.
        await postgres.stop();
        postgres = await startPostgres({ ...database, port });
        return;
      }
      const plan = plans.get(name);
      if (plan === undefined) throw new Error(`No program is called ${name}.`);
      programs.set(name, await startProgram(plan));
    },
    stop: async () => {
      for (const program of [...programs.values()].reverse()) await program.stop();
      await postgres.stop();
      await ledger.stop();
    },
  };
  for (const participant of [OPERATOR, ...owners, ...nodes, searcher]) await town.keys(participant);
  const plans = await programPlans(home, chosen, { owners, searcher, nodes }, postgres, ledger.environment);
  try {
    const begin = (name: string): Promise<void> => {
      say(plans.get(name)?.name ?? name);
      return town.start(name);
    };
    await begin('exchange');
    // Two at once: more would only wait for one another, and each has a limit to wait for a sign of life.
    const others = [...owners, ...nodes];
    const one = async (): Promise<void> => {
      for (let name = others.shift(); name !== undefined; name = others.shift()) await begin(name);
    };
    const begun = await Promise.allSettled([one(), one()]);
    for (const each of begun) if (each.status === 'rejected') throw each.reason as Error;
  } catch (error) {
    await town.stop();
    throw error;
  }
  return town;
}

async function portsMustBeFree({ exchange, desk, dataEnds, nodes }: Ports, known: boolean): Promise<void> {
  for (const port of [exchange, desk, ...Object.values(dataEnds), ...Object.values(nodes)]) {
    if (!(await isFree(port))) {
      const other = known
        ? 'Stop the other program (perhaps an Aggregora that is still running), or use another folder: AGGREGORA_HOME=… npm start'
        : 'Try again';
      throw new Error(`Port ${String(port)} is in use, and this exchange is registered there. ${other}.`);
    }
  }
}

async function ensureKeys(file: string, participant: string, { ledgerKey }: TownLedger): Promise<void> {
  if (existsSync(file)) return;
  const keys = await makeKeys(participant, Date.now());
  const issued = await ledgerKey?.(participant, participant === OPERATOR);
  saveKeys(file, issued === undefined ? keys : { ...keys, ledger: issued });
}
