// Mode H's key ceremony, two calls an epoch: first everybody commits, then everybody reveals. And the node's public key.
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { b64u } from '../../domain/canonical';
import { epochOf, type EnvelopeKeys } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Parsed } from '../../platform/http';
import { For, Open } from '../../platform/tokens/guard';
import type { Keyring } from '../../wire';
import { HPKE, KEYRING, PROGRAM } from '../keys';
import { Registration } from '../registration';
import { Epochs } from './epochs';

const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
const Reveal = z.strictObject({ nodes: z.tuple([Slug, Slug, Slug]) });
const DAYS_AHEAD = 7 * 86_400_000;

@ApiTags('node')
@Controller('v1')
export class EpochsController {
  constructor(
    private readonly epochs: Epochs,
    private readonly registration: Registration,
    @Inject(HPKE) private readonly hpke: EnvelopeKeys,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Who this node is. The key counts only because its hash is on the ledger. */
  @Open()
  @Get('node')
  async node() {
    await this.registration.record();
    return { participant: this.keys.participant, hpkeKey: b64u(this.hpke.publicKey), program: PROGRAM };
  }

  /** Only the present epoch and, in its last days, the next one: nobody fills the node with keys. */
  @For('operator')
  @Post('epochs/:epoch/commitment')
  @HttpCode(200)
  commit(@Param('epoch') epoch: string) {
    const now = this.clock.now();
    if (![epochOf(now), epochOf(now + DAYS_AHEAD)].includes(epoch))
      throw new Refusal('QUESTION_MALFORMED', { at: 'epoch' });
    return this.epochs.commit(epoch);
  }

  @For('operator')
  @Post('epochs/:epoch/share')
  @HttpCode(200)
  reveal(@Param('epoch') epoch: string, @Body(new Parsed(Reveal)) { nodes }: z.infer<typeof Reveal>) {
    return this.epochs.reveal(epoch, nodes);
  }
}
