// Who waits for an answer is woken when it arrives here, and looks for itself now and then: another process may have brought it.
const LOOK_MS = 100;

export class Waiting {
  private readonly wakes = new Map<string, Set<() => void>>();

  /** Over when the answer came, when it is time to look again, or after `ms`. */
  for(xid: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const all = this.wakes.get(xid) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        all.delete(done);
        if (all.size === 0 && this.wakes.get(xid) === all) this.wakes.delete(xid);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, LOOK_MS));
      this.wakes.set(xid, all.add(done));
    });
  }

  /** Everybody who waits for this answer looks now. */
  over(xid: string): void {
    for (const wake of [...(this.wakes.get(xid) ?? [])]) wake();
  }
}
