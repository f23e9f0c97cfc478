// Group commit: while one block is being written, whatever arrives waits together for the next.
const BLOCK_TRANSACTIONS = 512;

interface Ticket<T, R> {
  readonly id: string;
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

export class Queue<T, R> {
  private waiting: Ticket<T, R>[] = [];
  private running: Promise<void> | undefined;

  /** `write` takes a group of items and answers for each by id. */
  constructor(private readonly write: (items: readonly T[]) => Promise<ReadonlyMap<string, R>>) {}

  add(id: string, item: T): Promise<R> {
    const result = new Promise<R>((resolve, reject) => this.waiting.push({ id, item, resolve, reject }));
    this.running ??= this.run();
    return result;
  }

  /** Resolves when nothing is waiting or being written. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // let everything that arrives in this turn come along
    while (this.waiting.length > 0) await this.writeGroup(this.waiting.splice(0, BLOCK_TRANSACTIONS));
    this.running = undefined;
  }

  private async writeGroup(group: readonly Ticket<T, R>[]): Promise<void> {
    try {
      const results = await this.write(group.map(({ item }) => item));
      for (const { id, resolve, reject } of group) {
        const result = results.get(id);
        if (result === undefined) reject(new Error(`no result for ${id}`));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
