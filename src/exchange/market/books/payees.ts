// Who is paid for a product, read from ledger and catalogue before any transaction: no row is locked while we look.
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Catalog } from '../../catalog/catalog.service';
import type { AgreementRow } from '../agreements/agreement';
import { productOf, ruleOf } from '../products/store';
import { Rights } from '../rights/rights';
import type { Parties } from './charging';

@Injectable()
export class Payees {
  constructor(
    private readonly database: DataSource,
    private readonly catalog: Catalog,
    private readonly rights: Rights,
  ) {}

  /** Parties of one product under an agreement's rule. */
  async ofProduct(product: string, rule: string | null, now: number): Promise<Parties> {
    const { manager } = this.database;
    const row = await productOf(manager, product);
    const { owner } = await this.catalog.repository(row.repository);
    const parties = await this.rights.parties(row.repository, now);
    return {
      product,
      repository: row.repository,
      owner,
      rule: await ruleOf(manager, product, rule ?? row.rule),
      ...parties,
    };
  }

  /** Parties of an agreement's fee: of the product itself, or of every member of a bundle. */
  async ofAgreement(it: AgreementRow, now: number): Promise<Parties[]> {
    if (it.members.length === 0) return [await this.ofProduct(it.product, it.rule, now)];
    return Promise.all(it.members.map((member) => this.ofProduct(member, null, now)));
  }
}
