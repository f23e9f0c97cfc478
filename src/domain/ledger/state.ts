// What a rule sees and what it may say: a slice of state in, writes and events out, nothing else.
import type { JsonObject } from '../canonical';
import { Refusal } from '../refusals';
import type { CommandOf, CommandType } from './commands';
import type { LedgerRefusalCode } from './refusals';

/** Present values of the keys that `keysOf` named; a missing key is absent from the map. */
export type State = ReadonlyMap<string, JsonObject>;

export interface Context {
  /** The participant that signed. */
  readonly by: string;
  /** x5t#S256 of the certificate it signed with. */
  readonly certificate: string;
  readonly txId: string;
  /**
   * A height no rule may write down, only compare: on Fabric it is the endorser's, and two endorsers may differ by one.
   * 0 is the founding block alone.
   */
  readonly height: number;
}

export interface Write {
  readonly key: string;
  readonly value: JsonObject;
}

export interface Effects {
  readonly writes: readonly Write[];
  readonly events: readonly { readonly type: string; readonly key: string }[];
}

/** The two questions every command answers: what must be read, and what follows from it. */
export interface Rule<T extends CommandType> {
  keys(command: CommandOf<T>, by: string): readonly string[];
  apply(command: CommandOf<T>, context: Context, state: State): Effects;
}

/** Refuses with a code of this room's table; details are ids and numbers only. */
export function refuse(code: LedgerRefusalCode, details: Readonly<Record<string, string | number>> = {}): never {
  throw new Refusal(code, details);
}

/** The value under a key, or the refusal given. */
export function need<V extends JsonObject>(state: State, key: string, code: LedgerRefusalCode): V {
  const value = state.get(key);
  if (value === undefined) return refuse(code, { key });
  return value as V;
}

/** Write-once: read, refuse if present. */
export function mustBeAbsent(state: State, key: string, code: LedgerRefusalCode = 'LEDGER_ALREADY_RECORDED'): void {
  if (state.has(key)) refuse(code, { key });
}

/** The usual effect: some writes, and one event about the first of them. */
export function effects(type: CommandType, first: Write, ...more: readonly Write[]): Effects {
  return { writes: [first, ...more], events: [{ type, key: first.key }] };
}

/** A value without its undefined fields, which canonical JSON has no word for. */
export function without<V extends Readonly<Record<string, unknown>>>(value: V): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as JsonObject;
}

export function termMustHold(from: number, until: number | undefined): void {
  if (until !== undefined && until <= from) refuse('LEDGER_TERM_EMPTY', { from, until });
}
