// The data end's door for questions: requests, acknowledgements, proofs. Bodies are canonical bytes and stay bytes.
import { Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../../domain/refusals';
import type { Message } from '../../domain/receipts';
import { JsonBody, WireBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { InclusionProof, Proofs } from '../receipts/proofs';
import { Acknowledging } from './acknowledging';
import { Intake } from './intake';

export const STATEMENT_HEADER = 'dx-signature';
const Ack = z.strictObject({ ack: z.string().max(4096) });
const Xid = () => Param('xid', new ParseUUIDPipe({ exceptionFactory: () => new Refusal('EXCHANGE_UNKNOWN') }));

@ApiTags('exchanges')
@Controller('v1/exchanges')
export class IntakeController {
  constructor(
    private readonly intake: Intake,
    private readonly acknowledging: Acknowledging,
    private readonly proofs: Proofs,
  ) {}

  /** M1 → M2. The body is the request's canonical bytes; `dx-signature` carries its statement, both ways. */
  @For('searcher', 'operator')
  @Post()
  @HttpCode(200)
  async ask(
    @WireBody() bytes: Uint8Array,
    @Headers(STATEMENT_HEADER) statement: string | undefined,
    @TheCaller() caller: Caller,
    @Res() response: Response,
  ) {
    sendMessage(response, await this.intake.take({ bytes, statement: statement ?? '' }, caller));
  }

  /** The stored answer, or 204 while there is none. */
  @For('searcher', 'operator')
  @Get(':xid')
  async stored(@Xid() xid: string, @TheCaller() caller: Caller, @Res() response: Response) {
    const message = await this.intake.stored(xid, caller);
    if (message === undefined) response.status(204).end();
    else sendMessage(response, message);
  }

  /** M3 → M4. */
  @For('searcher', 'operator')
  @Post(':xid/ack')
  @HttpCode(200)
  async acknowledge(@Xid() xid: string, @JsonBody(Ack) { ack }: z.infer<typeof Ack>, @TheCaller() caller: Caller) {
    return { final: await this.acknowledging.take(xid, ack, caller) };
  }

  /** This side's proof for the leaf of E, as an evidence bundle carries it. */
  @For('searcher', 'operator', 'auditor', 'owner')
  @Get('proofs/:e')
  async proof(@Param('e') e: string, @TheCaller() caller: Caller) {
    await this.intake.mayProve(e, caller);
    return this.proofs.side(e);
  }

  /** The searcher's proof of the same leaf; with both, the record is FINAL. */
  @For('searcher', 'operator')
  @Post(':xid/proof')
  @HttpCode(200)
  async accept(@Xid() xid: string, @JsonBody(InclusionProof) proof: InclusionProof, @TheCaller() caller: Caller) {
    await this.intake.mustBelong(xid, caller);
    await this.proofs.accept(xid, proof);
    return { state: 'FINAL' };
  }
}

function sendMessage(response: Response, message: Message): void {
  response.setHeader(STATEMENT_HEADER, message.statement);
  response.type('application/json').send(Buffer.from(message.bytes));
}
