// Orders' routes: place one for an exchange id, look at it, withdraw it before it runs, score it where the plan asks.
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { asJson } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { Evidence } from '../evidence/evidence';
import { orderOf, type OrderRow, ordersOf } from './order';
import { Placing } from './placing';
import { Settling } from './settling';

const Draft = z.strictObject({
  /** The exchange id that the request will carry; the order's id and idempotency key at once. */
  xid: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  quote: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
const Score = z.strictObject({ score: z.string().max(10) });
const Id = () => Param('id', new ParseUUIDPipe({ exceptionFactory: () => new Refusal('ORDER_UNKNOWN') }));

@ApiTags('market')
@Controller('v1/market/orders')
export class OrdersController {
  constructor(
    private readonly placing: Placing,
    private readonly settling: Settling,
    private readonly evidence: Evidence,
    private readonly database: DataSource,
  ) {}

  /** Holds money, quota and rho; the question itself is then sent as usual. */
  @For('searcher', 'trader')
  @Post()
  @HttpCode(200)
  async place(@JsonBody(Draft) { xid, quote }: z.infer<typeof Draft>, @TheCaller() { participant }: Caller) {
    return shown(await this.placing.place(xid, quote, participant));
  }

  @For()
  @Get()
  async list(@TheCaller() { participant }: Caller) {
    return { items: (await ordersOf(this.database.manager, participant)).map(shown) };
  }

  @For()
  @Get(':id')
  async one(@Id() id: string, @TheCaller() caller: Caller) {
    return shown(await this.seen(id, caller));
  }

  @For('searcher', 'trader')
  @Post(':id/withdrawal')
  @HttpCode(200)
  async withdraw(@Id() id: string, @TheCaller() { participant }: Caller) {
    return shown(await this.settling.withdraw(id, participant));
  }

  @For('searcher', 'trader')
  @Post(':id/score')
  @HttpCode(200)
  async score(
    @Id() id: string,
    @JsonBody(Score) { score }: z.infer<typeof Score>,
    @TheCaller() { participant }: Caller,
  ) {
    return shown(await this.settling.score(id, score, participant));
  }

  /** The six evidenced steps, with ledger keys and heights; complete once the certificate is on the ledger. */
  @For()
  @Get(':id/certificate')
  async certificate(@Id() id: string, @TheCaller() caller: Caller) {
    return this.evidence.certificate(await this.seen(id, caller));
  }

  private async seen(id: string, { participant, roles }: Caller): Promise<OrderRow> {
    const order = await orderOf(this.database.manager, id);
    const mayLook = order.buyer === participant || order.seller === participant || roles.includes('auditor');
    if (!mayLook) throw new Refusal('ORDER_UNKNOWN', { order: id });
    return order;
  }
}

const shown = (order: OrderRow) => asJson(order);
