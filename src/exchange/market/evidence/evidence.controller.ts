// Auditors' routes: the books' zero per currency, and every posting with its receipt or its reason.
import { Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Readable } from 'node:stream';
import { CLOCK, type Clock } from '../../../platform/clock';
import { For } from '../../../platform/tokens/guard';
import { csvLine } from '../exports/csv';
import { Evidence } from './evidence';

class Page {
  @IsOptional() @IsString() @MaxLength(240) after?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(5000) limit?: number;
}
class Span {
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) from?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) until?: number;
}

@ApiTags('market')
@For('auditor', 'operator')
@Controller('v1/market/audit')
export class EvidenceController {
  constructor(
    private readonly evidence: Evidence,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('books')
  books() {
    return this.evidence.books();
  }

  /** Counts over everything, and one page of entries; `after` is the `next` of the page before. */
  @Get('reconciliation')
  reconciliation(@Query() { after, limit }: Page) {
    return this.evidence.reconciliation({
      ...(after === undefined ? {} : { after }),
      ...(limit === undefined ? {} : { limit }),
    });
  }

  @Get('reconciliation.csv')
  csv(): StreamableFile {
    return new StreamableFile(Readable.from(this.lines()), { type: 'text/csv; charset=utf-8' });
  }

  /** Which segments of differential prices were used, how often, for how much. */
  @Get('segments')
  async segments(@Query() { from, until }: Span) {
    return { items: await this.evidence.segments({ from: from ?? 0, until: until ?? this.clock.now() + 1 }) };
  }

  private async *lines(): AsyncGenerator<string> {
    yield csvLine(['entry', 'subject', 'receipt', 'reason']);
    for await (const { entry, subject, receipt, because } of this.evidence.explained())
      yield csvLine([entry, subject, receipt, because]);
  }
}
