// The market's story in the town of npm start: both districts sell trips by mode to city-planning, whose book is open here.
import { Office } from '../../sdk/office';
import { templateId } from '../../domain/templates';
import { city } from '../samples/places';
import { offers } from '../samples/offers';
import { clientOf, SEARCHER } from '../story';
import type { Terminal } from '../terminal';
import { OPERATOR, type Town } from '../town';
import type { MarketContext, Place } from './market';

const TEMPLATE = 'trips-by-mode';
const purposes = ['work', 'school', 'shopping', 'care', 'leisure'] as const;

export interface MarketInTown {
  readonly context: MarketContext;
  readonly close: () => void;
}

/** After register, offer, publish, adopt and permit; the desk must be down, as one program holds the searcher's book. */
export async function marketInTown(town: Town, terminal: Terminal): Promise<MarketInTown> {
  const keys = await town.keys(SEARCHER);
  const bookFile = town.home.at('books', `${SEARCHER}.jsonl`);
  const ledger = await town.ledger(SEARCHER);
  const office = new Office({ exchangeUrl: town.exchangeUrl, keys, bookFile, ledger });
  const all = offers(city(), town.home.at('samples'));
  const place = (repository: string): Place => {
    const own = all.find(({ id }) => id === repository);
    const template = own?.templates.find(({ name }) => name === TEMPLATE);
    if (own === undefined || template === undefined) throw new Error(`${repository} does not adopt ${TEMPLATE}.`);
    return { owner: own.owner, repository, template: templateId(template), permit: `${repository}.${TEMPLATE}` };
  };
  const context: MarketContext = {
    client: (who) => clientOf(town, who),
    keys: (who) => town.keys(who),
    ledger,
    searcher: office.searcher,
    advance: () => office.advance(),
    parts: {
      operator: OPERATOR,
      buyer: SEARCHER,
      rival: 'statistics-bureau',
      auditor: 'audit-office',
      appraiser: 'university-statistics',
    },
    first: place('north-trips'),
    second: place('south-trips'),
    purpose: 'research',
    // Ten ages and five purposes: fifty questions, of which the story asks about thirty.
    parameters: (index) => ({ minAge: (index % 10) * 10, purpose: purposes[Math.floor(index / 10) % 5] ?? 'work' }),
    say: (line) => terminal.line(line),
    table: (head, rows) => terminal.table(head, rows),
  };
  return { context, close: () => office.close() };
}
