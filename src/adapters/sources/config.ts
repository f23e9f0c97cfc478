// Where an owner's rows are and how the element's columns are called there; checked at the door.
import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** The row number given at load (CSV and Parquet only), as text: for rows without person ids. */
export const ROW_NUMBER = '#row';

const Columns = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/), z.string().min(1).max(200))
  .refine((columns) => Object.keys(columns).length > 0, 'no column');
const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[^\u0000-\u001f"]+$/);
const file = z.string().min(1).max(4096).refine(isAbsolute, 'absolute path');
const files = { file, table: name.optional(), columns: Columns, folder: file.optional() };

export const SourceConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('csv'), ...files }),
  z.strictObject({ kind: z.literal('parquet'), ...files }),
  z
    .strictObject({
      kind: z.literal('postgres'),
      urlVariable: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,80}$/)
        .optional(),
      urlFile: file.optional(),
      table: z.string().regex(/^[^\u0000-\u001f".]{1,63}(?:\.[^\u0000-\u001f".]{1,63})?$/),
      columns: Columns,
      version: z.string().min(1).max(200).optional(),
    })
    .refine(
      (config) => (config.urlVariable === undefined) !== (config.urlFile === undefined),
      'one of urlVariable and urlFile',
    ),
]);
export type SourceConfig = z.infer<typeof SourceConfig>;
export type FileConfig = Extract<SourceConfig, { kind: 'csv' | 'parquet' }>;
export type PostgresConfig = Extract<SourceConfig, { kind: 'postgres' }>;
