// The room's door: what the exchange's module takes in.
import type { Provider, Type } from '@nestjs/common';
import { AgreementsController } from './agreements/agreements.controller';
import { Awarding } from './agreements/negotiated';
import { Appraisals } from './appraisals/appraisals.service';
import { AuctionsController } from './auctions/auctions.controller';
import { Auctions } from './auctions/auctions.service';
import { BargainsController } from './bargains/bargains.controller';
import { Bargains } from './bargains/bargains.service';
import { Payees } from './books/payees';
import { Drain } from './evidence/drain';
import { Evidence } from './evidence/evidence';
import { EvidenceController } from './evidence/evidence.controller';
import { Exports } from './exports/exports';
import { ExportsController } from './exports/exports.controller';
import { InvoicesController } from './invoices/invoices.controller';
import { Invoices } from './invoices/invoices.service';
import { OrdersController } from './orders/orders.controller';
import { PAID } from './orders/paid';
import { Placing } from './orders/placing';
import { Settling } from './orders/settling';
import { PaymentsController } from './payments/payments.controller';
import { Payments } from './payments/payments.service';
import { WEBHOOK_SECRET, webhookSecret } from './payments/secret';
import { ProductsController } from './products/products.controller';
import { Products } from './products/products.service';
import { QuotesController } from './quotes/quotes.controller';
import { Quotes } from './quotes/quotes.service';
import { Rights } from './rights/rights';
import { RightsController } from './rights/rights.controller';
import { StatementsController } from './statements/statements.controller';
import { Statements } from './statements/statements.service';
import { SubscriptionsController } from './subscriptions/subscriptions.controller';
import { Subscriptions } from './subscriptions/subscriptions.service';
import { type Chore, CHORES } from './sweeper/chore';
import { Sweeper } from './sweeper/sweeper';
import { ValuationController } from './valuation/valuation.controller';

export { PAID, type PaidQuestions } from './orders/paid';

export const marketControllers: Type[] = [
  RightsController,
  ProductsController,
  QuotesController,
  OrdersController,
  AgreementsController,
  PaymentsController,
  SubscriptionsController,
  BargainsController,
  AuctionsController,
  InvoicesController,
  StatementsController,
  ValuationController,
  EvidenceController,
  ExportsController,
];

/** Rooms that act when time passes. */
const chores: Type<Chore>[] = [Subscriptions, Bargains, Auctions, Invoices];

export const marketProviders: Provider[] = [
  Rights,
  Products,
  Payees,
  Quotes,
  Placing,
  Settling,
  Payments,
  Drain,
  Evidence,
  Exports,
  Awarding,
  Appraisals,
  Statements,
  ...chores,
  { provide: PAID, useExisting: Settling },
  { provide: WEBHOOK_SECRET, useFactory: () => webhookSecret(process.env) },
  { provide: CHORES, inject: chores, useFactory: (...all: Chore[]) => all },
  Sweeper,
];
