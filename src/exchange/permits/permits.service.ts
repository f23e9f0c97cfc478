// Permit requests go from searcher to owner; granted permits are kept here once the ledger names their hash.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { type Permit, permitHash } from '../../domain/permits';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock, NEW_ID, type NewId } from '../../platform/clock';
import { Catalog } from '../catalog/catalog.service';
import { LEDGER } from '../ledger/tokens';
import { PermitRequest, PermitRow } from './entities';

export interface Wish {
  readonly repository: string;
  readonly template: string;
  readonly purpose: string;
}

@Injectable()
export class Permits {
  constructor(
    private readonly database: DataSource,
    private readonly catalog: Catalog,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
  ) {}

  /** The same wish twice is one. Refuses REPOSITORY_UNKNOWN, TEMPLATE_NOT_ADOPTED. */
  async request(wish: Wish, searcher: string): Promise<PermitRequest> {
    const adopted = await this.catalog.adoptions((await this.catalog.repository(wish.repository)).id);
    if (!adopted.some(({ template }) => template === wish.template))
      throw new Refusal('TEMPLATE_NOT_ADOPTED', { repository: wish.repository, template: wish.template });
    const values = {
      id: this.newId(),
      ...wish,
      searcher,
      state: 'open' as const,
      permit: null,
      requestedAt: new Date(this.clock.now()),
    };
    await this.database.createQueryBuilder().insert().into(PermitRequest).values(values).orIgnore().execute();
    return this.database.manager.findOneByOrFail(PermitRequest, { ...wish, searcher });
  }

  /** A searcher sees its own requests, an owner those for its repositories. */
  requests(participant: string): Promise<PermitRequest[]> {
    return this.database.manager
      .createQueryBuilder(PermitRequest, 'w')
      .where(
        'w.searcher = :participant OR EXISTS (SELECT 1 FROM repositories r WHERE r.id = w.repository AND r.owner = :participant)',
        { participant },
      )
      .orderBy('w.requestedAt', 'DESC')
      .take(200)
      .getMany();
  }

  /** Keeps a permit its owner granted. Refuses LEDGER_ENTRY_MISSING, NOT_YOURS. */
  async keep(permit: Permit, owner: string): Promise<PermitRow> {
    if (permit.grantor !== owner) throw new Refusal('NOT_YOURS', { permit: permit.id });
    const entry = await this.ledger.read(ledgerKeys.permit(permit.id));
    if (entry?.value['hash'] !== permitHash(permit).slice(7))
      throw new Refusal('LEDGER_ENTRY_MISSING', { key: ledgerKeys.permit(permit.id) });
    if (entry.value['owner'] !== owner) throw new Refusal('NOT_YOURS', { permit: permit.id });
    const { id, version, searcher, repository, template } = permit;
    const state = entry.value['status'] === 'revoked' ? 'revoked' : 'granted';
    await this.database.manager.save(PermitRow, {
      id,
      version,
      searcher,
      repository,
      template,
      state,
      document: { ...permit },
    });
    await this.database.manager.update(
      PermitRequest,
      { searcher, repository, template },
      { state: 'granted', permit: id },
    );
    return this.database.manager.findOneByOrFail(PermitRow, { id });
  }

  /** Permits a participant holds or granted. */
  of(participant: string, filter: { repository?: string; template?: string }): Promise<PermitRow[]> {
    const query = this.database.manager
      .createQueryBuilder(PermitRow, 'p')
      .where(
        '(p.searcher = :participant OR EXISTS (SELECT 1 FROM repositories r WHERE r.id = p.repository AND r.owner = :participant))',
        { participant },
      );
    if (filter.repository !== undefined) query.andWhere('p.repository = :repository', filter);
    if (filter.template !== undefined) query.andWhere('p.template = :template', filter);
    return query.orderBy('p.id', 'ASC').take(200).getMany();
  }

  /** The permit a request names, if it is the caller's. Refuses PERMIT_MISSING. */
  async named(id: string, searcher: string): Promise<PermitRow> {
    const row = await this.database.manager.findOneBy(PermitRow, { id, searcher });
    if (row === null) throw new Refusal('PERMIT_MISSING', { permit: id });
    return row;
  }
}
