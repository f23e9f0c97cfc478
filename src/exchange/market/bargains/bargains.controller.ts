// Bargains' routes: offer, counter and accept by hash, decline.
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { MoneyText } from '../../../domain/market/money';
import { asJson } from '../../../domain/market/prices';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { Bargains } from './bargains.service';

const Hash = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const terms = { money: MoneyText, seconds: z.int().min(1).max(31_536_000).optional() };
const Open = z.strictObject({ product: z.string().max(128), ...terms });
const Counter = z.strictObject({ answers: Hash, ...terms });
const Accept = z.strictObject({ offer: Hash });

@ApiTags('market')
@Controller('v1/market/offers')
@For('searcher', 'trader', 'owner')
export class BargainsController {
  constructor(private readonly bargains: Bargains) {}

  @Post()
  @HttpCode(200)
  async open(@JsonBody(Open) { product, ...offer }: z.infer<typeof Open>, @TheCaller() { participant }: Caller) {
    return asJson(await this.bargains.open(product, offer, participant));
  }

  @Get()
  async list(@TheCaller() { participant }: Caller) {
    return { items: asJson(await this.bargains.list(participant)) };
  }

  @Get(':id')
  async one(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return asJson(await this.bargains.one(id, participant));
  }

  @Post(':id/counter')
  @HttpCode(200)
  async counter(
    @Param('id') id: string,
    @JsonBody(Counter) { answers, ...offer }: z.infer<typeof Counter>,
    @TheCaller() { participant }: Caller,
  ) {
    return asJson(await this.bargains.counter(id, answers, offer, participant));
  }

  @Post(':id/acceptance')
  @HttpCode(200)
  async accept(
    @Param('id') id: string,
    @JsonBody(Accept) { offer }: z.infer<typeof Accept>,
    @TheCaller() { participant }: Caller,
  ) {
    return asJson(await this.bargains.accept(id, offer, participant));
  }

  @Post(':id/decline')
  @HttpCode(200)
  async decline(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return asJson(await this.bargains.decline(id, participant));
  }
}
