// A searcher's confidential questions, written down before they are sent: a crash anywhere, and asking goes on from here.
import type { Json } from '../../domain/canonical';
import type { Question, Signed } from '../../domain/confidential';
import { Refusal, type RefusalDetails } from '../../domain/refusals';
import { Journal } from '../book/journal';
import type { ConfidentialAsking } from './asking';

export interface AskedEntry {
  readonly t: 'asked';
  readonly group: string;
  readonly at: number;
  readonly asking: ConfidentialAsking;
  readonly question: Signed<Question>;
  /** One signed dx/1 request a repository. */
  readonly requests: readonly { readonly xid: string; readonly bytes: string; readonly statement: string }[];
  /** The question is one round of a fit, which goes by the group of its first round; `most` rounds at most. */
  readonly fit?: { readonly group: string; readonly most: number };
}
/** The safe answer; its evidence was saved before this was written. */
interface AnsweredEntry {
  readonly t: 'answered';
  readonly group: string;
  readonly body: Json;
  readonly evidence: string;
}
interface RefusedEntry {
  readonly t: 'refused';
  readonly group: string;
  readonly code: string;
  readonly details: RefusalDetails;
}
/** How a fit ended: its figures and the evidence of all rounds, or what stopped it with the figures so far. */
interface FitEntry {
  readonly t: 'fit';
  readonly group: string;
  readonly end: FitEnd | undefined;
}
export interface FitEnd {
  readonly body?: Json;
  readonly evidence?: string;
  readonly refusal?: { readonly code: string; readonly details: RefusalDetails };
}
type Entry = AskedEntry | AnsweredEntry | RefusedEntry | FitEntry;

export interface ConfidentialRecord extends Omit<AskedEntry, 't'> {
  readonly body?: Json;
  /** The file with level B evidence. */
  readonly evidence?: string;
  readonly refusal?: { readonly code: string; readonly details: RefusalDetails };
  /** Of a fit's first round. */
  readonly end?: FitEnd | undefined;
}

/** A record as it is shown: a fit's first round stands for the fit. */
export interface ConfidentialShown extends ConfidentialRecord {
  readonly rounds?: { readonly done: number; readonly most: number };
  /** Figures of a fit that was stopped. */
  readonly soFar?: Json;
}

export class ConfidentialBook {
  private readonly records = new Map<string, ConfidentialRecord>();

  private constructor(private readonly journal: Journal<Entry>) {
    for (const entry of journal.entries) this.replay(entry);
  }

  /** Refuses BOOK_IN_USE, BOOK_DAMAGED. */
  static open(file: string): ConfidentialBook {
    return new ConfidentialBook(Journal.open<Entry>(file));
  }

  write(entry: Entry): void {
    this.journal.append(entry);
    this.replay(entry);
  }

  /** Refuses EXCHANGE_UNKNOWN. */
  one(group: string): ConfidentialRecord {
    const record = this.records.get(group);
    if (record === undefined) throw new Refusal('EXCHANGE_UNKNOWN', { group });
    return record;
  }

  has(group: string): boolean {
    return this.records.has(group);
  }

  /** Questions of a fit, oldest first. */
  ofFit(group: string): readonly ConfidentialRecord[] {
    return this.all().filter(({ fit }) => fit?.group === group);
  }

  /** Oldest first. */
  all(): readonly ConfidentialRecord[] {
    return [...this.records.values()];
  }

  close(): void {
    this.journal.close();
  }

  private replay(entry: Entry): void {
    if (entry.t === 'asked') {
      const { t: _t, ...record } = entry;
      this.records.set(entry.group, record);
      return;
    }
    if (entry.t === 'fit') {
      this.records.set(entry.group, { ...this.one(entry.group), end: entry.end });
      return;
    }
    const ended =
      entry.t === 'answered'
        ? { body: entry.body, evidence: entry.evidence }
        : { refusal: { code: entry.code, details: entry.details } };
    this.records.set(entry.group, { ...this.one(entry.group), ...ended });
  }
}
