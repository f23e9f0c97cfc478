// The source contract over PostgreSQL, Parquet and CSV.
import { openSource } from '../../src/adapters/sources';
import { personColumns } from '../support/people';
import { csvOf, parquetOf, tableOf } from '../support/people-files';
import { freshDatabase } from '../support/postgres';
import { describeSource } from './sources';

const columns = { ...personColumns };

describeSource('Parquet in memory', async (rows) => {
  const source = await openSource({ kind: 'parquet', file: await parquetOf(rows), columns });
  return { source, close: () => source.close() };
});

describeSource('PostgreSQL', async (rows) => {
  const database = await freshDatabase();
  await tableOf(database.url, rows);
  process.env['SOURCES_SPEC_URL'] = database.url;
  const source = await openSource({
    kind: 'postgres',
    urlVariable: 'SOURCES_SPEC_URL',
    table: 'public.people',
    columns,
  });
  return {
    source,
    close: async () => {
      await source.close();
      await database.drop();
    },
  };
});

describeSource('CSV in a kept file', async (rows) => {
  const file = csvOf(rows);
  const source = await openSource({ kind: 'csv', file, columns, folder: file.replace(/people\.csv$/, 'kept') });
  return { source, close: () => source.close() };
});
