// One column of a data element: its type, its finite or bounded domain, and how sensitive it is.
import { z } from 'zod';
import { Quantity, Scale } from './quantity';

// A control character would be refused by PostgreSQL at run time, so no declared text may hold one.
const noControls = /^[^\u0000-\u001f\u007f]+$/;

/** Text shown to people, in both languages. */
export const Title = z.strictObject({
  en: z.string().min(1).max(400).regex(noControls),
  zh: z.string().min(1).max(400).regex(noControls),
});
export type Title = z.infer<typeof Title>;

export const Word = z.string().min(1).max(200).regex(noControls);
export const Day = z.iso.date().regex(/^(?:19|20|21)\d\d-/);
export const ColumnName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);

const shared = {
  name: ColumnName,
  title: Title,
  sensitivity: z.enum(['open', 'internal', 'personal', 'sensitive']),
  unit: z.string().min(1).max(40).optional(),
};
const Span = z.strictObject({ from: Day, to: Day });

export const Column = z.discriminatedUnion('type', [
  z.strictObject({
    ...shared,
    type: z.literal('category'),
    domain: z.strictObject({ values: z.array(Word).min(1).max(10_000) }),
  }),
  z.strictObject({ ...shared, type: z.literal('integer'), domain: z.strictObject({ low: z.int(), high: z.int() }) }),
  z.strictObject({
    ...shared,
    type: z.literal('decimal'),
    domain: z.strictObject({ low: Quantity, high: Quantity, scale: Scale }),
  }),
  z.strictObject({ ...shared, type: z.literal('boolean') }),
  z.strictObject({ ...shared, type: z.literal('date'), domain: Span }),
  z.strictObject({ ...shared, type: z.literal('timestamp'), domain: Span }),
  z.strictObject({ ...shared, type: z.literal('text-id') }),
]);
export type Column = z.infer<typeof Column>;
export type ColumnType = Column['type'];
