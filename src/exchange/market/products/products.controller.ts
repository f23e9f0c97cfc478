// Products' routes: owners register, price, share and list; everyone may look at price and precision before buying.
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { planSchema } from '../../../domain/market/prices';
import { ShareRule } from '../../../domain/market/shares';
import { CLOCK, type Clock } from '../../../platform/clock';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../../platform/tokens/guard';
import { Inject } from '@nestjs/common';
import { ProductDocument } from './document';
import { outlook } from './outlook';
import { Products } from './products.service';

const Rho = /^\d{1,9}(?:\.\d{1,9}|\/\d{1,9})?$/;
const Outlook = z.strictObject({
  plan: z.json(),
  buyers: z.int().min(1).max(100_000),
  runsPerBuyer: z.int().min(0).max(1000),
  rho: z.string().regex(Rho),
});

class Filter {
  @IsOptional() @IsString() @MaxLength(128) repository?: string;
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) template?: string;
  @IsOptional() @IsString() @MaxLength(41) owner?: string;
}
class CurveOf {
  /** What one privacy unit can change the answer by; 1 when left out. */
  @IsOptional() @Matches(Rho) sensitivity?: string;
  /** Comma-separated rhos, at most 64. */
  @IsOptional() @Matches(/^[0-9./,]{1,1000}$/) rho?: string;
}
const RHOS = ['1/1000', '1/500', '1/200', '1/100', '1/50', '1/20', '1/10', '1/5', '1/2', '1'];

@ApiTags('market')
@Controller('v1/market')
export class ProductsController {
  constructor(
    private readonly products: Products,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @For('owner', 'trader')
  @Post('products')
  @HttpCode(200)
  register(@JsonBody(ProductDocument) document: ProductDocument, @TheCaller() caller: Caller) {
    return this.products.register(document, caller.participant);
  }

  /** Listed products with their prices. */
  @Open()
  @Get('products')
  async find(@Query() filter: Filter) {
    return { items: await this.products.find(filter) };
  }

  /** The caller's own products, in every state. */
  @For('owner', 'trader')
  @Get('my-products')
  async mine(@TheCaller() { participant }: Caller) {
    return { items: await this.products.find({ mine: participant, owner: participant }) };
  }

  @Open()
  @Get('products/:id')
  one(@Param('id') id: string) {
    return this.products.one(id);
  }

  /** Points of price against half the width of the answer's interval. */
  @Open()
  @Get('products/:id/curve')
  curve(@Param('id') id: string, @Query() { sensitivity, rho }: CurveOf) {
    const rhos = rho === undefined ? RHOS : rho.split(',').filter((text) => text !== '');
    return this.products.curve(id, sensitivity ?? '1', rhos.slice(0, 64));
  }

  @Open()
  @Get('products/:id/compliance')
  checks(@Param('id') id: string) {
    return this.products.checks(id);
  }

  @For('owner', 'trader')
  @Put('products/:id/plan')
  price(@Param('id') id: string, @Body() document: unknown, @TheCaller() caller: Caller) {
    return this.products.price(id, document, caller.participant);
  }

  @For('owner', 'trader')
  @Put('products/:id/shares')
  share(@Param('id') id: string, @JsonBody(ShareRule) rule: ShareRule, @TheCaller() caller: Caller) {
    return this.products.share(id, rule, caller.participant);
  }

  @For('owner', 'trader')
  @Post('products/:id/listing')
  @HttpCode(200)
  list(@Param('id') id: string, @TheCaller() caller: Caller) {
    return this.products.list(id, caller.participant);
  }

  @For('owner', 'trader')
  @Post('products/:id/suspension')
  @HttpCode(200)
  suspend(@Param('id') id: string, @TheCaller() caller: Caller) {
    return this.products.move(id, 'SUSPENDED', caller.participant);
  }

  @For('owner', 'trader')
  @Post('products/:id/withdrawal')
  @HttpCode(200)
  withdraw(@Param('id') id: string, @TheCaller() caller: Caller) {
    return this.products.move(id, 'WITHDRAWN', caller.participant);
  }

  /** What a plan would earn and how it could be gamed; nothing is stored. */
  @For('owner', 'trader')
  @Post('plan-outlook')
  @HttpCode(200)
  outlook(@JsonBody(Outlook) { plan, ...assumed }: z.infer<typeof Outlook>) {
    return outlook(plan, assumed, this.clock.now());
  }

  @Open()
  @Get('plan-schema')
  schema() {
    return planSchema();
  }
}
