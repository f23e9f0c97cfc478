// Chooses the type of each CSV column from all of its values, so that codes keep their leading zeros and decimals stay exact.
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../mapping';
import { rows } from './engine';

/** Every value is text here, so that what the values look like can be seen. Broken lines are counted by the load itself. */
const AS_TEXT = 'read_csv($1, header = true, sample_size = -1, all_varchar = true, ignore_errors = true)';

/**
 * Type by column: what DuckDB detects over the whole file, except that whole numbers with a leading zero (postcodes) stay text, and
 * numbers written with at most nine decimals become DECIMAL instead of DOUBLE. Columns that are not in the file have no entry.
 */
export async function csvTypes(
  connection: DuckDBConnection,
  file: string,
  columns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const sniffed = await rows(
    connection,
    'DESCRIBE SELECT * FROM read_csv($1, header = true, sample_size = -1, ignore_errors = true)',
    [file],
  );
  const types = new Map(sniffed.map(([name, type]) => [String(name), String(type)]));
  const numbers = columns.filter((column) => /^(BIGINT|DOUBLE)$/.test(types.get(column) ?? ''));
  if (numbers.length > 0) {
    const looks = numbers.flatMap((name) => looksOf(quoted(name)));
    const [found = []] = await rows(connection, `SELECT ${looks.join(', ')} FROM ${AS_TEXT}`, [file]);
    numbers.forEach((name, at) => {
      const [zeros, plain, whole, places] = found.slice(at * 4, at * 4 + 4);
      if (zeros === true) types.set(name, 'VARCHAR');
      else if (types.get(name) === 'DOUBLE' && plain === true) types.set(name, decimal(Number(whole), Number(places)));
    });
  }
  return new Map(columns.flatMap((column) => (types.has(column) ? [[column, types.get(column) ?? '']] : [])));
}

/** Leading zeros? All plain decimals? Most digits before and after the point. */
const looksOf = (column: string): readonly string[] => [
  `bool_or(regexp_matches(${column}, '^\\s*[+-]?0[0-9]'))`,
  `bool_and(regexp_full_match(${column}, '\\s*[+-]?[0-9]{1,18}(\\.[0-9]{0,9})?\\s*'))`,
  `max(length(regexp_extract(${column}, '[0-9]+')))`,
  `max(length(regexp_extract(${column}, '\\.([0-9]*)', 1)))`,
];

/** Eighteen digits fit DuckDB's 64-bit decimals; wider ones are slower but as exact. */
const decimal = (whole: number, places: number): string =>
  `DECIMAL(${whole + places > 18 ? '38' : '18'}, ${String(places)})`;
