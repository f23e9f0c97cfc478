// What is left under a permit, asked of the data end that keeps the budget; the exchange keeps none.
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { Catalog } from '../catalog/catalog.service';
import { Permits } from '../permits/permits.service';
import { DataEnds } from './data-ends';

@ApiTags('budgets')
@Controller('v1/budgets')
export class BudgetsController {
  constructor(
    private readonly permits: Permits,
    private readonly catalog: Catalog,
    private readonly dataEnds: DataEnds,
  ) {}

  /** Rho left for the searcher at the repository, rho and questions left under the permit; exact texts. */
  @For('searcher')
  @Get(':permit')
  async left(@Param('permit') id: string, @TheCaller() caller: Caller): Promise<unknown> {
    const permit = await this.permits.named(id, caller.participant);
    const { owner } = await this.catalog.repository(permit.repository);
    return (await this.dataEnds.of(owner)).json(`/v1/budgets/${encodeURIComponent(id)}`);
  }
}
