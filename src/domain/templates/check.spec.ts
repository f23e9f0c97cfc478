// What an author may not write, with the exact place of each fault.
import { Refusal } from '../refusals';
import { checkTemplate, plan, bind, readTemplate, templateId, templateJsonSchema, type Template } from '.';
import { openTemplateWith, residents, templateWith } from './residents.fixture';

function faultOf(act: () => unknown): string {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return error instanceof Refusal ? `${error.code} ${String(error.details['at'])}` : String(error);
  }
}

const mean = { as: 'm', of: 'mean', column: 'income', low: 0, high: 100, scale: 0 };
const units = { as: 'n', of: 'units' };
const histogram = { as: 'h', of: 'histogram', column: 'age', edges: [0, 50, 100] };
const many = { type: 'date', from: '1920-01-01', to: '2026-12-31' };

describe('against its element', () => {
  test.each`
    change                                                                                                                                | fault
    ${{}}                                                                                                                                 | ${'accepted'}
    ${{ element: `sha256:${'0'.repeat(64)}` }}                                                                                            | ${'TEMPLATE_ELEMENT_OTHER /element'}
    ${{ where: [{ column: 'person_id', op: '=', constant: 'x' }] }}                                                                       | ${'TEMPLATE_UNIT_NOT_COMPARABLE /where/0/column'}
    ${{ where: [{ column: 'card_id', op: '=', constant: 'x' }] }}                                                                         | ${'TEMPLATE_UNIT_NOT_COMPARABLE /where/0/column'}
    ${{ where: [{ column: 'shoe', op: '=', constant: 1 }] }}                                                                              | ${'TEMPLATE_COLUMN_UNKNOWN /where/0/column'}
    ${{ where: [{ column: 'sex', op: '<', constant: 'M' }] }}                                                                             | ${'TEMPLATE_TYPE_UNFIT /where/0/op'}
    ${{ where: [{ column: 'employed', op: '>=', constant: true }] }}                                                                      | ${'TEMPLATE_TYPE_UNFIT /where/0/op'}
    ${{ where: [{ column: 'sex', op: '=', constant: 'X' }] }}                                                                             | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ where: [{ column: 'sex', op: 'in', constant: ['F', 'X'] }] }}                                                                     | ${'TEMPLATE_VALUE_UNFIT /where/0/constant/1'}
    ${{ where: [{ column: 'sex', op: 'in', constant: ['F', 'F'] }] }}                                                                     | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ where: [{ column: 'age', op: '>', constant: 111 }] }}                                                                             | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ where: [{ column: 'age', op: '>', constant: '1.5' }] }}                                                                           | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ where: [{ column: 'age', op: 'between', constant: [30, 20] }] }}                                                                  | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ where: [{ column: 'income', op: 'between', constant: ['9.5', '10.25'] }] }}                                                       | ${'accepted'}
    ${{ where: [{ column: 'seen', op: '>=', constant: '2025-12-31' }] }}                                                                  | ${'TEMPLATE_VALUE_UNFIT /where/0/constant'}
    ${{ groupBy: [{ column: 'person_id', keys: 'declared' }] }}                                                                           | ${'TEMPLATE_UNIT_NOT_COMPARABLE /groupBy/0/column'}
    ${{ groupBy: [{ column: 'income', keys: 'declared' }] }}                                                                              | ${'TEMPLATE_TYPE_UNFIT /groupBy/0/column'}
    ${{ groupBy: [{ column: 'sex', keys: ['F', 'X'] }] }}                                                                                 | ${'TEMPLATE_VALUE_UNFIT /groupBy/0/keys/1'}
    ${{ groupBy: [{ column: 'born', keys: 'declared' }] }}                                                                                | ${'TEMPLATE_TOO_MANY_GROUPS /groupBy/0/keys'}
    ${{ groupBy: [{ bucket: 'hour', column: 'born' }] }}                                                                                  | ${'TEMPLATE_TYPE_UNFIT /groupBy/0/bucket'}
    ${{ groupBy: [{ bucket: 'day', column: 'age' }] }}                                                                                    | ${'TEMPLATE_TYPE_UNFIT /groupBy/0/column'}
    ${{ groupBy: [{ bucket: 'day', column: 'seen', from: '2026-03-01', to: '2026-02-01' }] }}                                             | ${'TEMPLATE_VALUE_UNFIT /groupBy/0/to'}
    ${{ groupBy: [{ band: [0, 10, 10], column: 'age' }] }}                                                                                | ${'TEMPLATE_VALUE_UNFIT /groupBy/0/band/2'}
    ${{ groupBy: [{ band: [0, '0.5'], column: 'age' }] }}                                                                                 | ${'TEMPLATE_VALUE_UNFIT /groupBy/0/band/1'}
    ${{ groupBy: [{ grid: 0, lat: 'lat', lon: 'lon', south: 0, west: 0, rows: 2, cols: 2 }] }}                                            | ${'TEMPLATE_VALUE_UNFIT /groupBy/0/grid'}
    ${{ groupBy: [{ grid: 1, lat: 'lat', lon: 'lon', south: 0, west: 0, rows: 1000, cols: 1000 }, { column: 'sex', keys: 'declared' }] }} | ${'TEMPLATE_TOO_MANY_GROUPS /groupBy'}
    ${{ measures: [{ ...mean, column: 'person_id' }] }}                                                                                   | ${'TEMPLATE_UNIT_NOT_COMPARABLE /measures/0/column'}
    ${{ measures: [{ ...mean, column: 'sex' }] }}                                                                                         | ${'TEMPLATE_TYPE_UNFIT /measures/0/column'}
    ${{ measures: [{ ...mean, high: 200001 }] }}                                                                                          | ${'TEMPLATE_BOUNDS_UNFIT /measures/0/high'}
    ${{ measures: [{ ...mean, low: -101 }] }}                                                                                             | ${'TEMPLATE_BOUNDS_UNFIT /measures/0/low'}
    ${{ measures: [{ ...mean, low: '-100.5', scale: 1 }] }}                                                                               | ${'accepted'}
    ${{ measures: [{ ...mean, low: '-100.5' }] }}                                                                                         | ${'TEMPLATE_BOUNDS_UNFIT /measures/0/low'}
    ${{ measures: [{ ...mean, high: 0 }] }}                                                                                               | ${'TEMPLATE_BOUNDS_UNFIT /measures/0/high'}
    ${{ measures: [{ ...mean, scale: 3 }] }}                                                                                              | ${'TEMPLATE_BOUNDS_UNFIT /measures/0/scale'}
    ${{ measures: [histogram] }}                                                                                                          | ${'accepted'}
    ${{ measures: [units, histogram] }}                                                                                                   | ${'TEMPLATE_MEASURE_CONFLICT /measures/1'}
    ${{ measures: [{ ...mean, high: 200000, scale: 2 }] }}                                                                                | ${'TEMPLATE_OVERFLOW_POSSIBLE /measures/0'}
    ${{ measures: [{ ...mean, of: 'variance', high: 4094 }] }}                                                                            | ${'accepted'}
    ${{ measures: [{ ...mean, of: 'variance', high: 4096 }] }}                                                                            | ${'TEMPLATE_OVERFLOW_POSSIBLE /measures/0'}
    ${{ measures: [units, { ...mean, high: 200000 }], bounds: { groupsPerUnit: 42 } }}                                                    | ${'TEMPLATE_OVERFLOW_POSSIBLE /measures/1'}
    ${{ measures: [{ as: 'n', of: 'count' }], bounds: { groupsPerUnit: 1000, rowsPerUnit: 10000 } }}                                      | ${'TEMPLATE_OVERFLOW_POSSIBLE /measures/0'}
    ${{ privacy: { mechanism: 'gaussian', rho: '2/400', minUnits: 10 } }}                                                                 | ${'TEMPLATE_INVALID /privacy/rho'}
  `('$change: $fault', ({ change, fault }: { change: object; fault: string }) => {
    expect(
      faultOf(() => {
        checkTemplate(openTemplateWith(change), residents);
      }),
    ).toBe(fault);
  });

  test.each`
    parameter                                                 | where                              | fault
    ${{ type: 'step', from: 0, to: 110, by: 1 }}              | ${{ column: 'age', op: '<' }}      | ${'accepted'}
    ${{ type: 'step', from: 0, to: 111, by: 1 }}              | ${{ column: 'age', op: '<' }}      | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'step', from: 0, to: 10, by: '0.5' }}           | ${{ column: 'age', op: '<' }}      | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'step', from: 0, to: 10, by: '0.5' }}           | ${{ column: 'income', op: '<' }}   | ${'accepted'}
    ${{ type: 'step', from: 0, to: 10, by: 3 }}               | ${{ column: 'age', op: '<' }}      | ${'TEMPLATE_INVALID /parameters/p/to'}
    ${{ type: 'step', from: 0, to: 10, by: -1 }}              | ${{ column: 'age', op: '<' }}      | ${'TEMPLATE_INVALID /parameters/p/by'}
    ${{ type: 'date', from: '2026-01-02', to: '2026-01-01' }} | ${{ column: 'seen', op: '=' }}     | ${'TEMPLATE_INVALID /parameters/p/to'}
    ${{ type: 'date', from: '2026-01-01', to: '2026-04-01' }} | ${{ column: 'seen', op: '=' }}     | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'category', values: ['F', 'F'] }}               | ${{ column: 'sex', op: '=' }}      | ${'TEMPLATE_INVALID /parameters/p/values'}
    ${{ type: 'category', values: ['F', 'X'] }}               | ${{ column: 'sex', op: '=' }}      | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'category', values: ['F'], many: true }}        | ${{ column: 'sex', op: '=' }}      | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'category', values: ['F'] }}                    | ${{ column: 'sex', op: 'in' }}     | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'boolean' }}                                    | ${{ column: 'age', op: '=' }}      | ${'TEMPLATE_PARAMETER_UNFIT /where/0/parameter'}
    ${{ type: 'boolean' }}                                    | ${{ column: 'employed', op: '=' }} | ${'accepted'}
  `(
    '$parameter in $where: $fault',
    ({ parameter, where, fault }: { parameter: object; where: object; fault: string }) => {
      const document = (): Template =>
        templateWith({ parameters: { p: parameter }, where: [{ ...where, parameter: 'p' }] });
      expect(
        faultOf(() => {
          checkTemplate(document(), residents);
        }),
      ).toBe(fault);
    },
  );

  test('parameters are declared and used', () => {
    const where = [{ column: 'employed', op: '=', parameter: 'q' }];
    expect(
      faultOf(() => {
        checkTemplate(templateWith({ parameters: {}, where }), residents);
      }),
    ).toBe('TEMPLATE_PARAMETER_UNKNOWN /where/0/parameter');
    expect(
      faultOf(() => {
        checkTemplate(templateWith({ where: [] }), residents);
      }),
    ).toBe('TEMPLATE_PARAMETER_UNUSED /parameters/minAge');
  });

  test('many bindings need declared keys; few do not, but discovered keys are not offered yet', () => {
    const groupBy = [{ column: 'sex', keys: 'discovered' }];
    const where = [{ column: 'born', op: '=', parameter: 'day' }];
    expect(
      faultOf(() => {
        checkTemplate(templateWith({ groupBy, where, parameters: { day: many } }), residents);
      }),
    ).toBe('TEMPLATE_KEYS_MUST_BE_DECLARED /groupBy/0/keys');
    const few = openTemplateWith({ groupBy });
    expect(faultOf(() => plan(few, residents, bind(few, residents, {})))).toBe('MEASURE_NOT_OFFERED /groupBy/0/keys');
  });

  test.each`
    measure
    ${{ as: 'q', of: 'quantile', column: 'age', quantile: '1/2', candidates: [0, 50, 100] }}
    ${{ as: 't', of: 'top-k', column: 'sex', k: 1, keys: 'declared' }}
  `('$measure.of can be written, not planned', ({ measure }: { measure: object }) => {
    const template = openTemplateWith({ measures: [measure] });
    expect(
      faultOf(() => {
        checkTemplate(template, residents);
      }),
    ).toBe('accepted');
    expect(faultOf(() => plan(template, residents, bind(template, residents, {})))).toBe(
      'MEASURE_NOT_OFFERED /measures/0',
    );
  });
});

describe('by shape alone', () => {
  test.each`
    change                                                                        | place
    ${{ extra: 1 }}                                                               | ${'/extra'}
    ${{ purposes: ['fun'] }}                                                      | ${'/purposes/0'}
    ${{ measures: [] }}                                                           | ${'/measures'}
    ${{ measures: [{ ...mean, high: 1.5 }] }}                                     | ${'/measures/0/high'}
    ${{ measures: [{ as: 'm', of: 'mean', column: 'income', low: 0, high: 1 }] }} | ${'/measures/0/scale'}
    ${{ bounds: { groupsPerUnit: 0 } }}                                           | ${'/bounds/groupsPerUnit'}
    ${{ privacy: { mechanism: 'gaussian', rho: '0', minUnits: 10 } }}             | ${'/privacy/rho'}
    ${{ privacy: { mechanism: 'gaussian', rho: '0.005', minUnits: 10 } }}         | ${'/privacy/rho'}
    ${{ where: [{ column: 'age', op: 'like', constant: 1 }] }}                    | ${'/where/0/op'}
  `('$change is refused at $place', ({ change, place }: { change: object; place: string }) => {
    expect(faultOf(() => readTemplate({ ...openTemplateWith(), ...change }))).toBe(`TEMPLATE_INVALID ${place}`);
  });

  test('the JSON Schema closes the document, and the id is its content', () => {
    expect(templateJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false });
    expect(templateId(templateWith())).not.toBe(templateId(templateWith({ version: '1.0.1' })));
  });
});
