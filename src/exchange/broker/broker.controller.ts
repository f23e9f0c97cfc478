// The exchange's door for questions: signed bytes in, signed bytes out, relayed and never rewritten.
import { Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../../domain/refusals';
import { readAnswer } from '../../domain/receipts';
import { JsonBody, WireBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { Broker } from './broker';
import type { RelayedExchange } from './entities';

const Ack = z.strictObject({ ack: z.string().max(4096) });
const Proof = z.strictObject({
  seq: z.int().positive(),
  index: z.int().nonnegative(),
  inclusion: z.array(z.string().length(64)).max(64),
});
const Xid = () => Param('xid', new ParseUUIDPipe({ exceptionFactory: () => new Refusal('EXCHANGE_UNKNOWN') }));

class Wait {
  /** Seconds to wait for the answer, at most 30. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(30) wait?: number;
}

@ApiTags('exchanges')
@Controller('v1/exchanges')
export class BrokerController {
  constructor(private readonly broker: Broker) {}

  /** M1 as canonical bytes, its statement in `dx-signature`. Kept before it is queued; the same bytes again are the same request. */
  @For('searcher')
  @Post()
  @HttpCode(202)
  async accept(
    @WireBody() bytes: Uint8Array,
    @Headers('dx-signature') statement: string | undefined,
    @TheCaller() caller: Caller,
  ) {
    return shown(await this.broker.accept({ bytes, statement: statement ?? '' }, caller));
  }

  @For('searcher', 'owner')
  @Get()
  async list(@TheCaller() caller: Caller) {
    return { items: (await this.broker.list(caller.participant)).map(shown) };
  }

  /** M2's bytes and statement, or 204 while there is none. */
  @For('searcher')
  @Get(':xid/answer')
  async answer(@Xid() xid: string, @Query() { wait }: Wait, @TheCaller() caller: Caller, @Res() response: Response) {
    const message = await this.broker.answer(xid, caller, wait ?? 0);
    if (message === undefined) return void response.status(204).end();
    response.setHeader('dx-signature', message.statement);
    response.type('application/json').send(Buffer.from(message.bytes));
  }

  /** M3 → M4. */
  @For('searcher')
  @Post(':xid/ack')
  @HttpCode(200)
  acknowledge(@Xid() xid: string, @JsonBody(Ack) body: z.infer<typeof Ack>, @TheCaller() caller: Caller) {
    return this.broker.relay<{ final: string }>(xid, caller, 'ack', body);
  }

  /** The data end's proof for the leaf of this record. */
  @For('searcher')
  @Get(':xid/proof/:e')
  ownerSide(@Xid() xid: string, @Param('e') e: string, @TheCaller() caller: Caller) {
    return this.broker.ownerSide(xid, e, caller);
  }

  @For('searcher')
  @Post(':xid/proof')
  @HttpCode(200)
  giveProof(@Xid() xid: string, @JsonBody(Proof) body: z.infer<typeof Proof>, @TheCaller() caller: Caller) {
    return this.broker.relay<{ state: string }>(xid, caller, 'proof', body);
  }
}

function shown(row: RelayedExchange) {
  const { xid, searcher, owner, repository, template, permit, state, queuedAt, answeredAt } = row;
  const status =
    row.answer === null ? null : readAnswer(new Uint8Array(row.answer), new Uint8Array(row.request)).status;
  return { xid, searcher, owner, repository, template, permit, state, status, queuedAt, answeredAt };
}
