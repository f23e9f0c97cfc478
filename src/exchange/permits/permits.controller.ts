// Routes for permits: searchers ask, owners bring what they granted, each sees only its own.
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Permit, purposes } from '../../domain/permits';
import { Refusal } from '../../domain/refusals';
import { JsonBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { Permits } from './permits.service';

export class WishForm {
  @IsString() @MaxLength(128) repository!: string;
  @Matches(/^sha256:[0-9a-f]{64}$/) template!: string;
  @IsIn(purposes) purpose!: string;
}

class Filter {
  @IsOptional() @IsString() @MaxLength(128) repository?: string;
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) template?: string;
}

@ApiTags('permits')
@Controller('v1')
export class PermitsController {
  constructor(private readonly permits: Permits) {}

  @For('searcher')
  @Post('permit-requests')
  @HttpCode(200)
  request(@Body() wish: WishForm, @TheCaller() caller: Caller) {
    return this.permits.request(
      { repository: wish.repository, template: wish.template, purpose: wish.purpose },
      caller.participant,
    );
  }

  @For('searcher', 'owner')
  @Get('permit-requests')
  async requests(@TheCaller() caller: Caller) {
    return { items: await this.permits.requests(caller.participant) };
  }

  @For('owner')
  @Put('permits/:id')
  keep(@Param('id') id: string, @JsonBody(Permit) permit: Permit, @TheCaller() caller: Caller) {
    if (permit.id !== id) throw new Refusal('BODY_SHAPE', { at: 'id', why: 'differs from the address' });
    return this.permits.keep(permit, caller.participant);
  }

  @For('searcher', 'owner')
  @Get('permits')
  async list(@Query() filter: Filter, @TheCaller() caller: Caller) {
    return { items: await this.permits.of(caller.participant, filter) };
  }
}
