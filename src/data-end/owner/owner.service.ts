// What an owner does at its data end: connect a repository, adopt a template, grant and revoke permits. Each step: kept, on the ledger, published.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SourceConfig, sqlOf } from '../../adapters/sources';
import type { Json } from '../../domain/canonical';
import { contentId } from '../../domain/canonical';
import { DataElement, elementId, type Metadata, metadataId } from '../../domain/elements';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { type Permit, permitHash } from '../../domain/permits';
import { Refusal } from '../../domain/refusals';
import { defaultPolicy, readPolicy, type Policy } from '../../domain/safe-answers';
import { bind, checkTemplate, sumsPlan, sampleParameters, Template, templateId } from '../../domain/templates';
import type { SumsPlan } from '../../domain/templates/plan';
import { RANDOM, type Random } from '../../platform/clock';
import { KEYRING, type Keyring } from '../keys';
import { GrantedPermit } from '../permits/entities';
import { AdoptedTemplate, HostedRepository } from '../repositories/entities';
import { OpenSources } from '../runner/open-sources';
import { LEDGER, Witness } from '../witness';
import { ExchangeLink } from './exchange-link';
import { OwnerOutbox } from './outbox';
import { mustFitPolicy } from './policy-fit';

export interface Offering {
  readonly id: string;
  readonly element: DataElement;
  readonly metadata: Metadata;
  readonly source: SourceConfig;
  readonly policy?: Policy | undefined;
}

@Injectable()
export class Owner {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: OwnerOutbox,
    private readonly link: ExchangeLink,
    private readonly sources: OpenSources,
    private readonly witness: Witness,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** Opens and describes the source, then announces it. Doing it again goes on where it stopped. Refuses SOURCE_*. */
  async offer(offering: Offering): Promise<HostedRepository> {
    const { id, element, metadata } = offering;
    await this.prepare(offering);
    await this.publishElement(element);
    const command = {
      repository: id,
      owner: this.keys.participant,
      element: elementId(element),
      metadata: metadataId(metadata).slice(7),
    };
    await this.outbox.commit(`repository/${id}/1`, { type: 'AnnounceRepository', ...command });
    await this.link.client.json(`/v1/repositories/${id}`, { method: 'PUT', json: metadata });
    await this.database.manager.update(HostedRepository, { id }, { state: 'announced' });
    return this.repository(id);
  }

  /** Checks that the template is open, fits the element and can be planned; then adopts it. Refuses TEMPLATE_*. */
  async adopt(repository: string, template: string): Promise<void> {
    const hosted = await this.repository(repository);
    const { document } = await this.link.client.json<{ document: unknown }>(`/v1/templates/${template}`);
    const read = Template.parse(document);
    if (templateId(read) !== template) throw new Refusal('TEMPLATE_NOT_OPEN', { template });
    await this.witness.templateMustBeOpen(template);
    const element = DataElement.parse(hosted.element);
    checkTemplate(read, element);
    mustFitPolicy(read, readPolicy(hosted.policy));
    const sample = sumsPlan(read, element, bind(read, element, sampleParameters(read)));
    const policy = hosted.policy;
    const policyHash = contentId('aggregora/policy/1', policy as Json);
    await this.database.manager.save(AdoptedTemplate, {
      repository,
      template,
      document: { ...read },
      policy,
      state: 'adopting',
    });
    await this.outbox.commit(`adoption/${repository}/${template}`, {
      type: 'AdoptTemplate',
      repository,
      template: template,
      policy: policyHash.slice(7),
    });
    await this.link.client.json(`/v1/repositories/${repository}/adoptions/${template}`, {
      method: 'PUT',
      json: { policy, sql: shownSql(sample, hosted) },
    });
    await this.database.manager.update(AdoptedTemplate, { repository, template }, { state: 'adopted' });
  }

  /** Grants a permit: here, on the ledger, and at the exchange, in this order. Refuses LEDGER_* and what the exchange refuses. */
  async grant(permit: Permit): Promise<Permit> {
    if (permit.grantor !== this.keys.participant) throw new Refusal('NOT_YOURS', { permit: permit.id });
    await this.repository(permit.repository);
    await this.database
      .createQueryBuilder()
      .insert()
      .into(GrantedPermit)
      .values({ id: permit.id, document: permit as never, state: 'granting' })
      .orIgnore()
      .execute();
    const kept = await this.database.manager.findOneByOrFail(GrantedPermit, { id: permit.id });
    if (permitHash(kept.document) !== permitHash(permit)) throw new Refusal('PERMIT_ID_TAKEN', { permit: permit.id });
    const { id, from, until, repository, template, searcher } = permit;
    const hash = permitHash(permit).slice(7);
    await this.outbox.commit(`permit/${id}/1`, {
      type: 'GrantPermit',
      permit: id,
      version: 1,
      hash,
      from,
      until,
      repository,
      template,
      searcher,
    });
    await this.link.client.json(`/v1/permits/${id}`, { method: 'PUT', json: permit });
    await this.database.manager.update(GrantedPermit, { id, state: 'granting' }, { state: 'granted' });
    return permit;
  }

  /** From the block of this revocation on, no answer is given under the permit. */
  async revoke(id: string): Promise<void> {
    const kept = await this.database.manager.findOneBy(GrantedPermit, { id });
    if (kept === null) throw new Refusal('PERMIT_MISSING', { permit: id });
    const version = kept.document.version + 1;
    await this.outbox.commit(`permit/${id}/${String(version)}`, { type: 'RevokePermit', permit: id, version });
    await this.database.manager.update(GrantedPermit, { id }, { state: 'revoked' });
    await this.link.client.json(`/v1/permits/${id}`, { method: 'PUT', json: kept.document });
  }

  /** Refuses REPOSITORY_NOT_HERE. */
  async repository(id: string): Promise<HostedRepository> {
    const hosted = await this.database.manager.findOneBy(HostedRepository, { id });
    if (hosted === null) throw new Refusal('REPOSITORY_NOT_HERE', { repository: id });
    return hosted;
  }

  private async prepare({ id, element, metadata, source, policy }: Offering): Promise<void> {
    const known = await this.database.manager.findOneBy(HostedRepository, { id });
    if (known !== null) return;
    const draft = {
      id,
      element: { ...element },
      metadata: { ...metadata },
      source: { ...source } as Record<string, unknown>,
      policy: { ...readPolicy(policy ?? { ...defaultPolicy, unit: element.unit.of }) } as Record<string, unknown>,
      dataVersion: '',
      secret: Buffer.from(this.random(32)),
      state: 'prepared' as const,
    };
    const opened = await this.sources.of(draft);
    await opened.describe();
    await this.database.manager.save(HostedRepository, { ...draft, dataVersion: await opened.version() });
  }

  private async publishElement(element: DataElement): Promise<void> {
    const id = elementId(element);
    if ((await this.ledger.read(ledgerKeys.element(id))) === undefined) {
      const command = { type: 'PublishElement', element: id, document: id.slice(7), name: element.title.en } as const;
      // Two owners may publish the same element at once; the ledger keeps one, and that is enough for both.
      await this.outbox.commit(`element/${id}`, command).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== 'LEDGER_ALREADY_RECORDED') throw error;
      });
    }
    await this.link.client.json('/v1/elements', { json: element });
  }
}

/** The SQL this data end runs, with every literal a parameter: open to everybody, as the template is. */
function shownSql(sample: SumsPlan, hosted: HostedRepository): { dialect: string; text: string } {
  const source = SourceConfig.parse(hosted.source);
  const dialect = source.kind === 'postgres' ? 'postgres' : 'duckdb';
  return { dialect, text: sqlOf(sample, dialect, { table: source.table ?? 'rows', columns: source.columns }).text };
}
