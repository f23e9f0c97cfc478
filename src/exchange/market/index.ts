// The room's door: what the exchange's module takes in.
import type { Provider, Type } from '@nestjs/common';
import { AgreementsController } from './agreements/agreements.controller';
import { Payees } from './books/payees';
import { Drain } from './evidence/drain';
import { Evidence } from './evidence/evidence';
import { EvidenceController } from './evidence/evidence.controller';
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
import { type Chore, CHORES } from './sweeper/chore';
import { Sweeper } from './sweeper/sweeper';

export { PAID, type PaidQuestions } from './orders/paid';
export { marketDeskRefusals } from './refusals';

export const marketControllers: Type[] = [
  RightsController,
  ProductsController,
  QuotesController,
  OrdersController,
  AgreementsController,
  PaymentsController,
  EvidenceController,
];

/** Rooms that act when time passes. */
const chores: Type<Chore>[] = [];

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
  ...chores,
  { provide: PAID, useExisting: Settling },
  { provide: WEBHOOK_SECRET, useFactory: () => webhookSecret(process.env) },
  { provide: CHORES, inject: chores, useFactory: (...all: Chore[]) => all },
  Sweeper,
];
