// What a source refuses, what it may never do, and how a file becomes typed columns.
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plan } from '../../../test/support/people';
import { freshDatabase } from '../../../test/support/postgres';
import { runSql } from '../../platform/postgres';
import { openLocked, rows } from './duckdb/engine';
import { openSource, SourceConfig, sqlOf } from './index';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const options = { secret: new Uint8Array(32), timeoutMs: 10_000 };
const byCode = plan({
  groups: [{ of: 'column', column: 'code', keys: 'discovered' }],
  aggregates: [{ of: 'rows', perUnit: 1n }],
});

describe('CSV files', () => {
  test('postcodes keep their zeros, decimals are exact, and rows without ids are numbered', async () => {
    const file = fileOf('zip.csv', 'code,price,at\n02139,1.005,2026-01-01T10:00:00\n94110,2.50,2026-01-02T10:00:00\n');
    const source = await openSource({
      kind: 'csv',
      file,
      columns: { id: '#row', code: 'code', price: 'price', at: 'at' },
    });
    const types = Object.fromEntries((await source.describe()).map(({ name, type }) => [name, type]));
    expect(types).toEqual({ '#row': 'BIGINT', code: 'VARCHAR', price: 'DECIMAL(18,3)', at: 'TIMESTAMP' });
    const priced = plan({
      groups: byCode.groups,
      aggregates: [
        { of: 'sum', column: 'price', scale: 2, low: 0n, high: 999n, offset: 0n, power: 1, lowest: 0n, highest: 999n },
      ],
    });
    const found = (await source.run(priced, options)).map((row) => [row.key[0], row.values[0]]);
    expect(Object.fromEntries(found)).toEqual({ '02139': 101n, '94110': 250n }); // 1.005 as a double would be 100.
    await source.close();
  });

  test('broken lines are refused by number, never by content, and nothing is kept', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `p${String(i)},a,${String(i)}`);
    const file = fileOf(
      'broken.csv',
      ['id,code,price', ...lines, 'secret-name,b,1,too,many', ...lines, 'few'].join('\n') + '\n',
    );
    const kept = join(folder, 'kept');
    const failure = await openSource({ kind: 'csv', file, columns: { id: 'id', code: 'code' }, folder: kept }).catch(
      (e: unknown) => e,
    );
    expect(failure).toMatchObject({ code: 'SOURCE_ROWS_BROKEN', details: { rows: 2, lines: ['42', '83'] } });
    expect(JSON.stringify(failure)).not.toContain('secret');
    expect(readdirSync(kept)).toEqual([]);
  });

  test.each`
    title                         | name            | columns                    | code
    ${'a file that is not there'} | ${'absent.csv'} | ${{ id: 'id' }}            | ${'SOURCE_DOWN'}
    ${'an unknown column'}        | ${'plain.csv'}  | ${{ id: 'id', x: 'nope' }} | ${'SOURCE_COLUMN_UNKNOWN'}
  `(
    '$title: $code',
    async ({ name, columns, code }: { name: string; columns: Record<string, string>; code: string }) => {
      fileOf('plain.csv', 'id,code\np1,a\n');
      await expect(openSource({ kind: 'csv', file: join(folder, name), columns })).rejects.toMatchObject({ code });
    },
  );

  test('a Parquet file that is none is unreadable', async () => {
    const file = fileOf('none.parquet', 'id,code\np1,a\n');
    await expect(openSource({ kind: 'parquet', file, columns: { id: 'id' } })).rejects.toMatchObject({
      code: 'SOURCE_FILE_UNREADABLE',
    });
  });
});

test('a kept file is reused, and opened it can neither read files nor change anything', async () => {
  const kept = join(folder, 'locked');
  const config: SourceConfig = {
    kind: 'csv',
    file: fileOf('kept.csv', 'id,code\np1,a\np2,b\n'),
    columns: { id: 'id', code: 'code' },
    folder: kept,
  };
  const first = await openSource(config);
  await first.close();
  const again = await openSource(config);
  expect(await again.version()).toBe(await first.version());
  expect(await again.run(byCode, options)).toHaveLength(2);
  await again.close();
  const instance = await openLocked(join(kept, readdirSync(kept)[0] ?? ''));
  const connection = await instance.connect();
  for (const statement of [
    `SELECT * FROM read_csv('${config.file}')`,
    `COPY source TO '${join(folder, 'out.csv')}'`,
    `ATTACH '${join(folder, 'other.duckdb')}'`,
    'INSTALL httpfs',
    'SET threads = 8',
    'SET enable_external_access = true',
    'DELETE FROM source',
  ])
    await expect(rows(connection, statement)).rejects.toThrow();
  connection.closeSync();
  instance.closeSync();
});

describe('PostgreSQL', () => {
  const open = (url: string, table: string, columns: Record<string, string>) => {
    process.env['SOURCE_SPEC_URL'] = url;
    return openSource({ kind: 'postgres', urlVariable: 'SOURCE_SPEC_URL', table, columns });
  };

  test('unknown tables and columns, and a server that is away', async () => {
    const database = await freshDatabase();
    await runSql(database.url, 'CREATE TABLE people (id text, code text)');
    await expect(open(database.url, 'nobody', { id: 'id' })).rejects.toMatchObject({ code: 'SOURCE_TABLE_UNKNOWN' });
    await expect(open(database.url, 'people', { id: 'nope' })).rejects.toMatchObject({ code: 'SOURCE_COLUMN_UNKNOWN' });
    await expect(open(database.url, 'people', { id: '#row' })).rejects.toMatchObject({ code: 'SOURCE_COLUMN_UNKNOWN' });
    await expect(open('postgresql://x:y@127.0.0.1:1/z', 'people', { id: 'id' })).rejects.toMatchObject({
      code: 'SOURCE_DOWN',
    });
    const urlFile = fileOf('url', database.url);
    chmodSync(urlFile, 0o644);
    const fromFile: SourceConfig = { kind: 'postgres', urlFile, table: 'people', columns: { id: 'id', code: 'code' } };
    await expect(openSource(fromFile)).rejects.toMatchObject({ code: 'SOURCE_DOWN' });
    chmodSync(urlFile, 0o600);
    const source = await openSource(fromFile);
    const before = await source.version();
    await runSql(database.url, "INSERT INTO people VALUES ('p1', 'a')");
    expect(await source.version()).not.toBe(before);
    await source.close();
    await database.drop();
  });
});

test('the shown SQL holds no literal and no name that is not mapped', () => {
  const asked = plan({
    filters: [{ column: 'code', op: '=', values: ["x' OR 1=1"], scale: 0 }],
    groups: byCode.groups,
  });
  for (const dialect of ['duckdb', 'postgres'] as const) {
    const { text, parameters } = sqlOf(asked, dialect, {
      table: 'public.people',
      columns: { id: 'a"b', code: 'code' },
    });
    expect(text).not.toContain('OR 1=1');
    expect(text).toContain('"a""b"');
    expect(Math.max(...[...text.matchAll(/\$(\d+)/g)].map((found) => Number(found[1])))).toBe(parameters);
  }
});

test('a configuration with an unknown field, a relative file or two places for the URL is no configuration', () => {
  const base = { kind: 'csv', file: '/a.csv', columns: { id: 'id' } };
  expect(SourceConfig.safeParse(base).success).toBe(true);
  expect(SourceConfig.safeParse({ ...base, more: 1 }).success).toBe(false);
  expect(SourceConfig.safeParse({ ...base, file: 'a.csv' }).success).toBe(false);
  const both = { kind: 'postgres', urlVariable: 'A', urlFile: '/a', table: 't', columns: { id: 'id' } };
  expect(SourceConfig.safeParse(both).success).toBe(false);
});
