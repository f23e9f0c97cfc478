// Invoices' routes: issue, read as JSON or as a page to print, credit.
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { z } from 'zod';
import { Currency, MoneyText } from '../../../domain/market/money';
import { asJson } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { OnceKey } from '../store/key';
import { Invoices } from './invoices.service';

const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
const Issue = z.strictObject({
  seller: Slug,
  buyer: Slug,
  currency: Currency,
  from: z.int().nonnegative().default(0),
  until: z.int().positive().optional(),
  zone: z.string().max(60).default('UTC'),
});
const Credit = z.strictObject({ money: MoneyText, reason: z.string().min(1).max(200) });
const CreditRequest = z.strictObject({ money: MoneyText, zone: z.string().max(60).default('UTC') });
class Page {
  @IsOptional() @IsIn(['en', 'zh']) lang?: 'en' | 'zh';
}

@ApiTags('market')
@Controller('v1/market/invoices')
@For('owner', 'trader', 'searcher')
export class InvoicesController {
  constructor(
    private readonly invoices: Invoices,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Over everything charged and not yet invoiced; either party may ask for it. */
  @Post()
  @HttpCode(200)
  async issue(@JsonBody(Issue) wanted: z.infer<typeof Issue>, @TheCaller() { participant }: Caller) {
    if (participant !== wanted.seller && participant !== wanted.buyer)
      throw new Refusal('NOT_YOURS', { seller: wanted.seller });
    return asJson(await this.invoices.issue({ ...wanted, until: wanted.until ?? this.clock.now() + 1 }));
  }

  /** An invoice of the operator for prepaid credit; pay it with its name, `operator/number`. */
  @Post('credit-requests')
  @HttpCode(200)
  async requestCredit(
    @JsonBody(CreditRequest) { money, zone }: z.infer<typeof CreditRequest>,
    @OnceKey() key: string,
    @TheCaller() { participant }: Caller,
  ) {
    return asJson(await this.invoices.requestCredit(participant, money, zone, key));
  }

  @Get()
  async list(@TheCaller() { participant }: Caller) {
    return { items: await this.invoices.list(participant) };
  }

  @Get(':seller/:number')
  async one(@Param('seller') seller: string, @Param('number') number: string, @TheCaller() { participant }: Caller) {
    return asJson(await this.invoices.one(seller, number, participant));
  }

  /** A whole page to print; no scripts, no outside files. */
  @Get(':seller/:number/page')
  @Header('content-type', 'text/html; charset=utf-8')
  page(
    @Param('seller') seller: string,
    @Param('number') number: string,
    @Query() { lang }: Page,
    @TheCaller() { participant }: Caller,
  ) {
    return this.invoices.html(seller, number, participant, lang ?? 'en');
  }

  @Post(':seller/:number/credit-notes')
  @HttpCode(200)
  async credit(
    @Param('seller') seller: string,
    @Param('number') number: string,
    @JsonBody(Credit) { money, reason }: z.infer<typeof Credit>,
    @OnceKey() key: string,
    @TheCaller() { participant }: Caller,
  ) {
    if (participant !== seller) throw new Refusal('NOT_YOURS', { seller });
    return asJson(await this.invoices.credit({ seller, number, money, reason }, key));
  }
}
