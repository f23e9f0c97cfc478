// One transaction's fate in a block: read versions first, as Fabric's validators do, then the rules.
import type { JsonObject } from '../canonical';
import { Refusal } from '../refusals';
import { apply } from './apply';
import type { Effects, State } from './state';
import type { TransactionBody, Version } from './transaction';

export interface Versioned extends Version {
  readonly value: JsonObject;
}
export type VersionedState = ReadonlyMap<string, Versioned>;

/** `VALID`, or the code of the refusal that stands in the block instead of writes. */
export interface Verdict extends Effects {
  readonly code: string;
}

/** Deterministic from body, place and state, so that anyone who has the chain can judge again. */
export function judge(body: TransactionBody, txId: string, height: number, state: VersionedState): Verdict {
  if (!body.reads.every(({ key, version }) => sameVersion(version, state.get(key)))) return invalid('LEDGER_CONFLICT');
  const { command, by, certificate } = body;
  try {
    return { code: 'VALID', ...apply(command, { by, certificate, txId, height }, valuesOf(state)) };
  } catch (error) {
    if (error instanceof Refusal) return invalid(error.code);
    throw error;
  }
}

const invalid = (code: string): Verdict => ({ code, writes: [], events: [] });

function sameVersion(read: Version | null, present: Versioned | undefined): boolean {
  if (read === null || present === undefined) return read === null && present === undefined;
  return read.height === present.height && read.index === present.index;
}

export function valuesOf(state: VersionedState): State {
  return new Map([...state].map(([key, { value }]) => [key, value]));
}
