// The data end's door for confidential questions.
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ContributionOrder, type ContributionReply } from '../../domain/confidential';
import { JsonBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { Contributing } from './contributing';

@ApiTags('confidential')
@Controller('v1/contributions')
export class ConfidentialController {
  constructor(private readonly contributing: Contributing) {}

  /** M1 and the signed question → M2 and, unless it is a refusal, the committed and sealed contribution. */
  @For('searcher', 'operator')
  @Post()
  @HttpCode(200)
  contribute(
    @JsonBody(ContributionOrder) order: ContributionOrder,
    @TheCaller() caller: Caller,
  ): Promise<ContributionReply> {
    return this.contributing.take(order, caller);
  }
}
