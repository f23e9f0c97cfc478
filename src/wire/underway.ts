// Work under a name, once at a time in this process: whoever asks for it meanwhile waits for the same work and gets what it brings.
export class Underway<T> {
  private readonly works = new Map<string, Promise<T>>();

  /** The work that is under way, or `begin`'s. Forgotten when it ends, however it ends. */
  of(name: string, begin: () => Promise<T>): Promise<T> {
    const first = this.works.get(name);
    if (first !== undefined) return first;
    const work = begin().finally(() => this.works.delete(name));
    this.works.set(name, work);
    return work;
  }

  has(name: string): boolean {
    return this.works.has(name);
  }
}
