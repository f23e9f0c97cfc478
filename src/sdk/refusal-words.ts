// Refusals in words, for people who use the SDK: every code that can stand in a signed answer, and the SDK's own.
import { canonicalRefusals } from '../domain/canonical';
import { confidentialRefusals } from '../domain/confidential';
import { elementRefusals } from '../domain/elements';
import { identityRefusals } from '../domain/identity';
import { ledgerRefusals } from '../domain/ledger';
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
