// What a searcher may search by; every filter is optional and they narrow each other.
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { Type } from 'class-transformer';
import type { SelectQueryBuilder } from 'typeorm';
import { Repository } from './entities';

export class Search {
  /** Words that must all occur in title, description, place or column names. */
  @IsOptional() @IsString() @MaxLength(200) q?: string;
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) element?: string;
  @IsOptional() @IsString() @MaxLength(60) theme?: string;
  @IsOptional() @IsString() @MaxLength(120) place?: string;
  /** ISO date: only data that reach to this day or later. */
  @IsOptional() @IsISO8601({ strict: true }) @MaxLength(10) from?: string;
  /** ISO date: only data that begin on this day or earlier. */
  @IsOptional() @IsISO8601({ strict: true }) @MaxLength(10) to?: string;
  @IsOptional() @IsString() @MaxLength(40) operation?: string;
  @IsOptional() @IsString() @MaxLength(41) owner?: string;
  /** Only repositories that have adopted this template. */
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) template?: string;
  @IsOptional() @IsIn(['announced', 'retired']) state?: 'announced' | 'retired';
  /** Where the last page ended. */
  @IsOptional() @IsString() @MaxLength(120) after?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(100) limit?: number;
}

const like = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

/** Narrows a query over repositories by the filters given. */
export function narrow(query: SelectQueryBuilder<Repository>, search: Search): SelectQueryBuilder<Repository> {
  query.where('r.state = :state', { state: search.state ?? 'announced' });
  if (search.element !== undefined) query.andWhere('r.element = :element', { element: search.element });
  if (search.owner !== undefined) query.andWhere('r.owner = :owner', { owner: search.owner });
  if (search.theme !== undefined) query.andWhere('r.theme = :theme', { theme: search.theme });
  if (search.place !== undefined) query.andWhere('lower(r.place) LIKE :place', { place: like(search.place) });
  if (search.from !== undefined) query.andWhere('r.timeTo >= :from', { from: search.from });
  if (search.to !== undefined) query.andWhere('r.timeFrom <= :to', { to: search.to });
  if (search.operation !== undefined) {
    query.andWhere('r.operations @> :operation::jsonb', { operation: JSON.stringify([search.operation]) });
  }
  if (search.template !== undefined) {
    query.andWhere(
      `EXISTS (SELECT 1 FROM adoptions a WHERE a.repository = r.id AND a.template = :template AND a.state = 'adopted')`,
      { template: search.template },
    );
  }
  (search.q ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 8)
    .forEach((word, i) => query.andWhere(`r.words LIKE :word${String(i)}`, { [`word${String(i)}`]: like(word) }));
  if (search.after !== undefined) query.andWhere('r.id > :after', { after: search.after });
  return query.orderBy('r.id', 'ASC');
}
