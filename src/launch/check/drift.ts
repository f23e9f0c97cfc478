// Compares entity classes with the tables that the migrations made.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';

/** Statements that TypeORM would still run to make tables or columns fit the entities; names of indexes and keys do not count. */
export async function columnDrift(url: string, folders: readonly string[]): Promise<readonly string[]> {
  const entities = folders.flatMap((folder) => entityFiles(folder));
  if (entities.length === 0) return [];
  const database = new DataSource({
    type: 'postgres',
    url,
    entities: entities.map((path) => join(process.cwd(), path)),
  });
  await database.initialize();
  try {
    const wanted = await database.driver.createSchemaBuilder().log();
    return wanted.upQueries
      .map((query) => query.query)
      .filter((sql) => /CREATE TABLE|(ADD|DROP) "|(ADD|DROP|ALTER) COLUMN/.test(sql));
  } finally {
    await database.destroy();
  }
}

function entityFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .filter((path) => /^@Entity\(/m.test(readFileSync(path, 'utf8')));
}
