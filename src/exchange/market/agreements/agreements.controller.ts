// Agreements' routes: each party sees its own.
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Refusal } from '../../../domain/refusals';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { agreementOf, agreementsOf } from './agreement';

@ApiTags('market')
@Controller('v1/market/agreements')
export class AgreementsController {
  constructor(private readonly database: DataSource) {}

  @For()
  @Get()
  async list(@TheCaller() { participant }: Caller) {
    return { items: await agreementsOf(this.database.manager, participant) };
  }

  @For()
  @Get(':id')
  async one(@Param('id') id: string, @TheCaller() { participant }: Caller) {
    const found = await agreementOf(this.database.manager, id);
    if (found.buyer !== participant && found.seller !== participant)
      throw new Refusal('AGREEMENT_UNKNOWN', { agreement: id });
    return found;
  }
}
