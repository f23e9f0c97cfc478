// The market's story in the town of npm start: north-district sells trips by mode to city-planning, whose book is open here.
import { ledgerOf } from '../../sdk/market';
import { Office } from '../../sdk/office';
import { templateId } from '../../domain/templates';
import { city } from '../samples/places';
import { offers } from '../samples/offers';
import { clientOf, SEARCHER } from '../story';
import { OPERATOR, type Town } from '../town';
import type { MarketContext } from './market';

const OWNER = 'north-district';
const REPOSITORY = 'north-trips';
const TEMPLATE = 'trips-by-mode';
const purposes = ['work', 'school', 'shopping', 'care', 'leisure'] as const;

export interface MarketInTown {
  readonly context: MarketContext;
  readonly close: () => void;
}

/** After register, offer, publish, adopt and permit; the desk must be down, as one program holds the searcher's book. */
export async function marketInTown(town: Town, say: (line: string) => void): Promise<MarketInTown> {
  const keys = await town.keys(SEARCHER);
  const bookFile = town.home.at('books', `${SEARCHER}.jsonl`);
  const office = new Office({ exchangeUrl: town.exchangeUrl, keys, bookFile });
  const own = offers(city(), town.home.at('samples')).find(({ id }) => id === REPOSITORY);
  const template = own?.templates.find(({ name }) => name === TEMPLATE);
  if (template === undefined) throw new Error(`${REPOSITORY} does not adopt ${TEMPLATE}.`);
  const context: MarketContext = {
    client: (who) => clientOf(town, who),
    keys: (who) => town.keys(who),
    ledger: ledgerOf(town.exchangeUrl),
    searcher: office.searcher,
    advance: () => office.advance(),
    parts: {
      operator: OPERATOR,
      owner: OWNER,
      buyer: SEARCHER,
      rival: 'south-district',
      auditor: 'audit-office',
      appraiser: 'university-statistics',
    },
    repository: REPOSITORY,
    template: templateId(template),
    permit: `${REPOSITORY}.${TEMPLATE}`,
    purpose: 'research',
    // Ten ages and five purposes: fifty questions, of which the story asks eighteen.
    parameters: (index) => ({ minAge: (index % 10) * 10, purpose: purposes[Math.floor(index / 10) % 5] ?? 'work' }),
    say,
  };
  return { context, close: () => office.close() };
}
