// Quotes' routes: what one question would cost, bound until it expires.
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { amountText } from '../../../domain/market/money';
import { asJson, type Quote } from '../../../domain/market/prices';
import { purposes } from '../../../domain/permits';
import { Refusal } from '../../../domain/refusals';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { quoteOf, Quotes } from './quotes.service';

const Wanted = z.strictObject({
  product: z.string().max(128),
  template: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  parameters: z.record(z.string(), z.json()).default({}),
  purpose: z.enum(purposes),
});

@ApiTags('market')
@Controller('v1/market/quotes')
export class QuotesController {
  constructor(
    private readonly quotes: Quotes,
    private readonly database: DataSource,
  ) {}

  @For('searcher', 'trader')
  @Post()
  @HttpCode(200)
  async quote(@JsonBody(Wanted) wanted: z.infer<typeof Wanted>, @TheCaller() { participant }: Caller) {
    return shown(await this.quotes.quote(wanted, participant));
  }

  @For('searcher', 'trader')
  @Get(':id')
  async one(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    const { quote } = await quoteOf(this.database.manager, id);
    if (quote.buyer !== participant) throw new Refusal('QUOTE_FOREIGN', { quote: id });
    return shown(quote);
  }
}

/** Exact minor units, and the same amount as people write it. */
export const shown = (quote: Quote) => ({
  ...(asJson(quote) as object),
  amount: amountText({ minor: quote.total, currency: quote.currency }),
});
