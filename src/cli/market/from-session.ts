// The market's context out of a command's session: signed in where keys are known, with a book only when a question is asked.
import { Refusal } from '../../domain/refusals';
import { Catalogue, Office } from '../../sdk';
import { ledgerOf } from '../../sdk/market';
import type { Session } from '../session';
import type { Asking } from './asking';
import type { Open } from './context';
import { shown } from './shown';

export const openFrom =
  (session: () => Session): Open =>
  () => {
    const own = session();
    const { exchangeUrl, keys, settings, show } = own;
    return {
      exchange: own.signedIn,
      keys,
      ledger: ledgerOf(exchangeUrl),
      language: settings.lang,
      print: (value) => show.result(value, () => shown(show, value)),
      asking: () => Promise.resolve(askingOf(own)),
    };
  };

function askingOf({ exchangeUrl, keys, bookFile, language, io, ownCatalogue }: Session): Asking {
  const office = new Office({ exchangeUrl, keys, bookFile, language, now: io.now });
  return {
    searcher: office.searcher,
    placeFor: async (repository, template, purpose) => {
      const permit = await permitFor(ownCatalogue, repository, template, purpose, io.now());
      return { owner: (await ownCatalogue.repository(repository)).owner, permit };
    },
    close: () => office.close(),
  };
}

/** Refuses PERMIT_MISSING: a product is bought, a permit is granted; both are needed. */
async function permitFor(
  catalogue: Catalogue,
  repository: string,
  template: string,
  purpose: string,
  now: number,
): Promise<string> {
  const found = (await catalogue.permits({ repository, template })).find(
    ({ state, document }) =>
      state === 'granted' && document.until > now && document.purposes.some((each) => each === purpose),
  );
  if (found === undefined) throw new Refusal('PERMIT_MISSING', { repository });
  return found.id;
}
