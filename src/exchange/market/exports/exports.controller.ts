// Exports' routes: CSV or JSON, streamed; a party's own, and the journal for auditors and the operator.
import { Controller, Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Min } from 'class-validator';
import { Readable } from 'node:stream';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { type Cell, csvLine } from './csv';
import { Exports, journal, type KindName, kinds } from './exports';

class Asked {
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) from?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) until?: number;
}

@ApiTags('market')
@Controller('v1/market/exports')
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @For('auditor', 'operator')
  @Get('journal.:format')
  journal(@Param('format') format: string, @Query() asked: Asked, @TheCaller() { participant }: Caller) {
    return this.file(journal, format, asked, participant);
  }

  /** `orders`, `charges`, `invoices` or `payouts`, as `csv` or `json`; [from, until) in ms UTC. */
  @For()
  @Get(':kind.:format')
  own(
    @Param('kind') kind: string,
    @Param('format') format: string,
    @Query() asked: Asked,
    @TheCaller() { participant }: Caller,
  ) {
    if (!Object.hasOwn(kinds, kind)) throw new Refusal('EXPORT_UNKNOWN', { kind });
    return this.file(kinds[kind as KindName], format, asked, participant);
  }

  private file(of: Parameters<Exports['of']>[0], format: string, asked: Asked, participant: string): StreamableFile {
    if (format !== 'csv' && format !== 'json') throw new Refusal('EXPORT_UNKNOWN', { format });
    const span = { from: asked.from ?? 0, until: asked.until ?? this.clock.now() + 1 };
    const head = ['at', ...of.columns];
    const found = this.exports.of(of, participant, span);
    const text = format === 'csv' ? asCsv(head, found) : asJsonArray(head, found);
    return new StreamableFile(Readable.from(text), {
      type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
    });
  }
}

async function* asCsv(head: readonly string[], found: AsyncIterable<readonly Cell[]>): AsyncGenerator<string> {
  yield csvLine(head);
  for await (const cells of found) yield csvLine(cells);
}

async function* asJsonArray(head: readonly string[], found: AsyncIterable<readonly Cell[]>): AsyncGenerator<string> {
  let before = '[';
  for await (const cells of found) {
    yield `${before}${JSON.stringify(Object.fromEntries(head.map((name, index) => [name, cells[index] ?? null])))}`;
    before = ',\n';
  }
  yield before === '[' ? '[]' : ']';
}
