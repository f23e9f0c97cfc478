// Between the peer's private data and the rules: one implicit collection an organisation, written once, purged for good.
import type { ChaincodeStub } from 'fabric-shim';
import type { State } from '../../src/domain/ledger';
import { openingReads } from '../../src/domain/ledger/openings';
import { Slug } from '../../src/domain/ledger/shapes';
import { refuse } from '../../src/domain/ledger/state';
import { stateOf } from './state';

/** Exists for every member without being defined. Only that member's peers hold it, and only their endorsement can write it. */
export function collectionOf(mspId: string): string {
  return /^[A-Za-z0-9.-]{1,60}$/.test(mspId)
    ? `_implicit_org_${mspId}`
    : refuse('LEDGER_COMMAND_UNKNOWN', { fields: 'mspId' });
}

/** What was sent to the endorsers alone: it is part of no transaction. */
export const transientOf = (stub: ChaincodeStub, name: string): Uint8Array | undefined => stub.getTransient().get(name);

export function publicStateOf(stub: ChaincodeStub, appointment: string, by: string): Promise<State> {
  if (!Slug.safeParse(by).success) refuse('LEDGER_COMMAND_UNKNOWN', { fields: 'by' });
  return stateOf(stub, openingReads(appointment, by));
}

/** The hash stands on every peer, so it tells whether there is one already; two at once conflict. */
export async function keepOnce(stub: ChaincodeStub, collection: string, key: string, value: Uint8Array): Promise<void> {
  if ((await stub.getPrivateDataHash(collection, key)).length > 0) refuse('LEDGER_ALREADY_RECORDED');
  await stub.putPrivateData(collection, key, value);
}

export async function forget(stub: ChaincodeStub, collection: string, key: string): Promise<void> {
  if ((await stub.getPrivateDataHash(collection, key)).length === 0) refuse('LEDGER_ENTRY_UNKNOWN');
  await stub.purgePrivateData(collection, key);
}
