// Confidential questions at the desk: begun, kept at until they end, shown with their group.
import { Refusal } from '../../domain/refusals';
import type { ConfidentialAsking, ConfidentialOffice } from '../confidential/ask';
import type { ConfidentialShown } from '../confidential/book';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export class ConfidentialDesk {
  /** When (ms) a question is tried again, and how long it waits then. */
  private readonly again = new Map<string, { readonly at: number; readonly pauseMs: number }>();

  constructor(private readonly office: ConfidentialOffice | undefined) {}

  /** Written down and under way. Refuses MODE_NOT_OFFERED at a desk without confidential keys. */
  async begin(asking: ConfidentialAsking): Promise<{ readonly group: string; readonly xids: readonly string[] }> {
    if (this.office === undefined) throw new Refusal('MODE_NOT_OFFERED', { mode: asking.mode });
    const begun = await this.office.begin(asking);
    this.settle(this.office, begun.group);
    return begun;
  }

  /** What a crash left behind, or what a peer that was down kept from its end. */
  goOn(now: number): void {
    const { office } = this;
    if (office === undefined) return;
    for (const group of office.unsettled()) if (now >= (this.again.get(group)?.at ?? 0)) this.settle(office, group);
  }

  record(group: string): ConfidentialShown | undefined {
    return this.office?.record(group);
  }

  fitOf(group: string): string | undefined {
    return this.office?.fitOf(group);
  }

  /** Refuses EXCHANGE_UNKNOWN, NOT_ANCHORED_YET. */
  evidence(group: string, level: 'A' | 'B'): Uint8Array {
    if (this.office === undefined) throw new Refusal('EXCHANGE_UNKNOWN', { group });
    return this.office.kept(group, level);
  }

  async close(): Promise<void> {
    await this.office?.close();
  }

  private settle(office: ConfidentialOffice, group: string): void {
    // What ends a question is in the office's own book; what does not is tried again.
    office.settle(group).then(
      () => this.again.delete(group),
      () => {
        const pauseMs = Math.min(2 * (this.again.get(group)?.pauseMs ?? FIRST_PAUSE_MS / 2), LONGEST_PAUSE_MS);
        this.again.set(group, { at: performance.now() + pauseMs, pauseMs });
      },
    );
  }
}
