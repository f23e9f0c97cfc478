// A plan in PostgreSQL's words.
import type { SumsPlan } from '../../../domain/templates/plan';
import { write, writeUnits, type Statement, type Words } from '../contract';
import type { Mapping } from '../mapping';

const FORMATS = { hour: 'YYYY-MM-DD"T"HH24', day: 'YYYY-MM-DD', week: 'YYYY-MM-DD', month: 'YYYY-MM' } as const;

const words: Words = {
  wide: 'numeric',
  text: 'text',
  among: (value, list) => `${value} = ANY (${list})`,
  isNaN: (value, kind) => `${value} = '${kind === 'integer' ? '0' : 'NaN'}'`,
  scaled: (value, kind, scale) => {
    const factor = 10n ** BigInt(scale);
    if (kind === 'integer') return `CAST(${value} AS bigint) * ${String(factor)}`;
    if (kind === 'decimal') return `CAST(round(${value} * ${String(factor)}, 0) AS bigint)`;
    // round() of DuckDB and PostgreSQL differ on halves of doubles; these two lines do not.
    const product = `${value} * CAST(${String(factor)} AS double precision)`;
    return `CAST(CASE WHEN ${value} >= 0 THEN floor(${product} + 0.5) ELSE ceil(${product} - 0.5) END AS bigint)`;
  },
  utc: (value, kind) => {
    const local = kind === 'timestamptz' ? `${value} AT TIME ZONE 'UTC'` : `CAST(${value} AS timestamp)`;
    return `CASE WHEN ${value} BETWEEN '1000-01-02' AND '9999-12-30' THEN ${local} END`;
  },
  bucket: (utc, by) => `to_char(${by === 'week' ? `date_trunc('week', ${utc})` : utc}, '${FORMATS[by]}')`,
  divide: (a, b) => `${a} / ${b}`,
  digest: (text) => `CAST(md5(${text}) AS uuid)`, // Sixteen bytes sort faster than 32 letters.
  bytes: (text) => `${text} COLLATE "C"`,
};

/** The statement and its bound values. Refuses SOURCE_COLUMN_UNKNOWN, SOURCE_COLUMN_TYPE. */
export const compile = (plan: SumsPlan, mapping: Mapping, secret: Uint8Array): Statement =>
  write(words, plan, mapping, secret);

/** The statement that names the plan's units. Refuses as `compile`. */
export const compileUnits = (plan: SumsPlan, mapping: Mapping, secret: Uint8Array, most: number): Statement =>
  writeUnits(words, plan, mapping, secret, most);
