// Publishes elements and repositories whose hashes the ledger already holds, and finds them again.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Json } from '../../domain/canonical';
import { DataElement, elementId, type Metadata, metadataId } from '../../domain/elements';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { LEDGER } from '../ledger/tokens';
import { Adoption, Element, Repository, type SqlShown } from './entities';
import { onLedger } from './on-ledger';
import { narrow, type Search } from './search';

const PAGE = 20;

export interface Page<T> {
  readonly items: readonly T[];
  /** Give this as `after` for the next page; null on the last. */
  readonly next: string | null;
}

@Injectable()
export class Catalog {
  constructor(
    private readonly database: DataSource,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Refuses LEDGER_ENTRY_MISSING. The same element twice is one. */
  async publishElement(document: DataElement, publisher: string): Promise<Element> {
    const id = elementId(document);
    await onLedger(this.ledger, ledgerKeys.element(id), 'document', id.slice(7));
    const values = { id, document: { ...document }, publisher, publishedAt: new Date(this.clock.now()) };
    await this.database.createQueryBuilder().insert().into(Element).values(values).orIgnore().execute();
    return this.element(id);
  }

  /** Refuses ELEMENT_UNKNOWN. */
  async element(id: string): Promise<Element> {
    const element = await this.database.manager.findOneBy(Element, { id });
    if (element === null) throw new Refusal('ELEMENT_UNKNOWN', { element: id });
    return element;
  }

  elements(): Promise<Element[]> {
    return this.database.manager.find(Element, { order: { id: 'ASC' }, take: 200 });
  }

  /** Puts a repository's metadata in place, new or changed. Refuses LEDGER_ENTRY_MISSING, NOT_YOURS, ELEMENT_UNKNOWN. */
  async announce(id: string, metadata: Metadata, owner: string): Promise<Repository> {
    const metadataName = metadataId(metadata);
    const entry = await onLedger(this.ledger, ledgerKeys.repository(id), 'metadata', metadataName.slice(7), {
      field: 'owner',
      is: owner,
    });
    const element = await this.element(String(entry.value['element']));
    await this.database.manager.save(Repository, {
      id,
      owner,
      element: element.id,
      metadata: { ...metadata },
      metadataId: metadataName,
      state: entry.value['status'] === 'retired' ? 'retired' : 'announced',
      theme: metadata.theme,
      place: metadata.place.name,
      timeFrom: metadata.time.from,
      timeTo: metadata.time.to,
      operations: metadata.operations,
      words: wordsOf(metadata, DataElement.parse(element.document)),
    });
    return this.repository(id);
  }

  /** Refuses REPOSITORY_UNKNOWN. */
  async repository(id: string): Promise<Repository> {
    const repository = await this.database.manager.findOneBy(Repository, { id });
    if (repository === null) throw new Refusal('REPOSITORY_UNKNOWN', { repository: id });
    return repository;
  }

  async search(search: Search): Promise<Page<Repository>> {
    const limit = search.limit ?? PAGE;
    const query = this.database.manager.createQueryBuilder(Repository, 'r');
    const found = await narrow(query, search)
      .take(limit + 1)
      .getMany();
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Keeps an adoption that the ledger holds. Refuses LEDGER_ENTRY_MISSING, NOT_YOURS, REPOSITORY_UNKNOWN. */
  async adopt(
    repository: string,
    template: string,
    shown: { policy: Json; sql: SqlShown | null },
    owner: string,
  ): Promise<void> {
    if ((await this.repository(repository)).owner !== owner) throw new Refusal('NOT_YOURS', { repository });
    const entry = await this.ledger.read(ledgerKeys.adoption(repository, template));
    if (entry === undefined)
      throw new Refusal('LEDGER_ENTRY_MISSING', { key: ledgerKeys.adoption(repository, template) });
    const state = entry.value['status'] === 'adopted' ? 'adopted' : 'retired';
    await this.database.manager.save(Adoption, {
      repository,
      template,
      state,
      policy: shown.policy as Record<string, unknown>,
      sql: shown.sql,
    });
  }

  /** The SQL of a template in each dialect that some data end runs it in. */
  async sqlOf(template: string): Promise<Readonly<Record<string, string>>> {
    const rows = await this.database.manager.find(Adoption, {
      where: { template, state: 'adopted' },
      order: { repository: 'ASC' },
    });
    return Object.fromEntries(rows.flatMap(({ sql }) => (sql === null ? [] : [[sql.dialect, sql.text]])));
  }

  adoptions(repository: string): Promise<Adoption[]> {
    return this.database.manager.find(Adoption, {
      where: { repository, state: 'adopted' },
      order: { template: 'ASC' },
    });
  }
}

function wordsOf(metadata: Metadata, element: DataElement): string {
  const { title, description, place } = metadata;
  const columns = element.columns.flatMap((column) => [column.name, column.title.en, column.title.zh]);
  return [
    title.en,
    title.zh,
    description.en,
    description.zh,
    place.name,
    element.title.en,
    element.title.zh,
    ...columns,
  ]
    .join(' ')
    .toLowerCase();
}
