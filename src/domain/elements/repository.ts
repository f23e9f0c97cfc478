// What an owner announces about one repository, shaped after DCAT 3 (dcat:Dataset), so that it can be found without being seen.
import { z } from 'zod';
import { contentId, type ContentId, type Json } from '../canonical';
import { Day, Title, Word } from './column';
import { parsed } from './pointer';
import { toScaled } from './quantity';

export const repositoryTag = 'aggregora/repository/1';

/** Closed list, after the EU data-theme vocabulary that DCAT-AP requires, in the words of a city's departments. */
export const themes = [
  'transport',
  'energy',
  'population',
  'economy',
  'environment',
  'health',
  'housing',
  'citizen-services',
  'education',
] as const;

/** What a repository can be asked for: names of measures. */
export const operations = ['count', 'units', 'sum', 'mean', 'variance', 'quantile', 'histogram', 'top-k'] as const;

const duration = /^P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/; // ISO 8601-1 §5.5.2
const Degrees = z.string().regex(/^-?\d{1,3}(?:\.\d{1,7})?$/);

export const metadataTag = 'aggregora/repository/1';

const Shape = z.strictObject({
  schema: z.literal(repositoryTag),
  title: Title,
  description: Title,
  theme: z.enum(themes),
  place: z.strictObject({
    name: Word,
    /** West, south, east, north in degrees (WGS 84), as decimal text. */
    bbox: z.tuple([Degrees, Degrees, Degrees, Degrees]).optional(),
    zips: z
      .array(z.string().regex(/^[A-Z0-9][A-Z0-9 -]{1,9}$/))
      .max(5_000)
      .optional(),
  }),
  time: z.strictObject({ from: Day, to: Day }),
  /** How many rows, in powers of ten only: the exact size would be an answer. */
  size: z.string().regex(/^1e(?:\d|1[0-4])-1e(?:[1-9]|1[0-5])$/),
  rhythm: z.union([z.literal('once'), z.string().regex(duration)]),
  operations: z.array(z.enum(operations)).min(1).max(operations.length),
  licence: Word,
  synthetic: z.boolean(),
});

export const Metadata = Shape.superRefine((metadata, context) => {
  const fault = (path: PropertyKey[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (metadata.time.from > metadata.time.to) fault(['time', 'to'], 'to is before from');
  const [low = 0, high = 0] = metadata.size.split('-').map((end) => Number(end.slice(2)));
  if (low >= high) fault(['size'], 'the band is empty');
  if (new Set(metadata.operations).size < metadata.operations.length) fault(['operations'], 'operation named twice');
  if (metadata.place.bbox && !isBox(metadata.place.bbox)) fault(['place', 'bbox'], 'not west, south, east, north');
});
export type Metadata = z.infer<typeof Metadata>;

// West may exceed east: a box can cross the date line (RFC 7946 §5.2).
function isBox(box: readonly string[]): boolean {
  const [west = 0n, south = 0n, east = 0n, north = 0n] = box.map((degrees) => toScaled(degrees, 7));
  const [quarter, half] = [90n * 10n ** 7n, 180n * 10n ** 7n];
  const within = (at: bigint): boolean => at >= -half && at <= half;
  return south <= north && south >= -quarter && north <= quarter && within(west) && within(east);
}

/** The checked metadata. Refuses REPOSITORY_INVALID {at, rule}. */
export const readMetadata = (document: unknown): Metadata => parsed(Metadata, document, 'REPOSITORY_INVALID');

/** The metadata's content address, under the tag `aggregora/repository/1`. */
export const metadataId = (metadata: Metadata): ContentId => contentId(repositoryTag, metadata as unknown as Json);

/** The size band of a row count: 4,200 rows are `1e3-1e4`. */
export function sizeBand(rows: bigint): string {
  const low = (rows > 0n ? rows : 1n).toString().length - 1;
  return `1e${String(low)}-1e${String(low + 1)}`;
}

/** JSON Schema (2020-12) of the metadata. */
export const metadataJsonSchema = (): object => z.toJSONSchema(Metadata);
