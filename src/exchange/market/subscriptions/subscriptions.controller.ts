// Subscriptions' routes.
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { OnceKey } from '../store/key';
import { Subscriptions } from './subscriptions.service';

const Start = z.strictObject({ product: z.string().max(128), zone: z.string().max(60).default('UTC') });

@ApiTags('market')
@Controller('v1/market/subscriptions')
export class SubscriptionsController {
  constructor(private readonly subscriptions: Subscriptions) {}

  @For('searcher', 'trader')
  @Post()
  @HttpCode(200)
  start(@JsonBody(Start) wanted: z.infer<typeof Start>, @OnceKey() key: string, @TheCaller() caller: Caller) {
    return this.subscriptions.start(wanted, caller.participant, key);
  }

  @For()
  @Get()
  async list(@TheCaller() { participant }: Caller) {
    return { items: await this.subscriptions.list(participant) };
  }

  /** To the product's present plan: now when dearer, at the period's end when cheaper. */
  @For('searcher', 'trader')
  @Post(':id/change')
  @HttpCode(200)
  change(@Param('id') id: string, @OnceKey() key: string, @TheCaller() { participant }: Caller) {
    return this.subscriptions.change(id, participant, key);
  }

  @For('searcher', 'trader')
  @Post(':id/cancellation')
  @HttpCode(200)
  cancel(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    return this.subscriptions.cancel(id, participant);
  }
}
