// What an auditor asks: do the books close, does every posting have a final receipt or a reason, and which ledger entries prove an order.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { certificate, orderSteps, type StepEvidence } from '../../../domain/market/product';
import { ledgerKeys } from '../../../domain/ledger';
import type { Ledger } from '../../../domain/ledger/port';
import { LEDGER, OPERATOR_KEYS } from '../../ledger/tokens';
import type { Keyring } from '../../../wire';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import type { OrderRow } from '../orders/order';
import { productOf } from '../products/store';
import { Rights } from '../rights/rights';
import { first, rows } from '../store/sql';

interface Posted {
  readonly entry: string;
  readonly at: string;
  readonly subject: string;
  readonly reason: string;
  readonly relayed: string | null;
  readonly state: string | null;
  readonly outcome: string | null;
  readonly captured: string | null;
}

export interface Explained {
  readonly entry: string;
  readonly cursor: string;
  readonly subject: string;
  readonly receipt: string | null;
  readonly because: string | null;
}

const PAGE = 2_000;
const WAITING = 'answered: the receipt is being anchored';

@Injectable()
export class Evidence {
  constructor(
    private readonly database: DataSource,
    private readonly rights: Rights,
    private readonly outbox: OperatorOutbox,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(OPERATOR_KEYS) private readonly keys: Keyring,
  ) {}

  /** Sum per currency over every posting ever made, and the balances that disagree with their postings: both must be empty of faults. */
  async books() {
    const { manager } = this.database;
    const sums = await rows<{ currency: string; sum: string; postings: string }>(
      manager,
      'SELECT currency, sum(minor)::text AS sum, count(*)::text AS postings FROM market_postings GROUP BY currency ORDER BY currency',
    );
    const adrift = await rows<{ account: string; currency: string }>(
      manager,
      `SELECT account, currency FROM market_balances b FULL JOIN
       (SELECT account, currency, sum(minor) AS minor FROM market_postings GROUP BY account, currency) p USING (account, currency)
       WHERE COALESCE(b.minor, 0) <> COALESCE(p.minor, 0) ORDER BY account, currency`,
    );
    const holds = await rows<{ subject: string }>(
      manager,
      `SELECT h.subject FROM market_holds h JOIN market_orders o ON o.id::text = h.subject
       WHERE (h.state = 'HELD') = (o.outcome IS NOT NULL) ORDER BY h.subject`,
    );
    const zero = sums.every(({ sum }) => sum === '0') && adrift.length === 0 && holds.length === 0;
    return { zero, sums, adrift, holdsAdrift: holds.map(({ subject }) => subject) };
  }

  /**
   * Every journal entry with its receipt's state or the reason why it needs none, page by page: `next` opens the next one.
   * The counts are over all of them; `unexplained` should be empty, and `waiting` says how many receipts are under way.
   */
  async reconciliation({ after, limit = 500 }: { after?: string; limit?: number } = {}) {
    let [postings, final, waiting] = [0, 0, 0];
    const open: string[] = [];
    for await (const { entry, receipt, because } of this.explained()) {
      postings += 1;
      if (receipt === 'FINAL') final += 1;
      else if (because === null) open.push(entry);
      if (because === WAITING) waiting += 1;
    }
    const items: Explained[] = [];
    let next: string | null = null;
    for await (const item of this.explained(after)) {
      if (items.length === limit) {
        next = items.at(-1)?.cursor ?? null;
        break;
      }
      items.push(item);
    }
    return { postings, final, waiting, unexplained: open, items, next };
  }

  /** In the order of time, read in pages: an audit of millions of entries needs no more memory than one of ten. */
  async *explained(after = ''): AsyncGenerator<Explained> {
    let [at, id] = readCursor(after);
    for (;;) {
      const posted = await rows<Posted>(
        this.database.manager,
        `SELECT j.id AS entry, j.at, j.subject, j.reason, r.state AS relayed, o.state, o.outcome, o.captured
         FROM market_journal j LEFT JOIN market_orders o ON o.id::text = j.subject LEFT JOIN relayed_exchanges r ON r.xid = o.id
         WHERE (j.at, j.id) > ($1::bigint, $2::text) ORDER BY j.at, j.id LIMIT $3`,
        [at, id, PAGE],
      );
      for (const row of posted)
        yield { entry: row.entry, cursor: `${row.at}:${row.entry}`, subject: row.subject, ...explained(row) };
      const last = posted.at(-1);
      if (last === undefined || posted.length < PAGE) return;
      [at, id] = [last.at, last.entry];
    }
  }

  /** Differential prices by segment: how often and for how much each was used; no buyer is named. */
  async segments({ from, until }: { from: number; until: number }) {
    return rows<{ product: string; segment: string; currency: string; questions: string; minor: string }>(
      this.database.manager,
      `SELECT a.product, substr(c.what, 5) AS segment, c.currency, sum(c.quantity)::text AS questions, sum(c.minor)::text AS minor
       FROM market_charges c JOIN market_agreements a ON a.id = c.agreement
       WHERE c.what LIKE 'run:%' AND c.what NOT IN ('run:appraised', 'run:fallback') AND c.at >= $1 AND c.at < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [from, until],
    );
  }

  /** The evidence of every step so far; with all five, the certificate, whose hash goes to the ledger as the sixth. Refuses STEP_ORDER. */
  async certificate(order: OrderRow) {
    const evidence = await this.steps(order);
    const complete = evidence.length === orderSteps.length - 1;
    if (!complete) {
      const have = new Set(evidence.map(({ step }) => step));
      const missing = orderSteps.slice(0, -1).filter(({ step }) => !have.has(step));
      return { order: order.id, evidence, missing: missing.map(({ step }) => step), certificate: null };
    }
    const made = certificate(order.id, order.agreement, evidence);
    const id = `market/4-certificate/${order.id}`;
    const command = { type: 'RecordHash', stream: 'market-certificate', id: order.id, hash: made.id.slice(7) } as const;
    await this.outbox.enqueue(this.database.manager, id, command);
    const key = ledgerKeys.hash(command.stream, this.keys.participant, order.id);
    const onLedger = await this.ledger.read(key);
    return {
      order: order.id,
      evidence,
      missing: [],
      certificate: made,
      ledger: onLedger === undefined ? null : { key, height: onLedger.height },
    };
  }

  private async steps(order: OrderRow): Promise<StepEvidence[]> {
    const { manager } = this.database;
    const product = await productOf(manager, order.product);
    const right = (await this.rights.of(product.repository)).find(
      (each) => each.holder === product.owner && each.kind !== 'processing',
    );
    const listing = await first<{ id: string }>(
      manager,
      `SELECT command->>'id' AS id FROM ledger_outbox WHERE id LIKE $1 AND state = 'COMMITTED' ORDER BY height LIMIT 1`,
      [`market/1-listing/${order.product}/%`],
    );
    const keys: readonly (readonly [StepEvidence['step'], string | undefined])[] = [
      ['registration', right && ledgerKeys.right(right.right)],
      ['listing', listing && ledgerKeys.hash('market-listing', this.keys.participant, listing.id)],
      ['trade', ledgerKeys.agreement(order.agreement)],
      ['delivery', order.anchorSeq === null ? undefined : ledgerKeys.anchor(order.buyer, order.anchorSeq)],
      ['clearing', ledgerKeys.settlement(order.id)],
    ];
    const found: StepEvidence[] = [];
    for (const [step, key] of keys) {
      const entry = key === undefined ? undefined : await this.ledger.read(key);
      if (entry !== undefined) found.push({ step, key: entry.key, height: entry.height });
    }
    return found;
  }
}

/** `instant:entry`; anything else begins at the beginning. */
function readCursor(text: string): [string, string] {
  const [, at = '-1', id = ''] = /^(\d{1,15}):(.{1,200})$/s.exec(text) ?? [];
  return [at, id];
}

/** Why a posting needs no receipt of an answer; null where it has a final one; undefined reasons are what must not be. */
function explained({ reason, relayed, state, outcome, captured }: Posted): {
  receipt: string | null;
  because: string | null;
} {
  if (reason === 'payment.received' || reason === 'paid.out' || reason === 'credit.expired' || reason === 'refund')
    return { receipt: null, because: reason };
  if (state === null) return { receipt: null, because: 'fee of an agreement: its settlement is on the ledger' };
  if (relayed === 'FINAL') return { receipt: 'FINAL', because: null };
  if (reason === 'hold.placed' && outcome === null)
    return { receipt: relayed, because: 'held: the question is under way' };
  if (outcome !== 'answered') return { receipt: relayed, because: `nothing was charged: ${outcome ?? state}` };
  if (captured === '0') return { receipt: relayed, because: 'stored answer: nothing was charged' };
  return {
    receipt: relayed,
    because: relayed === 'ACKED' || relayed === 'ANSWERED' ? WAITING : null,
  };
}
