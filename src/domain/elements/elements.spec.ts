// Which documents describe an element or a repository, and where each wrong one is wrong.
import fc from 'fast-check';
import { Refusal } from '../refusals';
import {
  canonicalQuantity,
  elementId,
  elementJsonSchema,
  fixedText,
  fromScaled,
  metadataId,
  metadataJsonSchema,
  readElement,
  readMetadata,
  sizeBand,
  toScaled,
} from '.';

const title = { en: 'Trips', zh: '出行' };
const shared = { title, sensitivity: 'internal' };
const id = { ...shared, name: 'card', type: 'text-id' };
const fare = { ...shared, name: 'fare', type: 'decimal', domain: { low: '0', high: '99.5', scale: 2 }, unit: 'EUR' };
const line = { ...shared, name: 'line', type: 'category', domain: { values: ['1', '2'] } };
const element = {
  schema: 'aggregora/element/1',
  name: 'trips',
  version: '1.0.0',
  title,
  unit: { of: 'person', column: 'card' },
  columns: [id, fare, line],
};
const metadata = {
  schema: 'aggregora/repository/1',
  title,
  description: title,
  theme: 'transport',
  place: { name: 'Seattle', bbox: ['-122.5', '47.4', '-122.2', '47.8'], zips: ['98101'] },
  time: { from: '2026-01-01', to: '2026-03-31' },
  size: '1e5-1e6',
  rhythm: 'P1D',
  operations: ['units', 'mean'],
  licence: 'CC-BY-4.0',
  synthetic: true,
};

function placeOf(act: () => unknown): unknown {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return error instanceof Refusal ? error.details['at'] : error;
  }
}

describe('an element', () => {
  test.each`
    change                                                                                                           | place
    ${{}}                                                                                                            | ${'accepted'}
    ${{ extra: 1 }}                                                                                                  | ${'/extra'}
    ${{ schema: 'aggregora/element/2' }}                                                                             | ${'/schema'}
    ${{ name: 'Trips' }}                                                                                             | ${'/name'}
    ${{ version: '1.0' }}                                                                                            | ${'/version'}
    ${{ title: { en: 'Trips' } }}                                                                                    | ${'/title/zh'}
    ${{ unit: { of: 'person', column: 'rider' } }}                                                                   | ${'/unit/column'}
    ${{ unit: { of: 'person', column: 'fare' } }}                                                                    | ${'/unit/column'}
    ${{ unit: { of: 'pet', column: 'card' } }}                                                                       | ${'/unit/of'}
    ${{ columns: [] }}                                                                                               | ${'/columns'}
    ${{ columns: [id, id] }}                                                                                         | ${'/columns/1/name'}
    ${{ columns: [id, { ...fare, name: 'a"b' }] }}                                                                   | ${'/columns/1/name'}
    ${{ columns: [id, { ...fare, sensitivity: 'secret' }] }}                                                         | ${'/columns/1/sensitivity'}
    ${{ columns: [id, { ...fare, domain: { low: '0', high: '1' } }] }}                                               | ${'/columns/1/domain/scale'}
    ${{ columns: [id, { ...fare, domain: { low: '2', high: '1', scale: 0 } }] }}                                     | ${'/columns/1/domain'}
    ${{ columns: [id, { ...fare, domain: { low: '0', high: '.5', scale: 2 } }] }}                                    | ${'/columns/1/domain/high'}
    ${{ columns: [id, { ...fare, domain: { low: '0', high: '1.255', scale: 2 } }] }}                                 | ${'/columns/1/domain'}
    ${{ columns: [id, { ...fare, domain: { low: 0, high: 1.5, scale: 2 } }] }}                                       | ${'/columns/1/domain/high'}
    ${{ columns: [id, { ...fare, domain: { low: '0', high: '10000000000000', scale: 3 } }] }}                        | ${'/columns/1/domain'}
    ${{ columns: [id, { ...line, domain: { values: ['1', '1'] } }] }}                                                | ${'/columns/1/domain'}
    ${{ columns: [id, { ...line, domain: { values: [] } }] }}                                                        | ${'/columns/1/domain/values'}
    ${{ columns: [id, { ...line, domain: { values: ['a\u0000'] } }] }}                                               | ${'/columns/1/domain/values/0'}
    ${{ columns: [id, { ...shared, name: 'day', type: 'date', domain: { from: '2026-02-30', to: '2026-03-01' } }] }} | ${'/columns/1/domain/from'}
    ${{ columns: [id, { ...shared, name: 'day', type: 'date', domain: { from: '2026-03-02', to: '2026-03-01' } }] }} | ${'/columns/1/domain'}
  `('changed by $change: $place', ({ change, place }: { change: object; place: string }) => {
    expect(placeOf(() => readElement({ ...element, ...change }))).toBe(place);
  });

  test('keeps its id whatever the order of its fields, and loses it with any change', () => {
    const read = readElement(element);
    const turned = readElement(Object.fromEntries(Object.entries(element).reverse()));
    expect(elementId(turned)).toBe(elementId(read));
    expect(elementId({ ...read, version: '1.0.1' })).not.toBe(elementId(read));
  });
});

describe('repository metadata', () => {
  test.each`
    change                                                           | place
    ${{}}                                                            | ${'accepted'}
    ${{ place: { name: 'Seattle' } }}                                | ${'accepted'}
    ${{ rhythm: 'once' }}                                            | ${'accepted'}
    ${{ rhythm: 'PT15M' }}                                           | ${'accepted'}
    ${{ rhythm: 'P' }}                                               | ${'/rhythm'}
    ${{ rhythm: 'daily' }}                                           | ${'/rhythm'}
    ${{ theme: 'sport' }}                                            | ${'/theme'}
    ${{ place: { name: 'X', bbox: ['0', '50', '1', '40'] } }}        | ${'/place/bbox'}
    ${{ place: { name: 'X', bbox: ['170', '-50', '-170', '-40'] } }} | ${'accepted'}
    ${{ place: { name: 'X', bbox: [0, 1, 2, 3] } }}                  | ${'/place/bbox/0'}
    ${{ time: { from: '2026-02-01', to: '2026-01-01' } }}            | ${'/time/to'}
    ${{ size: '123456' }}                                            | ${'/size'}
    ${{ size: '1e6-1e5' }}                                           | ${'/size'}
    ${{ operations: ['mean', 'mean'] }}                              | ${'/operations'}
    ${{ operations: ['median'] }}                                    | ${'/operations/0'}
    ${{ rows: 5 }}                                                   | ${'/rows'}
  `('changed by $change: $place', ({ change, place }: { change: object; place: string }) => {
    expect(placeOf(() => readMetadata({ ...metadata, ...change }))).toBe(place);
  });

  test('has a content id', () => {
    expect(metadataId(readMetadata(metadata))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test.each([
    [0n, '1e0-1e1'],
    [9n, '1e0-1e1'],
    [4_200n, '1e3-1e4'],
    [100_000n, '1e5-1e6'],
  ])('%i rows are in the band %s', (rows, band) => {
    expect(sizeBand(rows)).toBe(band);
  });
});

describe('quantities', () => {
  const scaled = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const scale = fc.integer({ min: 0, max: 9 });

  test('every scaled integer comes back from its text, exactly', () => {
    fc.assert(
      fc.property(scaled, scale, (n, s) => {
        expect(toScaled(fromScaled(n, s), s)).toBe(n);
        expect(toScaled(fixedText(n, s), s)).toBe(n);
        expect(toScaled(canonicalQuantity(n, s), s)).toBe(n);
      }),
    );
  });

  test.each(['', '.5', '1.', '01', '+1', '1e3', '-', ' 1', '0x1'])('%j is no quantity', (text) => {
    expect(toScaled(text, 3)).toBeUndefined();
  });
});

test('both documents have a JSON Schema that closes every object', () => {
  for (const schema of [elementJsonSchema(), metadataJsonSchema()])
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
});
