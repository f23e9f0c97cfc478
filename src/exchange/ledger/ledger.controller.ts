// The ledger's routes: everyone may read and verify; what is written is signed by its author and judged by the rules.
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ledgerInputs, ledgerRoutes, type LedgerRoutes, type ServedLedger } from '../../adapters/ledger/remote';
import { JsonBody, Parsed } from '../../platform/http';
import { Open } from '../../platform/tokens/guard';
import { LEDGER } from './tokens';

type Input<Name extends keyof typeof ledgerInputs> = z.output<(typeof ledgerInputs)[Name]>;

@ApiTags('ledger')
@Open()
@Controller('v1/ledger')
export class LedgerController {
  private readonly routes: LedgerRoutes;

  constructor(@Inject(LEDGER) ledger: ServedLedger) {
    this.routes = ledgerRoutes(ledger);
  }

  /** Unsigned transaction bytes for a command that the rules accept today. */
  @Post('prepare')
  @HttpCode(200)
  prepare(@JsonBody(ledgerInputs.prepare) input: Input<'prepare'>) {
    return this.routes.prepare(input);
  }

  /** The same bytes again give the same result. */
  @Post('submit')
  @HttpCode(200)
  submit(@JsonBody(ledgerInputs.submit) input: Input<'submit'>) {
    return this.routes.submit(input);
  }

  @Get('transactions/:id')
  transaction(@Param(new Parsed(ledgerInputs.transaction)) input: Input<'transaction'>) {
    return this.routes.transaction(input);
  }

  @Get('entries')
  entries(@Query(new Parsed(ledgerInputs.entries)) input: Input<'entries'>) {
    return this.routes.entries(input);
  }

  @Get('entries/:key')
  entry(@Param(new Parsed(ledgerInputs.entry)) input: Input<'entry'>) {
    return this.routes.entry(input);
  }

  @Get('events')
  events(@Query(new Parsed(ledgerInputs.events)) input: Input<'events'>) {
    return this.routes.events(input);
  }

  @Get('head')
  head() {
    return this.routes.head();
  }

  @Get('proofs/:key')
  proof(@Param(new Parsed(ledgerInputs.proof)) input: Input<'proof'>) {
    return this.routes.proof(input);
  }
}
