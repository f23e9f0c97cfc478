// Refusals in words, for people who use the SDK: every code that can stand in a signed answer, the market's rules, and the SDK's own.
import { canonicalRefusals } from '../domain/canonical';
import { confidentialRefusals } from '../domain/confidential';
import { elementRefusals } from '../domain/elements';
import { identityRefusals } from '../domain/identity';
import { ledgerRefusals } from '../domain/ledger';
import { marketDeskRefusals, marketRefusals } from '../domain/market';
import { permitRefusals } from '../domain/permits';
import { exchangeRefusals, receiptsRefusals } from '../domain/receipts';
import type { RefusalRow } from '../domain/refusals';
import { safeAnswerRefusals } from '../domain/safe-answers';
import { templateRefusals } from '../domain/templates';
import { wireRefusals } from '../wire';
import { sdkRefusals } from './refusals';

const tables = [
  canonicalRefusals,
  confidentialRefusals,
  elementRefusals,
  identityRefusals,
  ledgerRefusals,
  marketDeskRefusals,
  marketRefusals,
  permitRefusals,
  exchangeRefusals,
  receiptsRefusals,
  safeAnswerRefusals,
  templateRefusals,
  wireRefusals,
  sdkRefusals,
];

export const refusalWords: ReadonlyMap<string, RefusalRow> = new Map(
  tables.flatMap((table) => Object.entries<RefusalRow>(table)),
);
