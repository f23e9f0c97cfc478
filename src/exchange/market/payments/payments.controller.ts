// Payments' routes: the operator's record, the provider's signed message, and what the caller has.
import { Controller, Get, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { amountText } from '../../../domain/market/money';
import { JsonBody, WireBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../../platform/tokens/guard';
import { balancesOf } from '../books/journal';
import { Payment, Payments } from './payments.service';

@ApiTags('market')
@Controller('v1/market')
export class PaymentsController {
  constructor(
    private readonly payments: Payments,
    private readonly database: DataSource,
  ) {}

  @For('operator')
  @Post('payments')
  @HttpCode(200)
  record(@JsonBody(Payment) payment: Payment, @TheCaller() { participant }: Caller) {
    return this.payments.record(payment, 'operator', participant);
  }

  /** Open, because the signature over the very bytes is the proof: header `payment-signature: t=<ms>,v1=<hex>`. */
  @Open()
  @Post('payments/webhook')
  @HttpCode(200)
  webhook(
    @WireBody() bytes: Uint8Array,
    @Headers('payment-signature') signature: string | undefined,
    @JsonBody(Payment) payment: Payment,
  ) {
    this.payments.webhook(signature ?? '', bytes);
    return this.payments.record(payment, 'webhook', 'provider');
  }

  /** The caller's balances by account and currency. */
  @For()
  @Get('balance')
  async balance(@TheCaller() { participant }: Caller) {
    const found = await balancesOf(this.database.manager, participant);
    return {
      items: found.map(({ account, currency, minor }) => ({
        account: account.split('/')[0],
        currency,
        minor,
        amount: amountText({ minor: BigInt(minor), currency }),
      })),
    };
  }
}
