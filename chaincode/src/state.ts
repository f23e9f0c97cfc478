// Between the peer's state and the rules: canonical JSON under each key, write-once left to the rules, one event a transaction.
import type { ChaincodeStub } from 'fabric-shim';
import { canonicalBytes, canonicalText, readCanonical, type Json, type JsonObject } from '../../src/domain/canonical';
import type { Effects, State } from '../../src/domain/ledger';

/** More raw reads than this and Fabric hashes them into a tree, where the reader can no longer see versions. */
const PAGE = 50;

/** Present values of exactly these keys; each read stands in the transaction's read set. */
export async function stateOf(stub: ChaincodeStub, keys: readonly string[]): Promise<State> {
  const values = await Promise.all(keys.map((key) => stub.getState(key)));
  return new Map(
    keys.flatMap((key, at): [string, JsonObject][] => {
      const bytes = values[at];
      return bytes === undefined || bytes.length === 0 ? [] : [[key, readCanonical(bytes) as JsonObject]];
    }),
  );
}

export async function write(stub: ChaincodeStub, { writes, events }: Effects, by: string): Promise<void> {
  for (const { key, value } of writes) await stub.putState(key, canonicalBytes(value));
  const [first] = events;
  // Fabric keeps one event a transaction: it is named after the first and carries them all.
  if (first !== undefined) stub.setEvent(first.type, canonicalBytes({ by, events: events as unknown as Json }));
}

/** JSON list of [key, value]. A range is read here and nowhere else: this transaction is never submitted. */
export async function pageOf(stub: ChaincodeStub, prefix: string, after: string): Promise<string> {
  const start = after > prefix ? `${after}\u0000` : prefix;
  const { iterator } = await stub.getStateByRangeWithPagination(start, endOf(prefix), PAGE, '');
  const pairs: [string, Json][] = [];
  for (let step = await iterator.next(); !step.done; step = await iterator.next())
    pairs.push([step.value.key, readCanonical(step.value.value)]);
  await iterator.close();
  return canonicalText(pairs);
}

/** The first key after all that start with the prefix; keys are ASCII. */
const endOf = (prefix: string): string =>
  prefix === '' ? '' : `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
