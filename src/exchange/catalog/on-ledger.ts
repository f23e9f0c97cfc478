// The rule of the catalogue: a document enters only if the ledger already names its hash, under the owner who sends it.
import { Refusal } from '../../domain/refusals';
import type { Ledger } from '../../domain/ledger/port';

/** The ledger value under `key` if its `field` equals `expected` (and `owner`, when asked). Refuses LEDGER_ENTRY_MISSING, NOT_YOURS. */
export async function onLedger(
  ledger: Ledger,
  key: string,
  field: string,
  expected: string,
  owner?: { field: string; is: string },
) {
  const entry = await ledger.read(key);
  if (entry?.value[field] !== expected) throw new Refusal('LEDGER_ENTRY_MISSING', { key });
  if (owner !== undefined && entry.value[owner.field] !== owner.is) throw new Refusal('NOT_YOURS', { key });
  return entry;
}
