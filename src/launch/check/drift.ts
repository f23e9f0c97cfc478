// Where an entity and its table disagree: a missing table or column, another type, another rule about NULL, a column nobody maps.
import type { DataSource, EntityMetadata } from 'typeorm';

interface Found {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly filled: boolean;
}

/** One line a difference; empty when entities and tables agree. Tables without an entity are read by SQL alone and are fine. */
export async function differences(database: DataSource): Promise<string[]> {
  const all = await Promise.all(database.entityMetadatas.map((entity) => compare(database, entity)));
  return all.flat();
}

async function compare(database: DataSource, entity: EntityMetadata): Promise<string[]> {
  const table = await columnsOf(database, entity.tableName);
  if (table.length === 0) return [`${entity.name}: there is no table ${entity.tableName}`];
  const faults = entity.columns.flatMap((column) => {
    const place = `${entity.name}.${column.propertyName} (${entity.tableName}.${column.databaseName})`;
    const found = table.find(({ name }) => name === column.databaseName);
    if (!found) return [`${place}: no such column`];
    const wanted = spelled(database.driver.normalizeType(column));
    return [
      ...(spelled(found.type) === wanted ? [] : [`${place}: the entity says ${wanted}, the table ${found.type}`]),
      ...(found.nullable === column.isNullable
        ? []
        : [`${place}: NULL is allowed in ${found.nullable ? 'the table' : 'the entity'} only`]),
    ];
  });
  const mapped = new Set(entity.columns.map((column) => column.databaseName));
  const needed = table.filter(({ name, nullable, filled }) => !mapped.has(name) && !nullable && !filled);
  return [...faults, ...needed.map(({ name }) => `${entity.name}: nothing fills ${entity.tableName}.${name}`)];
}

/** Lengths and precisions are left out: entities do not repeat them. */
const spelled = (type: string): string =>
  type
    .replace(/\(.*?\)/, '')
    .replace(/\[\]$/, '')
    .replace('timestamptz', 'timestamp with time zone')
    .replace(/^int$/, 'integer')
    .trim();

function columnsOf(database: DataSource, table: string): Promise<Found[]> {
  return database.query(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
            a.atthasdef OR a.attidentity <> '' AS filled
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped`,
    [table],
  );
}
