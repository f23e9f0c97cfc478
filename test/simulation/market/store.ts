// A store in memory with the one promise the real one makes: a step and its effects are written together, once.
import { createHash } from 'node:crypto';
import { canonicalText } from '../../../src/domain/canonical';
import type { Hold, Pool } from '../../../src/domain/market/holds';
import { currenciesOff, post, type Balances, type Entry } from '../../../src/domain/market/journal';
import { asJson } from '../../../src/domain/market/prices';
import type { Saga } from '../../../src/domain/market/saga';
import type { Chance } from '../../attacks/market/chance';

export interface Change {
  readonly entries?: readonly Entry[];
  readonly sagas?: readonly Saga[];
  readonly holds?: readonly Hold[];
  readonly pools?: readonly Pool[];
  /** Rows of other kinds, applied with the rest. */
  readonly also?: () => void;
}

class Crash extends Error {}

export class Store {
  readonly sagas = new Map<string, Saga>();
  readonly holds = new Map<string, Hold>();
  readonly pools = new Map<string, Pool>();
  readonly entries: Entry[] = [];
  balances: Balances = new Map();
  crashes = 0;
  steps = 0;
  /** Steps after which some currency did not sum to zero. */
  unbalanced = 0;
  private readonly done = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly hash = createHash('sha256');

  constructor(
    private readonly chance: Chance,
    private readonly crashPerMille: number,
  ) {}

  /** Runs the step until it is written; power fails before and after writes, and what was written is not written again. */
  durable(id: string, decide: () => Change): void {
    for (;;) {
      try {
        this.attempt(id, decide);
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        this.crashes += 1;
      }
    }
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }

  private attempt(id: string, decide: () => Change): void {
    if (this.done.has(id)) return;
    const change = decide();
    this.maybeCrash();
    this.apply(id, change);
    this.maybeCrash();
  }

  private apply(id: string, { entries = [], sagas = [], holds = [], pools = [], also }: Change): void {
    const balances = entries.reduce(post, this.balances); // a refusal here leaves everything as it was
    for (const each of entries) if (this.ids.has(each.id)) throw new Error(`entry ${each.id} twice`);
    this.balances = balances;
    for (const each of entries) this.ids.add(each.id);
    this.entries.push(...entries);
    for (const each of sagas) this.sagas.set(each.id, each);
    for (const each of holds) this.holds.set(each.id, each);
    for (const each of pools) this.pools.set(each.id, each);
    also?.();
    this.done.add(id);
    this.steps += 1;
    if (currenciesOff(entries).length > 0 || !this.zero()) this.unbalanced += 1;
    this.hash.update(`${canonicalText(asJson({ id, entries, sagas, holds, pools }))}\n`);
  }

  /** Σ of all balances per currency, from the projection, not from the entries. */
  zero(): boolean {
    const sums = new Map<string, bigint>();
    for (const [key, minor] of this.balances) {
      const currency = key.slice(key.lastIndexOf('|') + 1);
      sums.set(currency, (sums.get(currency) ?? 0n) + minor);
    }
    return [...sums.values()].every((sum) => sum === 0n);
  }

  private maybeCrash(): void {
    if (this.chance.perMille(this.crashPerMille)) throw new Crash();
  }
}
