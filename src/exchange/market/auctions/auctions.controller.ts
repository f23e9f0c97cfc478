// Auctions' routes.
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { MoneyText } from '../../../domain/market/money';
import { asJson } from '../../../domain/market/prices';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../../platform/tokens/guard';
import { Auctions } from './auctions.service';

const Create = z.strictObject({
  product: z.string().max(128),
  opensAt: z.int().nonnegative(),
  closesAt: z.int().positive(),
});
const BidForm = z.strictObject({ money: MoneyText });
const Reveal = z.strictObject({ money: MoneyText, salt: z.string().max(64) });

@ApiTags('market')
@Controller('v1/market/auctions')
export class AuctionsController {
  constructor(private readonly auctions: Auctions) {}

  @For('owner', 'trader')
  @Post()
  @HttpCode(200)
  async create(@JsonBody(Create) wanted: z.infer<typeof Create>, @TheCaller() { participant }: Caller) {
    return asJson(await this.auctions.create(wanted, participant));
  }

  @Open()
  @Get()
  async list() {
    return { items: asJson(await this.auctions.list()) };
  }

  @Open()
  @Get(':id')
  async one(@Param('id') id: string) {
    return asJson(await this.auctions.one(id));
  }

  @For('searcher', 'trader')
  @Post(':id/deposit')
  @HttpCode(200)
  deposit(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return this.auctions.deposit(id, participant);
  }

  @For('searcher', 'trader')
  @Post(':id/bids')
  @HttpCode(200)
  async bid(
    @Param('id') id: string,
    @JsonBody(BidForm) { money }: z.infer<typeof BidForm>,
    @TheCaller() { participant }: Caller,
  ) {
    return asJson(await this.auctions.bid(id, money, participant));
  }

  /** After the commitment is on the ledger: RecordHash, stream = the auction, id = `bid`. */
  @For('searcher', 'trader')
  @Post(':id/seals')
  @HttpCode(200)
  seal(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return this.auctions.seal(id, participant);
  }

  @For('searcher', 'trader')
  @Post(':id/reveals')
  @HttpCode(200)
  async reveal(
    @Param('id') id: string,
    @JsonBody(Reveal) opening: z.infer<typeof Reveal>,
    @TheCaller() { participant }: Caller,
  ) {
    await this.auctions.reveal(id, opening, participant);
    return { auction: id, revealed: true };
  }

  @For('searcher', 'trader')
  @Post(':id/payment')
  @HttpCode(200)
  async pay(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return asJson(await this.auctions.pay(id, participant));
  }

  /** One step by the clock; the sweeper does the same. */
  @For('searcher', 'trader', 'owner')
  @Post(':id/advance')
  @HttpCode(200)
  async advance(@Param('id') id: string) {
    await this.auctions.advance(id);
    return asJson(await this.auctions.one(id));
  }

  @For('owner', 'trader')
  @Post(':id/cancellation')
  @HttpCode(200)
  async cancel(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return asJson(await this.auctions.cancel(id, participant));
  }
}
