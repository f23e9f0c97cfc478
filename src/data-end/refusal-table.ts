// Every refusal a data end can give, in one table; a code of two rooms is found when the program starts.
import { sourceRefusals } from '../adapters/sources';
import { canonicalRefusals } from '../domain/canonical';
import { confidentialRefusals } from '../domain/confidential';
import { elementRefusals } from '../domain/elements';
import { identityRefusals } from '../domain/identity';
import { ledgerRefusals } from '../domain/ledger';
import { permitRefusals } from '../domain/permits';
import { exchangeRefusals, receiptsRefusals } from '../domain/receipts';
import { safeAnswerRefusals } from '../domain/safe-answers';
import { templateRefusals } from '../domain/templates';
import { platformRefusals } from '../platform/errors/refusals';
import { merged, type RefusalTable } from '../platform/errors/table';
import { tokenRefusals } from '../platform/tokens/refusals';
import { wireRefusals } from '../wire';
import { ownerRefusals } from './owner/refusals';

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
    exchangeRefusals,
    safeAnswerRefusals,
    sourceRefusals,
    tokenRefusals,
    wireRefusals,
    ownerRefusals,
  );
