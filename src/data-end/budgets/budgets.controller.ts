// What a searcher has left at this data end: its own share only.
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import { readPolicy } from '../../domain/safe-answers';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { accounts } from '../intake/charges';
import { GrantedPermit } from '../permits/entities';
import { HostedRepository } from '../repositories/entities';
import { Budgets } from './budgets';

@ApiTags('budgets')
@Controller('v1/budgets')
export class BudgetsController {
  constructor(
    private readonly database: DataSource,
    private readonly budgets: Budgets,
  ) {}

  /** Rho left for the permit's searcher at its repository, and rho and questions left under the permit. */
  @For('searcher', 'operator')
  @Get(':permit')
  async left(@Param('permit') id: string, @TheCaller() caller: Caller) {
    const { manager } = this.database;
    const permit = (await manager.findOneBy(GrantedPermit, { id }))?.document;
    if (permit === undefined || (permit.searcher !== caller.participant && !caller.roles.includes('operator'))) {
      throw new Refusal('PERMIT_MISSING', { permit: id });
    }
    const hosted = await manager.findOneByOrFail(HostedRepository, { id: permit.repository });
    const { limits } = readPolicy(hosted.policy);
    const { repository, searcher, rho, quota } = permit;
    return {
      rho: await this.budgets.left(manager, accounts.searcher(repository, searcher), limits.capPerSearcher),
      permitRho: await this.budgets.left(manager, accounts.permitRho(id), rho),
      questions: await this.budgets.left(manager, accounts.permitQuota(id), String(quota)),
    };
  }
}
