// The owner's own desk at its data end: local people with the desk code, never the network.
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { SourceConfig } from '../../adapters/sources';
import { DataElement, Metadata } from '../../domain/elements';
import { Permit } from '../../domain/permits';
import { Refusal } from '../../domain/refusals';
import { Policy } from '../../domain/safe-answers';
import { JsonBody } from '../../platform/http';
import { Open } from '../../platform/tokens/guard';
import { Account } from '../budgets/entities';
import { OwnTree } from '../receipts/own-tree';
import { HostedRepository } from '../repositories/entities';
import { isDeskCode } from '../secrets';
import { Owner } from './owner.service';

export const DESK_CODE = Symbol('desk code');

@Injectable()
export class DeskGuard implements CanActivate {
  constructor(@Inject(DESK_CODE) private readonly code: string) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (!isDeskCode(headers.authorization, this.code)) throw new Refusal('DESK_CODE_WRONG');
    return true;
  }
}

const OfferForm = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  element: DataElement,
  metadata: Metadata,
  source: SourceConfig,
  policy: Policy.optional(),
});
const AdoptForm = z.strictObject({ repository: z.string().max(128), template: z.string().max(80) });

@ApiTags('owner')
@Open() // Not open at all: the desk guard stands where tokens stand elsewhere.
@UseGuards(DeskGuard)
@Controller('owner')
export class OwnerController {
  constructor(
    private readonly owner: Owner,
    private readonly database: DataSource,
    private readonly tree: OwnTree,
  ) {}

  @Post('repositories')
  @HttpCode(200)
  async offer(@JsonBody(OfferForm) form: z.infer<typeof OfferForm>) {
    const { id, state, dataVersion } = await this.owner.offer(form);
    return { id, state, dataVersion };
  }

  @Post('adoptions')
  @HttpCode(200)
  async adopt(@JsonBody(AdoptForm) { repository, template }: z.infer<typeof AdoptForm>) {
    await this.owner.adopt(repository, template);
    return { repository, template, state: 'adopted' };
  }

  @Post('permits')
  @HttpCode(200)
  grant(@JsonBody(Permit) permit: Permit) {
    return this.owner.grant(permit);
  }

  @Post('permits/:id/revocation')
  @HttpCode(200)
  async revoke(@Param('id') id: string) {
    await this.owner.revoke(id);
    return { id, state: 'revoked' };
  }

  /** Every account: what was spent and is held of rho and quota. */
  @Get('accounts')
  async accounts() {
    return { items: await this.database.manager.find(Account, { order: { id: 'ASC' } }) };
  }

  /** The owner's whole tree, recomputed from storage and compared with every anchor on the ledger. */
  @Get('fsck')
  fsck() {
    return this.tree.checkUp();
  }

  @Get('repositories')
  async repositories() {
    const items = await this.database.manager.find(HostedRepository, { order: { id: 'ASC' } });
    return { items: items.map(({ id, state, dataVersion, policy }) => ({ id, state, dataVersion, policy })) };
  }
}
