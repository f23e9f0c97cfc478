// The catalogue's routes: anyone may look; owners publish what the ledger already names.
import { Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DataElement, Metadata } from '../../domain/elements';
import { JsonBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, Open, TheCaller } from '../../platform/tokens/guard';
import { Catalog } from './catalog.service';
import { Search } from './search';

const AdoptionForm = z.strictObject({
  policy: z.record(z.string(), z.json()),
  /** The SQL that the data end runs, for everybody to read. */
  sql: z.strictObject({ dialect: z.string().max(20), text: z.string().max(100_000) }).optional(),
});
type AdoptionForm = z.infer<typeof AdoptionForm>;

@ApiTags('catalogue')
@Controller('v1')
export class CatalogController {
  constructor(private readonly catalog: Catalog) {}

  @For('owner')
  @Post('elements')
  @HttpCode(200)
  publish(@JsonBody(DataElement) document: DataElement, @TheCaller() caller: Caller) {
    return this.catalog.publishElement(document, caller.participant);
  }

  @Open()
  @Get('elements')
  async elements() {
    return { items: await this.catalog.elements() };
  }

  @Open()
  @Get('elements/:id')
  element(@Param('id') id: string) {
    return this.catalog.element(id);
  }

  @For('owner')
  @Put('repositories/:id')
  announce(@Param('id') id: string, @JsonBody(Metadata) metadata: Metadata, @TheCaller() caller: Caller) {
    return this.catalog.announce(id, metadata, caller.participant);
  }

  /** Search by words, element, theme, place, time, operation, owner or adopted template; paged by `after`. */
  @Open()
  @Get('repositories')
  search(@Query() search: Search) {
    return this.catalog.search(search);
  }

  @Open()
  @Get('repositories/:id')
  async repository(@Param('id') id: string) {
    return { ...(await this.catalog.repository(id)), adoptions: await this.catalog.adoptions(id) };
  }

  @For('owner')
  @Put('repositories/:id/adoptions/:template')
  async adopt(
    @Param('id') id: string,
    @Param('template') template: string,
    @JsonBody(AdoptionForm) { policy, sql }: AdoptionForm,
    @TheCaller() caller: Caller,
  ) {
    await this.catalog.adopt(id, template, { policy, sql: sql ?? null }, caller.participant);
    return { repository: id, template };
  }
}
