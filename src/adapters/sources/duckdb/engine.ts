// DuckDB as a locked box: no network, no files, no extensions, no settings to change.
import { DuckDBInstance, listValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { Value } from '../contract';

const CAPS = {
  memory_limit: '2GB',
  threads: '2',
  autoload_known_extensions: 'false',
  autoinstall_known_extensions: 'false',
};

/** An instance that may still read files: for loading only. */
export const openForLoading = (path: string): Promise<DuckDBInstance> => DuckDBInstance.create(path, CAPS);

/** The file again, read-only and locked. */
export async function openLocked(path: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, {
    ...CAPS,
    access_mode: 'READ_ONLY',
    enable_external_access: 'false',
    lock_configuration: 'true',
  });
}

/** Locks an instance that lives in memory: neither setting can be taken back. */
export async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** All rows of one statement. */
export async function rows(
  connection: DuckDBConnection,
  text: string,
  values: readonly Value[] = [],
): Promise<readonly (readonly DuckDBValue[])[]> {
  const reader = await connection.runAndReadAll(text, values.map(bound));
  return reader.getRows();
}

const bound = (value: Value): DuckDBValue => (typeof value === 'object' ? listValue(value) : value);
