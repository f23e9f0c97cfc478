// Statements' routes: an owner's lines as JSON or CSV, and the operator's payouts.
import { Controller, Get, Header, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Min } from 'class-validator';
import { z } from 'zod';
import { MoneyText } from '../../../domain/market/money';
import { CLOCK, type Clock } from '../../../platform/clock';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { csvLine } from '../exports/csv';
import { OnceKey } from '../store/key';
import { Statements } from './statements.service';

class Span {
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) from?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) until?: number;
}
const PayOut = z.strictObject({
  owner: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  from: z.enum(['owner.payable', 'privacy.compensation']).default('owner.payable'),
  money: MoneyText,
});

@ApiTags('market')
@Controller('v1/market')
export class StatementsController {
  constructor(
    private readonly statements: Statements,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @For()
  @Get('statement')
  statement(@Query() span: Span, @TheCaller() { participant }: Caller) {
    return this.statements.of(participant, this.whole(span));
  }

  @For()
  @Get('statement.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  async csv(@Query() span: Span, @TheCaller() { participant }: Caller) {
    const { lines } = await this.statements.of(participant, this.whole(span));
    const cells = lines.map((line) => [
      String(line.at),
      line.subject,
      line.why,
      line.amount,
      line.currency,
      line.rule,
      String(line.ruleVersion),
      line.ledger?.key ?? '',
      String(line.ledger?.height ?? ''),
    ]);
    const head = ['at', 'subject', 'why', 'amount', 'currency', 'rule', 'ruleVersion', 'ledgerKey', 'ledgerHeight'];
    return [head, ...cells].map(csvLine).join('');
  }

  @For('operator')
  @Post('payouts')
  @HttpCode(200)
  payOut(@JsonBody(PayOut) to: z.infer<typeof PayOut>, @OnceKey() key: string, @TheCaller() { participant }: Caller) {
    return this.statements.payOut(to, participant, key);
  }

  private whole({ from, until }: Span) {
    return { from: from ?? 0, until: until ?? this.clock.now() + 1 };
  }
}
