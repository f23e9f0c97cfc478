// The sources room: an owner's files and tables, asked in integers through one port.
import type { SumsPlan } from '../../domain/templates/plan';
import { SourceConfig } from './config';
import { compile as compileDuckDB } from './duckdb/compile';
import { openFile } from './duckdb/source';
import type { Mapping } from './mapping';
import type { Source } from './port';
import { compile as compilePostgres } from './postgres/compile';
import { openPostgres } from './postgres/source';

export { SourceConfig, type FileConfig, type PostgresConfig } from './config';
export type { Kind, Mapping } from './mapping';
export type { RunOptions, Source, SourceColumn } from './port';
export { sourceRefusals } from './refusals';

/**
 * Opens a source: files are loaded, tables and columns checked. The config is checked first (ZodError on a wrong shape).
 * Refuses SOURCE_DOWN, SOURCE_TABLE_UNKNOWN, SOURCE_COLUMN_UNKNOWN, SOURCE_ROWS_BROKEN, SOURCE_FILE_UNREADABLE.
 */
export function openSource(config: SourceConfig): Promise<Source> {
  const checked = SourceConfig.parse(config);
  return checked.kind === 'postgres' ? openPostgres(checked) : openFile(checked);
}

export type Dialect = 'duckdb' | 'postgres';

/** The SQL of a plan without running it, literals as $1 … $n, and how many there are. Refuses SOURCE_COLUMN_UNKNOWN, SOURCE_COLUMN_TYPE. */
export function sqlOf(plan: SumsPlan, dialect: Dialect, mapping: Mapping): { text: string; parameters: number } {
  const compile = dialect === 'duckdb' ? compileDuckDB : compilePostgres;
  const { text, values } = compile(plan, mapping, new Uint8Array(32));
  return { text, parameters: values.length };
}
