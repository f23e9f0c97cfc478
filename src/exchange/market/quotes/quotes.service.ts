// Quotes: a question and a plan become a price bound to buyer, template, binding, data version, price version and an expiry.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { contentId, type ContentId } from '../../../domain/canonical';
import { DataElement } from '../../../domain/elements';
import { ledgerKeys } from '../../../domain/ledger';
import type { Ledger } from '../../../domain/ledger/port';
import { wholeUnits } from '../../../domain/market/holds';
import {
  type Appraisal,
  asJson,
  type PriceContext,
  type PricePlan,
  type Question,
  quote,
  type Quote,
} from '../../../domain/market/prices';
import { needOrderable } from '../../../domain/market/product';
import { Refusal } from '../../../domain/refusals';
import { bind, plan as planned, Template } from '../../../domain/templates';
import { CLOCK, type Clock } from '../../../platform/clock';
import { Catalog } from '../../catalog/catalog.service';
import { LEDGER } from '../../ledger/tokens';
import { Participants } from '../../participants/participants.service';
import { Templates } from '../../templates/templates.service';
import { type AgreementRow, agreement as agreementFrom, openAgreement } from '../agreements/agreement';
import { isSubscribed, periodAtNow, pools, storedPeriod, type PeriodRow } from '../agreements/periods';
import { latestAppraisal } from '../appraisals/store';
import { look } from '../books/holds';
import { planOf, productOf, type ProductRow } from '../products/store';
import { first, rows, type Tx } from '../store/sql';
import { fromText, plus, toText } from '../../../domain/market/money';

export interface Wanted {
  readonly product: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly purpose: string;
}

/** Everything a price follows from, except how many runs were made before. */
export interface Basis {
  readonly product: ProductRow;
  readonly plan: PricePlan;
  /** The running agreement the question falls under; null makes a per-use one at the order. */
  readonly agreement: AgreementRow | null;
  readonly buyer: PriceContext['buyer'];
  readonly purpose: string;
  readonly appraisal: Appraisal | undefined;
}

@Injectable()
export class Quotes {
  constructor(
    private readonly database: DataSource,
    private readonly catalog: Catalog,
    private readonly templates: Templates,
    private readonly participants: Participants,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Prices one run. Refuses PRODUCT_TEMPLATE, ORDER_AFTER_WITHDRAWAL, SUBSCRIPTION_MISSING, PARAMETER_*, and the model's refusals. */
  async quote(wanted: Wanted, buyer: string): Promise<Quote> {
    const { manager } = this.database;
    const now = this.clock.now();
    const basis = await this.basis(manager, { product: wanted.product, buyer, purpose: wanted.purpose, now });
    const { question, rho } = await this.question(basis.product, wanted);
    const repeated = await answeredBefore(manager, questionId(question));
    const period = await periodNow(manager, basis, now);
    const usage = { event: 'run' as const, runs: 1n, rho, repeated };
    const made = quote(basis.plan, usage, await contextOf(manager, basis, period, now), question);
    await this.keep(made, basis, wanted);
    return made;
  }

  /** The buyer's running agreement decides the plan; without one it is the product's own. Refuses SUBSCRIPTION_MISSING. */
  async basis(tx: Tx, of: { product: string; buyer: string; purpose: string; now: number }): Promise<Basis> {
    const product = await productOf(tx, of.product);
    const agreement = (await openAgreement(tx, of.buyer, of.product, of.now)) ?? null;
    if (agreement === null) needOrderable(product.id, product.state);
    const period = agreement === null ? undefined : await storedPeriod(tx, agreement.id, of.now);
    const plan =
      agreement === null
        ? await planOf(tx, product.id, product.plan)
        : await planOf(tx, agreement.product, period?.plan ?? agreement.plan);
    if (agreement === null && isSubscribed(plan)) throw new Refusal('SUBSCRIPTION_MISSING', { product: product.id });
    const { id, state, roles, organisation } = await this.participants.one(of.buyer);
    const credentials = [...roles, `organisation:${organisation}`];
    return {
      product,
      plan,
      agreement,
      buyer: { id, verified: state === 'registered', credentials },
      purpose: of.purpose,
      appraisal: await latestAppraisal(tx, product.id),
    };
  }

  /** The question by content, and the rho it will spend. Refuses PRODUCT_TEMPLATE, TEMPLATE_UNKNOWN, PARAMETER_*. */
  async question(
    product: ProductRow,
    { template: id, parameters, purpose }: Omit<Wanted, 'product'>,
  ): Promise<{ question: Question; rho: string }> {
    const { templates, purposes } = product.document;
    if (!templates.includes(id) || !purposes.some((each) => each === purpose))
      throw new Refusal('PRODUCT_TEMPLATE', { product: product.id, template: id });
    const row = await this.templates.one(id);
    const template = Template.parse(row.document);
    const element = DataElement.parse((await this.catalog.element(row.element)).document);
    const asked = planned(template, element, bind(template, element, parameters));
    const entry = await this.ledger.read(ledgerKeys.repository(product.repository));
    const { dataVersion, version } = entry?.value ?? {};
    const question = {
      template: id,
      binding: asked.binding,
      repository: product.repository,
      dataVersion: typeof dataVersion === 'string' ? dataVersion : `v${String(Number(version ?? 0))}`,
    };
    return { question, rho: asked.privacy.rho };
  }

  private async keep(made: Quote, basis: Basis, { purpose }: Wanted): Promise<void> {
    await rows(
      this.database.manager,
      `INSERT INTO market_quotes (id, product, agreement, buyer, purpose, document, valid_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
      [made.id, basis.product.id, basis.agreement?.id ?? null, made.buyer, purpose, asJson(made), made.validUntil],
    );
  }
}

/** The per-use agreement an order without another one falls under; the same buyer, product, plan and rule is the same agreement. */
export function perUseAgreement({ product, plan, buyer }: Pick<Basis, 'product' | 'plan' | 'buyer'>) {
  if (product.plan === null || product.rule === null) throw new Refusal('PLAN_MISSING', { product: product.id });
  return agreementFrom({
    kind: 'per-use',
    product: product.id,
    plan: product.plan,
    rule: product.rule,
    seller: product.owner,
    buyer: buyer.id,
    zone: 'UTC',
    agreed: null,
    currency: plan.currency,
    starts: Math.floor(product.document.from / 1000) * 1000,
    ends: product.document.until,
    members: [],
    source: null,
  });
}

/** What the price function may know at `now`, runs of the period included. */
export async function contextOf(
  tx: Tx,
  basis: Basis,
  period: PeriodRow | undefined,
  now: number,
  runsBefore?: bigint,
): Promise<PriceContext> {
  const { agreement, appraisal, buyer, purpose } = basis;
  const made = runsBefore ?? (await runsIn(tx, period));
  const context = { now, buyer, purpose, runsBefore: made, rolledOver: period?.rolledOver ?? 0n };
  return {
    ...context,
    ...(agreement?.agreed == null
      ? {}
      : { agreed: { minor: BigInt(agreement.agreed), currency: agreement.currency, hash: agreement.hash } }),
    ...(appraisal === undefined ? {} : { appraisal }),
  };
}

async function periodNow(tx: Tx, basis: Basis, now: number): Promise<PeriodRow | undefined> {
  if (basis.agreement !== null) return periodAtNow(tx, basis.agreement, basis.plan, now);
  return storedPeriod(tx, perUseAgreement(basis).id, now);
}

async function runsIn(tx: Tx, period: PeriodRow | undefined): Promise<bigint> {
  const meter = period && (await look(tx, pools.quota(period.agreement, period.index)));
  return meter === undefined ? 0n : wholeUnits(toText(plus(fromText(meter.spent), fromText(meter.held))));
}

export const questionId = (question: Question | null): ContentId => contentId('aggregora/question/1', asJson(question));

/** True when somebody paid for an answer to this very question: it is stored and costs nothing now. */
async function answeredBefore(tx: Tx, question: string): Promise<boolean> {
  const found = await first(
    tx,
    `SELECT 1 FROM market_orders WHERE question = $1 AND (state = 'POSTED' OR (state = 'RUNNING' AND answered_at IS NOT NULL)) LIMIT 1`,
    [question],
  );
  return found !== undefined;
}

export interface QuoteRow {
  readonly product: string;
  readonly agreement: string | null;
  readonly purpose: string;
  readonly quote: Quote;
}

/** Refuses QUOTE_UNKNOWN. */
export async function quoteOf(tx: Tx, id: string): Promise<QuoteRow> {
  const row = await first<{ product: string; agreement: string | null; purpose: string; document: Written }>(
    tx,
    'SELECT product, agreement, purpose, document FROM market_quotes WHERE id = $1',
    [id],
  );
  if (row === undefined) throw new Refusal('QUOTE_UNKNOWN', { quote: id });
  const { document, ...rest } = row;
  return { ...rest, quote: readQuote(document) };
}

type Written = Omit<Quote, 'lines' | 'total' | 'hold'> & {
  readonly lines: readonly (Omit<Quote['lines'][number], 'minor' | 'quantity'> & { minor: string; quantity: string })[];
  readonly total: string;
  readonly hold: string;
};

const readQuote = (it: Written): Quote => ({
  ...it,
  lines: it.lines.map((line) => ({ ...line, minor: BigInt(line.minor), quantity: BigInt(line.quantity) })),
  total: BigInt(it.total),
  hold: BigInt(it.hold),
});
