// The exchange's door for confidential questions.
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { z } from 'zod';
import { Base64url, epochOf, SignedQuestionShape } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Parsed } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../platform/tokens/guard';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';
import { Confidential } from './confidential';
import { Nodes } from './nodes';

const Asked = z.strictObject({
  question: SignedQuestionShape,
  /** One dx/1 request of mode `sealed` a repository. */
  requests: z
    .array(z.strictObject({ bytes: Base64url, statement: z.string().max(4096) }))
    .min(2)
    .max(512),
  searcherSealKey: Base64url.optional(),
});

class Wait {
  /** Seconds to wait for the end, at most 30. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(30) wait?: number;
}

class Three {
  /** Three nodes, separated by commas. */
  @Matches(/^[a-z][a-z0-9-]{1,40}(,[a-z][a-z0-9-]{1,40}){2}$/) nodes!: string;
}

/** Less than a searcher waits for this one call. */
const CEREMONY_MS = 80_000;

@ApiTags('confidential')
@Controller('v1/confidential')
export class ConfidentialController {
  constructor(
    private readonly confidential: Confidential,
    private readonly nodes: Nodes,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Registered compute nodes that answer, with the keys whose hashes they put on the ledger. */
  @Open()
  @Get('nodes')
  async list() {
    return { items: await this.nodes.answering() };
  }

  /** Mode H: the three nodes' key shares of the present epoch, made now if nobody asked before. */
  @For('searcher', 'owner', 'compute-node', 'auditor')
  @Get('epochs/:epoch')
  async epoch(@Param('epoch') epoch: string, @Query() { nodes }: Three) {
    const now = this.clock.now();
    if (epoch !== epochOf(now)) throw new Refusal('QUESTION_MALFORMED', { at: 'epoch' });
    return {
      epoch,
      shares: await this.nodes.ceremony(
        epoch,
        nodes.split(','),
        now + Math.min(CEREMONY_MS, this.settings.NODE_PATIENCE_MS),
      ),
    };
  }

  @For('searcher')
  @Post()
  @HttpCode(202)
  async ask(@Body(new Parsed(Asked)) asked: z.infer<typeof Asked>, @TheCaller() caller: Caller) {
    const { id, state } = await this.confidential.accept(asked, caller);
    return { id, state };
  }

  @For('searcher')
  @Get(':id')
  view(@Param('id') id: string, @Query() { wait }: Wait, @TheCaller() caller: Caller) {
    return this.confidential.view(id, caller, wait ?? 0);
  }

  @For('searcher', 'auditor')
  @Get(':id/ciphertexts')
  ciphertexts(@Param('id') id: string, @TheCaller() caller: Caller) {
    return this.confidential.ciphertexts(id, caller);
  }
}
