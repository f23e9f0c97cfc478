// A plan in DuckDB's words.
import type { SumsPlan } from '../../../domain/templates/plan';
import { write, writeUnits, type Statement, type Words } from '../contract';
import type { Mapping } from '../mapping';

const FORMATS = { hour: '%Y-%m-%dT%H', day: '%Y-%m-%d', week: '%Y-%m-%d', month: '%Y-%m' } as const;

const words: Words = {
  wide: 'HUGEINT',
  text: 'VARCHAR',
  among: (value, list) => `${value} IN (SELECT unnest(${list}))`,
  isNaN: (value, kind) => (kind === 'float' ? `isnan(${value})` : 'FALSE'),
  scaled: (value, kind, scale) => {
    const factor = 10n ** BigInt(scale);
    if (kind === 'integer') return `CAST(${value} AS bigint) * ${String(factor)}`;
    if (kind === 'decimal')
      return `CAST(CAST(round(${value}, ${String(scale)}) AS DECIMAL(38, 9)) * ${String(factor)} AS bigint)`;
    // round() of DuckDB and PostgreSQL differ on halves of doubles; these two lines do not.
    const product = `${value} * CAST(${String(factor)} AS double)`;
    return `CAST(CASE WHEN ${value} >= 0 THEN floor(${product} + 0.5) ELSE ceil(${product} - 0.5) END AS bigint)`;
  },
  utc: (value, kind) => {
    const local = kind === 'timestamptz' ? `${value} AT TIME ZONE 'UTC'` : `CAST(${value} AS timestamp)`;
    return `CASE WHEN ${value} BETWEEN '1000-01-02' AND '9999-12-30' THEN ${local} END`;
  },
  bucket: (utc, by) => `strftime(${by === 'week' ? `date_trunc('week', ${utc})` : utc}, '${FORMATS[by]}')`,
  divide: (a, b) => `${a} // ${b}`,
  digest: (text) => `md5(${text})`,
  bytes: (text) => text,
};

/** The statement and its bound values. Refuses SOURCE_COLUMN_UNKNOWN, SOURCE_COLUMN_TYPE. */
export const compile = (plan: SumsPlan, mapping: Mapping, secret: Uint8Array): Statement =>
  write(words, plan, mapping, secret);

/** The statement that names the plan's units. Refuses as `compile`. */
export const compileUnits = (plan: SumsPlan, mapping: Mapping, secret: Uint8Array, most: number): Statement =>
  writeUnits(words, plan, mapping, secret, most);
