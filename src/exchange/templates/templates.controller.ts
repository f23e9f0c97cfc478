// Templates' routes: public to read (document, question in words, SQL of every dialect, reviews), closed to write.
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { z } from 'zod';
import { bind, describe, sumsPlan, preview, Template } from '../../domain/templates';
import { JsonBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../platform/tokens/guard';
import { Catalog } from '../catalog/catalog.service';
import type { TemplateRow, TemplateState } from './entities';
import { Templates } from './templates.service';

const states = ['draft', 'submitted', 'in-review', 'approved', 'withdrawn'] as const;

class Filter {
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) element?: string;
  @IsOptional() @IsIn(states) state?: TemplateState;
}

const ReviewForm = z.strictObject({ statement: z.string().max(8192) });
const PreviewForm = z.strictObject({ parameters: z.record(z.string(), z.json()).default({}) });

@ApiTags('templates')
@Controller('v1/templates')
export class TemplatesController {
  constructor(
    private readonly templates: Templates,
    private readonly catalog: Catalog,
  ) {}

  /** Any participant may write a template. */
  @For()
  @Post()
  @HttpCode(200)
  draft(@JsonBody(Template) document: Template, @TheCaller() caller: Caller) {
    return this.templates.draft(document, caller.participant);
  }

  @For()
  @Post(':id/submission')
  @HttpCode(200)
  submit(@Param('id') id: string, @TheCaller() caller: Caller) {
    return this.templates.submit(id, caller.participant);
  }

  /** A reviewer's statement, signed with the receipt key. */
  @For('reviewer')
  @Post(':id/reviews')
  @HttpCode(200)
  review(
    @Param('id') id: string,
    @JsonBody(ReviewForm) { statement }: z.infer<typeof ReviewForm>,
    @TheCaller() caller: Caller,
  ) {
    return this.templates.review(id, caller.participant, statement);
  }

  @Open()
  @Get()
  async list(@Query() filter: Filter) {
    const rows = await this.templates.list({
      ...(filter.element === undefined ? {} : { element: filter.element }),
      state: filter.state ?? 'approved',
    });
    return { items: rows };
  }

  /** The whole template: document, state, reviews, the question in words, and the element it reads. */
  @Open()
  @Get(':id')
  async one(@Param('id') id: string) {
    await this.templates.followLedger(id);
    const row = await this.templates.one(id);
    const element = await this.templates.elementOf(row);
    return {
      ...row,
      words: describe(templateOf(row), element),
      elementDocument: element,
      reviews: await this.templates.reviews(id),
      sql: await this.catalog.sqlOf(id),
    };
  }

  /** What an answer would look like, on synthetic rows made from the element's declared domains: touches no data, costs nothing. */
  @Open()
  @Post(':id/preview')
  @HttpCode(200)
  async preview(@Param('id') id: string, @JsonBody(PreviewForm) { parameters }: z.infer<typeof PreviewForm>) {
    const row = await this.templates.one(id);
    const element = await this.templates.elementOf(row);
    const template = templateOf(row);
    const asked = bind(template, element, parameters);
    return {
      words: describe(template, element, parameters),
      rho: template.privacy.rho,
      ...preview(sumsPlan(template, element, asked), element),
    };
  }
}

const templateOf = (row: TemplateRow): Template => Template.parse(row.document);
