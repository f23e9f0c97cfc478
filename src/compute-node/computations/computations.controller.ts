// A compute node's door. The exchange carries messages; what counts is who signed them.
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Chains, Completing, Delivery, Noises, Signatures, Turn, Verdicts } from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Parsed } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { LEDGER } from '../keys';
import { Computations } from './computations';

const Stop = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/) });
const Mandate = z.strictObject({ appointment: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/) });

@ApiTags('computations')
@Controller('v1/computations')
export class ComputationsController {
  constructor(
    private readonly computations: Computations,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Question, contributions and what is sealed to this node → its signed verdict on each. */
  @For('operator')
  @Post()
  @HttpCode(200)
  deliver(@Body(new Parsed(Delivery)) delivery: Delivery) {
    return this.computations.deliver(delivery);
  }

  /** All three verdicts → the chain so far (mode H: with the noise's ciphertext). */
  @For('operator')
  @Post(':id/steps')
  @HttpCode(200)
  begin(@Param('id') id: string, @Body(new Parsed(Verdicts)) { verdicts }: z.infer<typeof Verdicts>) {
    return this.computations.begin(id, verdicts);
  }

  /** Mode H: all chains and noises → the chain with sum and switched share. */
  @For('operator')
  @Post(':id/sum')
  @HttpCode(200)
  sum(@Param('id') id: string, @Body(new Parsed(Noises)) { chains, noises }: z.infer<typeof Noises>) {
    return this.computations.sum(id, chains, noises);
  }

  /** Overlap: the chain of the node before and the lists it sealed to this one → the whole chain, and the lists for the next. */
  @For('operator')
  @Post(':id/turn')
  @HttpCode(200)
  turn(@Param('id') id: string, @Body(new Parsed(Turn)) { chain, message }: z.infer<typeof Turn>) {
    return this.computations.turn(id, chain, message);
  }

  /** Large form: all sealed chains → what this node says of its noise under their challenge. */
  @For('operator')
  @Post(':id/fingerprint')
  @HttpCode(200)
  fingerprint(@Param('id') id: string, @Body(new Parsed(Chains)) { chains }: z.infer<typeof Chains>) {
    return this.computations.fingerprint(id, chains);
  }

  /** All chains, and in large form all fingerprints → this node's signature under the completion. */
  @For('operator')
  @Post(':id/completion')
  @HttpCode(200)
  complete(
    @Param('id') id: string,
    @Body(new Parsed(Completing)) { chains, fingerprints }: z.infer<typeof Completing>,
  ) {
    return this.computations.complete(id, chains, fingerprints);
  }

  /** Three signatures → the output, sealed to the searcher. */
  @For('operator')
  @Post(':id/release')
  @HttpCode(200)
  release(@Param('id') id: string, @Body(new Parsed(Signatures)) { signatures }: z.infer<typeof Signatures>) {
    return this.computations.release(id, signatures);
  }

  @For('operator')
  @Post(':id/stop')
  @HttpCode(200)
  stop(@Param('id') id: string, @Body(new Parsed(Stop)) { code }: z.infer<typeof Stop>) {
    return this.computations.stop(id, code);
  }

  @For('operator', 'searcher', 'owner', 'auditor')
  @Get(':id')
  shown(@Param('id') id: string) {
    return this.computations.shown(id);
  }

  /** Level C: the noise's seed, to the auditor whose appointment stands on the ledger today. Refuses NOT_YOURS. */
  @For('auditor')
  @Post(':id/seed')
  @HttpCode(200)
  async seed(
    @Param('id') id: string,
    @Body(new Parsed(Mandate)) { appointment }: z.infer<typeof Mandate>,
    @TheCaller() caller: Caller,
  ) {
    const value = (await this.ledger.read(ledgerKeys.appointment(appointment)))?.value;
    const { auditor, from, until, status } = (value ?? {}) as Record<string, unknown>;
    const now = this.clock.now();
    const stands = typeof from === 'number' && typeof until === 'number' && from <= now && now < until;
    if (auditor !== caller.participant || !stands || status !== 'appointed')
      throw new Refusal('NOT_YOURS', { appointment });
    return this.computations.seed(id);
  }
}
