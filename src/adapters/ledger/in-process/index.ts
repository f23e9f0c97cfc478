// The ledger in memory, for tests: the same chain, rules and MVCC, and nothing survives the process.
import { readHeader, type Block } from '../../../domain/ledger/blocks';
import type { Versioned } from '../../../domain/ledger/judge';
import { ChainLedger, type ChainOptions, type Founding } from '../chain/ledger';
import type { ChainStore, ChainWriter, Recorded } from '../chain/store';

/** Opens a fresh ledger in memory, founded by the operator. */
export function inProcessLedger(
  options: Pick<ChainOptions, 'operator' | 'random'>,
  founding: Founding,
): Promise<ChainLedger> {
  return ChainLedger.open({ ...options, kind: 'in-process', store: new MemoryStore() }, founding);
}

/** Blocks in an array. Public for tests that break what is stored. */
export class MemoryStore implements ChainStore, ChainWriter {
  readonly blocks: Block[] = [];
  readonly state = new Map<string, Versioned>();
  private readonly places = new Map<string, Recorded>();
  private turn: Promise<unknown> = Promise.resolve();

  head() {
    return Promise.resolve(this.blocks.at(-1));
  }

  entries(keys: readonly string[]) {
    const found = keys.flatMap((key) => {
      const entry = this.state.get(key);
      return entry === undefined ? [] : [[key, entry] as const];
    });
    return Promise.resolve(new Map(found));
  }

  find(ids: readonly string[]) {
    const found = ids.flatMap((id) => {
      const place = this.places.get(id);
      return place === undefined ? [] : [[id, place] as const];
    });
    return Promise.resolve(new Map(found));
  }

  list(prefix: string, after: string, limit: number) {
    const keys = [...this.state.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const entries = keys.slice(0, limit).flatMap((key) => {
      const entry = this.state.get(key);
      return entry === undefined ? [] : [{ key, ...entry }];
    });
    return Promise.resolve(entries);
  }

  events(above: number, blocks: number) {
    const wanted = this.blocks
      .slice(above + 1)
      .filter((block) => block.transactions.some((t) => t.verdict.events.length > 0));
    const events = wanted
      .slice(0, blocks)
      .flatMap(({ header, transactions }) =>
        transactions.flatMap(({ verdict, by }, index) =>
          verdict.events.map(({ type, key }) => ({ height: readHeader(header).height, index, type, key, by })),
        ),
      );
    return Promise.resolve(events);
  }

  block(height: number) {
    return Promise.resolve(this.blocks[height]);
  }

  headers(from: number, limit: number) {
    return Promise.resolve(this.blocks.slice(from, from + limit));
  }

  append(block: Block, height: number) {
    this.blocks.push(block);
    block.transactions.forEach(({ id, verdict }, index) => {
      this.places.set(id, { id, height, index, code: verdict.code });
      for (const { key, value } of verdict.writes) this.state.set(key, { value, height, index });
    });
    return Promise.resolve();
  }

  exclusively<T>(work: (writer: ChainWriter) => Promise<T>): Promise<T> {
    const mine = this.turn.then(() => work(this));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  close() {
    return Promise.resolve();
  }
}
