// Asking with the book in our own hand: only one program may hold it, so a desk that runs makes this refuse BOOK_IN_USE.
import type { PartName } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import {
  type Asking,
  type ConfidentialAsking,
  ConfidentialOffice,
  groupList,
  groupView,
  type Groups,
  type GroupView,
  Office,
  type Ordered,
  PeerRefusal,
  type Purchase,
  refusalWords,
} from '../../sdk';
import type { Session } from '../session';
import type { Asker } from './asker';

export class BookAsker implements Asker {
  private readonly office: Office;
  private readonly confidential: ConfidentialOffice;
  private readonly failures = new Map<string, Refusal>();
  private under: Promise<unknown>[] = [];

  constructor(session: Session) {
    const { exchangeUrl, keys, bookFile, ledger, language, io } = session;
    this.office = new Office({ exchangeUrl, keys, bookFile, ledger, language, now: io.now });
    this.confidential = new ConfidentialOffice(this.office);
  }

  async ask(asking: Asking | ConfidentialAsking): Promise<string> {
    if ('mode' in asking) {
      const { group } = await this.confidential.begin(asking);
      this.bring(group);
      return group;
    }
    const { group, xids } = await this.office.begin(asking);
    for (const xid of xids) this.settle(xid);
    return group;
  }

  async buy(purchase: Purchase): Promise<Ordered> {
    const ordered = await this.office.market.buy(purchase);
    this.settle(ordered.xid);
    return ordered;
  }

  async one(group: string): Promise<GroupView> {
    const record = this.confidential.record(group);
    const view = await groupView(this.office, group, (code) => refusalWords.get(code), record);
    const ended = record?.refusal && new Refusal(record.refusal.code, record.refusal.details);
    const failed =
      ended ??
      this.failures.get(group) ??
      view.records.map(({ xid }) => this.failures.get(xid)).find((refusal) => refusal !== undefined);
    return { ...view, error: failed === undefined ? null : worded(failed) };
  }

  list(limit: number): Promise<Groups> {
    return Promise.resolve(groupList(this.office, limit, (group) => this.confidential.fitOf(group)));
  }

  evidence(xid: string, open: readonly PartName[] | 'everything'): Promise<Uint8Array> {
    return this.office.evidence(xid, open);
  }

  confidentialEvidence(group: string, level: 'A' | 'B'): Promise<Uint8Array> {
    return Promise.resolve(this.confidential.kept(group, level));
  }

  async step(): Promise<void> {
    if (this.under.length === 0) await this.office.searcher.resume();
    for (const group of this.confidential.unsettled()) this.bring(group);
    await this.office.advance();
  }

  async close(): Promise<void> {
    await Promise.all(this.under);
    await this.confidential.close();
    this.office.close();
  }

  private settle(xid: string): void {
    this.watch(xid, this.office.searcher.settle(xid));
  }

  private bring(group: string): void {
    this.watch(group, this.confidential.settle(group));
  }

  private watch(name: string, settling: Promise<unknown>): void {
    this.failures.delete(name);
    const under = settling.catch((error: unknown) => {
      this.failures.set(name, error instanceof Refusal ? error : new Refusal('INTERNAL'));
    });
    this.under = [...this.under, under];
  }
}

function worded(refusal: Refusal) {
  const row = refusalWords.get(refusal.code);
  const title = row?.en ?? (refusal instanceof PeerRefusal ? refusal.title : refusal.code);
  return { code: refusal.code, title, titleZh: row?.zh ?? title, details: refusal.details };
}
