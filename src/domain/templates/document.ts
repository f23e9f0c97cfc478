// The template document: the only questions that can be asked. One schema gives the type, the check and the JSON Schema.
import { z } from 'zod';
import { contentId, type ContentId, type Json } from '../canonical';
import { ColumnName, Day, parsed, Quantity, Scale, Slug, Title, Version, Word } from '../elements';
import { purposes } from '../permits';

export const templateTag = 'aggregora/template/1';
export const ParameterName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,39}$/)
  .refine((name) => name !== 'constructor', 'reserved name');
const Constant = z.union([z.boolean(), z.int(), Word]);
const asked = { optional: z.boolean().optional(), title: Title.optional() };

export const Parameter = z.discriminatedUnion('type', [
  /** `values` may narrow the column's list; `many` lets `in` take several of them. */
  z.strictObject({
    ...asked,
    type: z.literal('category'),
    values: z.array(Word).min(1).max(10_000),
    many: z.boolean().optional(),
  }),
  z.strictObject({ ...asked, type: z.literal('boolean') }),
  z.strictObject({ ...asked, type: z.literal('step'), from: Quantity, to: Quantity, by: Quantity }),
  z.strictObject({ ...asked, type: z.literal('date'), from: Day, to: Day }),
]);
export type Parameter = z.infer<typeof Parameter>;

const single = z.enum(['=', '<', '<=', '>', '>=']);
export const Condition = z.union([
  z.strictObject({ column: ColumnName, op: single, parameter: ParameterName }),
  z.strictObject({ column: ColumnName, op: single, constant: Constant }),
  z.strictObject({ column: ColumnName, op: z.literal('in'), parameter: ParameterName }),
  z.strictObject({ column: ColumnName, op: z.literal('in'), constant: z.array(Constant).min(1).max(1_000) }),
  z.strictObject({ column: ColumnName, op: z.literal('between'), parameter: z.tuple([ParameterName, ParameterName]) }),
  z.strictObject({ column: ColumnName, op: z.literal('between'), constant: z.tuple([Constant, Constant]) }),
]);
export type Condition = z.infer<typeof Condition>;

const Edges = z.array(Quantity).min(2).max(1_001);
export const Group = z.union([
  z.strictObject({
    column: ColumnName,
    keys: z.union([z.enum(['declared', 'discovered']), z.array(Constant).min(1).max(10_000)]),
  }),
  z.strictObject({
    bucket: z.enum(['hour', 'day', 'week', 'month']),
    column: ColumnName,
    from: Day.optional(),
    to: Day.optional(),
  }),
  z.strictObject({ band: Edges, column: ColumnName }),
  z.strictObject({
    grid: Quantity,
    lat: ColumnName,
    lon: ColumnName,
    south: Quantity,
    west: Quantity,
    rows: z.int().min(1).max(1_024),
    cols: z.int().min(1).max(1_024),
  }),
]);
export type Group = z.infer<typeof Group>;

const as = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);
const bounded = { as, column: ColumnName, low: Quantity, high: Quantity, scale: Scale };
const Variable = z.strictObject({ column: ColumnName, low: Quantity, high: Quantity, scale: Scale });
export type Variable = z.infer<typeof Variable>;
export const Measure = z.discriminatedUnion('of', [
  z.strictObject({ as, of: z.literal('units') }),
  z.strictObject({ as, of: z.literal('count') }),
  z.strictObject({ ...bounded, of: z.literal('sum') }),
  z.strictObject({ ...bounded, of: z.literal('mean') }),
  z.strictObject({ ...bounded, of: z.literal('variance') }),
  z.strictObject({
    as,
    of: z.literal('quantile'),
    column: ColumnName,
    quantile: z.string().regex(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/),
    candidates: z.array(Quantity).min(2).max(10_000),
  }),
  z.strictObject({ as, of: z.literal('histogram'), column: ColumnName, edges: Edges }),
  /** Confidential questions only: means and products of clamped columns over complete rows. */
  z.strictObject({ as, of: z.literal('correlation'), between: z.tuple([Variable, Variable]) }),
  z.strictObject({ as, of: z.literal('regression'), target: Variable, on: z.array(Variable).min(1).max(20) }),
  /** Confidential questions to two repositories only: how many units are in both. At most `capacity` of each are compared. */
  z.strictObject({ as, of: z.literal('overlap'), capacity: z.int().min(16).max(65_536) }),
  /**
   * The chance that `target` (a 0/1 column, or a category or boolean that is a given value) is 1, fitted by rounds: each is a question of this template at other coefficients.
   * `round` and `at` name optional step parameters: which round, and the constant's and each variable's coefficient there,
   * per half of the variable's range.
   */
  z.strictObject({
    as,
    of: z.literal('logistic'),
    target: z.union([ColumnName, z.strictObject({ column: ColumnName, is: z.union([z.boolean(), Word]) })]),
    on: z.array(Variable).min(1).max(8),
    rounds: z.int().min(3).max(12),
    round: ParameterName,
    at: z.array(ParameterName).min(2).max(9),
  }),
  z.strictObject({
    as,
    of: z.literal('top-k'),
    column: ColumnName,
    k: z.int().min(1).max(100),
    keys: z.enum(['declared', 'discovered']),
  }),
]);
export type Measure = z.infer<typeof Measure>;

const rational = /^[1-9]\d{0,11}(?:\/[1-9]\d{0,11})?$/;

export const Template = z.strictObject({
  schema: z.literal(templateTag),
  name: Slug,
  version: Version,
  title: Title,
  description: Title.optional(),
  element: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  purposes: z
    .array(z.enum(purposes))
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'purpose named twice'),
  parameters: z.record(ParameterName, Parameter),
  where: z.array(Condition).max(16),
  groupBy: z.array(Group).max(4),
  measures: z
    .array(Measure)
    .min(1)
    .max(8)
    .refine((list) => new Set(list.map((m) => m.as)).size === list.length, 'measure named twice'),
  bounds: z.strictObject({
    /** L0: the most groups one unit is counted in. */
    groupsPerUnit: z.int().min(1).max(10_000),
    /** Linf: the most rows of one unit that count in one group; 1 where left out. */
    rowsPerUnit: z.int().min(1).max(10_000).optional(),
  }),
  privacy: z.strictObject({
    mechanism: z.enum(['gaussian', 'laplace']),
    rho: z.string().regex(rational),
    minUnits: z.int().min(2).max(100_000),
    /** Spent by key selection alone. */
    delta: z.string().regex(rational).optional(),
  }),
});
export type Template = z.infer<typeof Template>;

/** The document, shape checked. Refuses TEMPLATE_INVALID {at, rule}. */
export const readTemplate = (document: unknown): Template => parsed(Template, document, 'TEMPLATE_INVALID');

/** Content address: SHA-256 of the canonical bytes under the tag `aggregora/template/1`. */
export const templateId = (template: Template): ContentId => contentId(templateTag, template as unknown as Json);

/** JSON Schema (2020-12) of the document. */
export const templateJsonSchema = (): object => z.toJSONSchema(Template);
