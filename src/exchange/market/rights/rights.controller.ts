// Rights' routes: everybody may read who holds, processes and uses what; writing goes through the ledger's own routes.
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../../platform/tokens/guard';
import { Rights } from './rights';

@ApiTags('market')
@Controller('v1/market/rights')
export class RightsController {
  constructor(private readonly rights: Rights) {}

  @For()
  @Get()
  async mine(@TheCaller() caller: Caller) {
    return { items: await this.rights.heldBy(caller.participant) };
  }

  @Open()
  @Get(':repository')
  async of(@Param('repository') repository: string) {
    return { items: await this.rights.of(repository) };
  }
}
