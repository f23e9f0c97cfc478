// Carries templates from draft to use: authors submit, reviewers sign, and with enough signatures the operator publishes on the ledger.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { type Json } from '../../domain/canonical';
import { DataElement } from '../../domain/elements';
import { peekJws, statementDigest, verifyJws } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { checkTemplate, decideReview, type Review, Template, templateId } from '../../domain/templates';
import { REVIEW_TYPE, ReviewStatement } from '../../domain/templates/review';
import { CLOCK, type Clock } from '../../platform/clock';
import { Catalog } from '../catalog/catalog.service';
import { OperatorOutbox } from '../ledger/operator-outbox';
import { LEDGER } from '../ledger/tokens';
import { Participants } from '../participants/participants.service';
import { TemplateReview, TemplateRow, type TemplateState } from './entities';

@Injectable()
export class Templates {
  constructor(
    private readonly database: DataSource,
    private readonly catalog: Catalog,
    private readonly participants: Participants,
    private readonly outbox: OperatorOutbox,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Keeps a draft under its content id; the same document twice is one. Refuses TEMPLATE_* with the exact place, ELEMENT_UNKNOWN. */
  async draft(document: Template, author: string): Promise<TemplateRow> {
    const element = await this.catalog.element(document.element);
    checkTemplate(document, DataElement.parse(element.document));
    const id = templateId(document);
    const values = {
      id,
      document: { ...document },
      element: document.element,
      author,
      state: 'draft',
      changedAt: this.today(),
    };
    await this.database
      .createQueryBuilder()
      .insert()
      .into(TemplateRow)
      .values(values as never)
      .orIgnore()
      .execute();
    return this.one(id);
  }

  /** Refuses TEMPLATE_UNKNOWN, NOT_YOURS, TEMPLATE_STATE. */
  async submit(id: string, author: string): Promise<TemplateRow> {
    const row = await this.one(id);
    if (row.author !== author) throw new Refusal('NOT_YOURS', { template: id });
    if (row.state === 'draft') await this.move(this.database.manager, id, ['draft'], 'submitted');
    return this.one(id);
  }

  /** Takes one reviewer's signed statement; the approving one also publishes. Refuses JWS_*, REVIEW_*, TEMPLATE_STATE. */
  async review(id: string, reviewer: string, statement: string): Promise<TemplateRow> {
    const row = await this.one(id);
    if (!['submitted', 'in-review', 'approved'].includes(row.state))
      throw new Refusal('TEMPLATE_STATE', { template: id, state: row.state });
    const said = await this.reviewIn(statement, reviewer, id);
    await this.database.transaction(async (tx) => {
      await tx
        .createQueryBuilder()
        .insert()
        .into(TemplateReview)
        .values({
          template: id,
          reviewer,
          verdict: said.verdict,
          comment: said.comment,
          statement,
          reviewedAt: this.today(),
        })
        .orIgnore()
        .execute();
      await this.move(tx, id, ['submitted'], 'in-review');
    });
    return this.conclude(await this.one(id));
  }

  /** Publishes when the reviews suffice; called again after a crash it goes on. */
  async conclude(row: TemplateRow): Promise<TemplateRow> {
    if (row.state !== 'in-review') return row;
    const reviews = await this.reviews(row.id);
    const author = await this.participants.one(row.author);
    const known = await Promise.all(reviews.map((review) => this.knownReview(review)));
    const state = {
      author: author.id,
      authorOrganisation: author.organisation,
      submittedAt: row.changedAt.getTime(),
      coolingMs: 0,
    };
    if (decideReview(state, known, this.clock.now()) !== 'approved') return row;
    await this.outbox.commit(`template/${row.id}`, {
      type: 'PublishTemplate',
      template: row.id as `sha256:${string}`,
      element: row.element as `sha256:${string}`,
      author: row.author,
      reviews: reviews
        .filter(({ verdict }) => verdict === 'APPROVE')
        .map(({ reviewer, statement }) => ({ reviewer, jws: statementDigest(statement) })),
    });
    await this.move(this.database.manager, row.id, ['in-review'], 'approved');
    return this.one(row.id);
  }

  /** Refuses TEMPLATE_UNKNOWN. */
  async one(id: string): Promise<TemplateRow> {
    const row = await this.database.manager.findOneBy(TemplateRow, { id });
    if (row === null) throw new Refusal('TEMPLATE_UNKNOWN', { template: id });
    return row;
  }

  list(filter: { element?: string; state?: TemplateState }): Promise<TemplateRow[]> {
    return this.database.manager.find(TemplateRow, { where: filter, order: { id: 'ASC' }, take: 200 });
  }

  reviews(id: string): Promise<TemplateReview[]> {
    return this.database.manager.find(TemplateReview, { where: { template: id }, order: { reviewer: 'ASC' } });
  }

  /** The element a template reads, as its document. */
  async elementOf(row: TemplateRow): Promise<DataElement> {
    return DataElement.parse((await this.catalog.element(row.element)).document);
  }

  /** Whether the ledger has withdrawn it; the read model follows the ledger, never the other way. */
  async followLedger(id: string): Promise<void> {
    const entry = await this.ledger.read(ledgerKeys.template(id));
    if (entry?.value['status'] === 'withdrawn') await this.move(this.database.manager, id, ['approved'], 'withdrawn');
  }

  private async reviewIn(statement: string, reviewer: string, template: string): Promise<ReviewStatement> {
    const { receiptCertificate } = await this.participants.one(reviewer);
    peekJws(statement);
    const payload: Json = verifyJws(statement, REVIEW_TYPE, new Uint8Array(receiptCertificate));
    const said = ReviewStatement.safeParse(payload);
    if (!said.success || said.data.template !== template) throw new Refusal('REVIEW_OTHER', { template });
    return said.data;
  }

  private async knownReview({ reviewer, verdict, reviewedAt }: TemplateReview): Promise<Review> {
    const { organisation } = await this.participants.one(reviewer);
    return { reviewer, organisation, verdict, at: reviewedAt.getTime() };
  }

  private move(tx: EntityManager, id: string, from: TemplateState[], to: TemplateState): Promise<unknown> {
    return tx.update(TemplateRow, { id, state: In(from) }, { state: to, changedAt: this.today() });
  }

  private today(): Date {
    return new Date(this.clock.now());
  }
}
