// Brings a town up to the first question: programs, sample data, participants, repositories, reviewed templates, permits.
import { templateId } from '../domain/templates';
import { chosenLedger, type TownLedger } from './ledger';
import { home } from './places';
import { type Offer, offers, owners } from './samples/offers';
import { city } from './samples/places';
import { fillSouth, writeFiles } from './samples/prepare';
import { adoptAndPermit, computeNodes, offer, people, publish, register, SEARCHER } from './story';
import type { Terminal } from './terminal';
import { openTown, remembered, type Town } from './town';

export interface Ready {
  readonly town: Town;
  readonly all: readonly Offer[];
}

/** Everything but the desk is up and told. Doing it again finds what is there. When it fails, nothing is left running. */
export async function setUp(terminal: Terminal): Promise<Ready> {
  const town = await open(terminal);
  try {
    const all = await prepare(terminal, town);
    await introduce(terminal, town, all);
    return { town, all };
  } catch (error) {
    await town.stop();
    throw error;
  }
}

async function open(terminal: Terminal): Promise<Town> {
  const ledger = await onWhich(terminal);
  return terminal.step(
    'started PostgreSQL, the exchange, three data ends and three compute nodes, each with its own keys and database',
    () =>
      openTown(
        home(process.env['AGGREGORA_HOME'] ?? ledger.folder),
        owners,
        SEARCHER,
        () => undefined,
        computeNodes,
        ledger,
      ),
  );
}

async function onWhich(terminal: Terminal): Promise<TownLedger> {
  const choose = () => chosenLedger(process.env, (step) => terminal.note(`Fabric network: ${step}`));
  if (process.env['LEDGER'] !== 'fabric') return choose();
  return terminal.step('the ledger is a Hyperledger Fabric channel of three organisations', choose);
}

async function prepare(terminal: Terminal, town: Town): Promise<readonly Offer[]> {
  const place = city();
  const folder = town.home.at('samples');
  terminal.title('Sample data (the city is synthetic, and says so; flights, weather and survey are real)');
  await writeFiles(folder, place, (...told) => terminal.progress(...told));
  const urlOf = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${String(town.postgres.port)}/${database}`;
  const password = remembered(town.home.at('secrets', 'south-reader'));
  await fillSouth(town.postgres.url(), urlOf, folder, place, password, (...told) => terminal.progress(...told));
  return offers(place, folder);
}

async function introduce(terminal: Terminal, town: Town, all: readonly Offer[]): Promise<void> {
  terminal.title('Three owners, three compute nodes, two reviewers, a searcher and an auditor take part');
  await terminal.step(
    `${String(people.length)} organisations apply with their keys; the operator records them on the ledger`,
    () => register(town),
  );
  for (const one of all) {
    await terminal.step(`${one.owner} announces ${one.id}: ${one.metadata.title.en}`, () => offer(town, one));
  }
  terminal.title('Questions are published, reviewed and adopted');
  const templates = new Map(
    all.flatMap(({ templates: own }) => own.map((template) => [templateId(template), template] as const)),
  );
  for (const template of templates.values()) {
    await terminal.step(`“${template.title.en}”: written, signed by two reviewers, on the ledger`, () =>
      publish(town, template),
    );
  }
  for (const one of all)
    await terminal.step(`${one.owner} adopts ${String(one.templates.length)} for ${one.id} and grants a permit`, () =>
      adoptAndPermit(town, one),
    );
}
