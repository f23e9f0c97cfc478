// Every refusal a compute node can give, in one table.
import { canonicalRefusals } from '../domain/canonical';
import { confidentialRefusals } from '../domain/confidential';
import { identityRefusals } from '../domain/identity';
import { ledgerRefusals } from '../domain/ledger';
import { platformRefusals } from '../platform/errors/refusals';
import { merged, type RefusalTable } from '../platform/errors/table';
import { tokenRefusals } from '../platform/tokens/refusals';
import { wireRefusals } from '../wire';

export const refusalTable = (): RefusalTable =>
  merged(
    platformRefusals,
    canonicalRefusals,
    identityRefusals,
    ledgerRefusals,
    confidentialRefusals,
    tokenRefusals,
    wireRefusals,
  );
