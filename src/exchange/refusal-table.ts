// Every refusal the exchange can give, in one table; a code of two rooms is found when the program starts.
import { canonicalRefusals } from '../domain/canonical';
import { confidentialRefusals } from '../domain/confidential';
import { elementRefusals } from '../domain/elements';
import { identityRefusals } from '../domain/identity';
import { ledgerRefusals } from '../domain/ledger';
import { marketDeskRefusals, marketRefusals } from '../domain/market';
import { permitRefusals } from '../domain/permits';
import { exchangeRefusals as recordRefusals, receiptsRefusals } from '../domain/receipts';
import { safeAnswerRefusals } from '../domain/safe-answers';
import { templateRefusals } from '../domain/templates';
import { platformRefusals } from '../platform/errors/refusals';
import { merged, type RefusalTable } from '../platform/errors/table';
import { tokenRefusals } from '../platform/tokens/refusals';
import { wireRefusals } from '../wire';
import { brokerRefusals } from './broker/refusals';
import { catalogRefusals } from './catalog/refusals';
import { participantRefusals } from './participants/refusals';
import { templateDeskRefusals } from './templates/refusals';

export const refusalTable = (): RefusalTable =>
  merged(
    platformRefusals,
    canonicalRefusals,
    confidentialRefusals,
    identityRefusals,
    ledgerRefusals,
    elementRefusals,
    templateRefusals,
    permitRefusals,
    receiptsRefusals,
    tokenRefusals,
    wireRefusals,
    participantRefusals,
    catalogRefusals,
    templateDeskRefusals,
    brokerRefusals,
    recordRefusals,
    safeAnswerRefusals,
    marketRefusals,
    marketDeskRefusals,
  );
