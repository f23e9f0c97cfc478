// The town on stage: real programs in a temporary folder, the sample offers with few residents, everything registered, adopted and permitted.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Template, templateId } from '../../../src/domain/templates';
import { home, isFree } from '../../../src/launch/places';
import { generated, type Offer, offers } from '../../../src/launch/samples/offers';
import { city } from '../../../src/launch/samples/places';
import { tripColumns, trips, writeCsv } from '../../../src/launch/samples/population';
import { fillSouth } from '../../../src/launch/samples/prepare';
import { adoptAndPermit, offer, publish, register, SEARCHER } from '../../../src/launch/story';
import { openTown, remembered, type Town } from '../../../src/launch/town';
import { type FabricStage, fabricStage } from './fabric';

const RESIDENTS = 1_500;

export interface Stage {
  readonly town: Town;
  readonly owners: readonly string[];
  /** Template ids by name. */
  readonly templates: ReadonlyMap<string, string>;
  readonly bookFile: string;
  /** Only with `--ledger fabric`. */
  readonly fabric: FabricStage | undefined;
  /** Stops everything and removes the folder. */
  clear(): Promise<void>;
}

export type Say = (what: string) => void;

/** The desk is open when it returns. */
export async function setStage(repositories: readonly string[], say: Say, onFabric = false): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-kills-'));
  chmodSync(folder, 0o711); // The database's account must reach its cluster below.
  process.env['AGGREGORA_PORT'] ??= String(await lowPort());
  const place = city();
  const all = offers(place, join(folder, 'samples')).filter(({ id }) => repositories.includes(id));
  const owners = [...new Set(all.map(({ owner }) => owner))];
  const fabric = onFabric ? await fabricStage(folder, say) : undefined;
  const town = await openTown(home(folder), owners, SEARCHER, say, [], fabric?.ledger);
  const clear = async () => {
    await town.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    say('sample data');
    await fill(town, place);
    const templates = await open(town, all, say);
    return { town, owners, templates, bookFile: town.home.at('books', `${SEARCHER}.jsonl`), fabric, clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function fill(town: Town, place: ReturnType<typeof city>): Promise<void> {
  const folder = town.home.at('samples');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeCsv(generated(folder).northTrips, tripColumns, trips(1, RESIDENTS, 'N', place.north));
  const urlOf = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${String(town.postgres.port)}/${database}`;
  const password = remembered(town.home.at('secrets', 'south-reader'));
  const size = { residents: RESIDENTS, callers: 100 };
  await fillSouth(town.postgres.url(), urlOf, folder, place, password, () => undefined, size);
}

async function open(town: Town, all: readonly Offer[], say: Say): Promise<ReadonlyMap<string, string>> {
  say('participants, repositories, templates, permits');
  await register(town);
  const templates = new Map<string, Template>(
    all.flatMap((one) => one.templates.map((each) => [templateId(each), each])),
  );
  await Promise.all(all.map((one) => offer(town, one)));
  for (const template of templates.values()) await publish(town, template);
  for (const one of all) await adoptAndPermit(town, one);
  say('the desk');
  await town.start('desk');
  return new Map([...templates].map(([id, { name }]) => [name, id]));
}

/** Below the range from which the kernel takes ports for outgoing connections: a killed program's port must stay its own. */
async function lowPort(): Promise<number> {
  for (let port = 21_000 + 20 * (process.pid % 400); ; port += 20) if (await isFree(port)) return port;
}
