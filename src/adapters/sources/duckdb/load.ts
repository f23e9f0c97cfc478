// Loads a CSV or Parquet file once, in one step, into a table; broken CSV lines are counted and refused, never shown.
import type { DuckDBConnection } from '@duckdb/node-api';
import { Refusal } from '../../../domain/refusals';
import { ROW_NUMBER, type FileConfig } from '../config';
import { quoted } from '../mapping';
import { rows } from './engine';
import { csvTypes } from './types';

/** The most line numbers a refusal carries. */
const SHOWN = 20;

/**
 * Makes `table` with the mapped columns only, numbers and times in types whose every value can be read safely.
 * Refuses SOURCE_ROWS_BROKEN, SOURCE_COLUMN_UNKNOWN, SOURCE_FILE_UNREADABLE.
 */
export async function load(connection: DuckDBConnection, config: FileConfig, table: string): Promise<void> {
  try {
    const from = config.kind === 'parquet' ? 'read_parquet($1)' : await csvReader(connection, config);
    const numbered = `SELECT *, row_number() OVER () AS ${quoted(ROW_NUMBER)} FROM ${from}`;
    await connection.run(`CREATE TEMP TABLE raw AS ${numbered}`, [config.file]);
  } catch {
    // The cause stays here: its text may quote a line of the file.
    throw new Refusal('SOURCE_FILE_UNREADABLE', { kind: config.kind });
  }
  if (config.kind === 'csv') await refuseBroken(connection);
  const types = new Map(
    (await rows(connection, 'SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $1', ['raw'])).map(
      ([name, type]) => [String(name), String(type)],
    ),
  );
  const columns = [...new Set(Object.values(config.columns))].map((column) => {
    const type = types.get(column);
    if (type === undefined) throw new Refusal('SOURCE_COLUMN_UNKNOWN', { column });
    return `${safe(quoted(column), type)} AS ${quoted(column)}`;
  });
  await connection.run(`CREATE TABLE ${quoted(table)} AS SELECT ${columns.join(', ')} FROM raw`);
  await connection.run('DROP TABLE raw');
}

/** The CSV reader with each mapped column's type said beforehand; the rest is detected and not kept. */
async function csvReader(connection: DuckDBConnection, { file, columns }: FileConfig): Promise<string> {
  const mapped = [...new Set(Object.values(columns))].filter((column) => column !== ROW_NUMBER);
  const types = await csvTypes(connection, file, mapped);
  const named = [...types].map(([column, type]) => `${literal(column)}: ${literal(type)}`).join(', ');
  return `read_csv($1, header = true, sample_size = -1, store_rejects = true${named === '' ? '' : `, types = {${named}}`})`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function refuseBroken(connection: DuckDBConnection): Promise<void> {
  const broken = await rows(connection, 'SELECT DISTINCT line FROM reject_errors ORDER BY line');
  if (broken.length === 0) return;
  throw new Refusal('SOURCE_ROWS_BROKEN', {
    rows: broken.length,
    lines: broken.slice(0, SHOWN).map(([line]) => String(line)),
  });
}

/** A cast that cannot fail later: beyond the new type's range a value becomes NULL here. */
function safe(column: string, type: string): string {
  if (/^(FLOAT|UHUGEINT)$/.test(type)) return `TRY_CAST(${column} AS DOUBLE)`;
  if (type.startsWith('TIMESTAMP_')) return `TRY_CAST(${column} AS TIMESTAMP)`;
  return column;
}
