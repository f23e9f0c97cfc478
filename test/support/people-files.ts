// People written where a source finds them: a CSV file, a Parquet file, a PostgreSQL table.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { runSql } from '../../src/platform/postgres';
import { personColumns, personTypes, type Person } from './people';

const names = Object.keys(personColumns) as (keyof Person)[];
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const text = (value: Person[keyof Person]): string | null =>
  Object.is(value, -0) ? '-0' : value === null ? null : String(value);
const cell = (value: Person[keyof Person]): string => {
  const written = text(value);
  return written === null ? '' : `"${written.replaceAll('"', '""')}"`;
};

/** A CSV file with a header; missing values are empty. */
export function csvOf(rows: readonly Person[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'people-')), 'people.csv');
  const header = names.map((name) => quoted(personColumns[name])).join(',');
  writeFileSync(file, [header, ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\n') + '\n');
  return file;
}

/** The same rows with their exact types. */
export async function parquetOf(rows: readonly Person[]): Promise<string> {
  const file = csvOf(rows).replace(/csv$/, 'parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const types = names.map((name) => `'${personColumns[name]}': '${personTypes[name]}'`).join(', ');
  await connection.run(
    `COPY (SELECT * FROM read_csv('${file.replace(/parquet$/, 'csv')}', header = true, columns = {${types}})) TO '${file}'`,
  );
  connection.closeSync();
  instance.closeSync();
  return file;
}

/** A table `people` with the same rows and types. */
export async function tableOf(url: string, rows: readonly Person[]): Promise<void> {
  const columns = names.map((name) => `${quoted(personColumns[name])} ${personTypes[name]}`).join(', ');
  const literal = (value: Person[keyof Person]): string => {
    const written = text(value);
    return written === null ? 'NULL' : `'${written.replaceAll("'", "''")}'`;
  };
  const inserts = Array.from({ length: Math.ceil(rows.length / 500) }, (_, part) => {
    const lines = rows
      .slice(part * 500, part * 500 + 500)
      .map((row) => `(${names.map((name) => literal(row[name])).join(',')})`);
    return `INSERT INTO people VALUES ${lines.join(',')}`;
  });
  await runSql(url, `CREATE TABLE people (${columns})`, ...inserts);
}
