// One question has one spelling, and every value that is no question has its own refusal.
import fc from 'fast-check';
import { Refusal } from '../refusals';
import { bind, bindingCount, describe as inWords, sampleParameters } from '.';
import { residents, templateWith } from './residents.fixture';

const template = templateWith({
  parameters: {
    sex: { type: 'category', values: ['F', 'M'], optional: true },
    sexes: { type: 'category', values: ['F', 'M'], many: true, optional: true },
    employed: { type: 'boolean', optional: true },
    least: { type: 'step', from: 0, to: 10, by: '0.5' },
    most: { type: 'step', from: 0, to: 10, by: '0.5', optional: true },
    day: { type: 'date', from: '2026-01-01', to: '2026-03-01', optional: true },
  },
  where: [
    { column: 'sex', op: '=', parameter: 'sex' },
    { column: 'sex', op: 'in', parameter: 'sexes' },
    { column: 'employed', op: '=', parameter: 'employed' },
    { column: 'income', op: 'between', parameter: ['least', 'most'] },
    { column: 'seen', op: '>=', parameter: 'day' },
  ],
});
const bound = (parameters: unknown) => bind(template, residents, parameters);

test.each`
  given                              | outcome
  ${{ least: 1 }}                    | ${'bound'}
  ${{}}                              | ${'PARAMETER_MISSING /least'}
  ${{ least: 1, height: 2 }}         | ${'PARAMETER_UNKNOWN /height'}
  ${{ least: 1, constructor: 2 }}    | ${'PARAMETER_UNKNOWN /constructor'}
  ${{ least: 1, 'a/b': 2 }}          | ${'PARAMETER_UNKNOWN /a~1b'}
  ${{ least: true }}                 | ${'PARAMETER_TYPE /least'}
  ${{ least: null }}                 | ${'PARAMETER_TYPE /least'}
  ${{ least: '1 OR 1=1' }}           | ${'PARAMETER_TYPE /least'}
  ${{ least: '0x1' }}                | ${'PARAMETER_TYPE /least'}
  ${{ least: 0.5 }}                  | ${'PARAMETER_TYPE /least'}
  ${{ least: '0.25' }}               | ${'PARAMETER_OUT_OF_DOMAIN /least'}
  ${{ least: '10.5' }}               | ${'PARAMETER_OUT_OF_DOMAIN /least'}
  ${{ least: -1 }}                   | ${'PARAMETER_OUT_OF_DOMAIN /least'}
  ${{ least: 1, sex: 'X' }}          | ${'PARAMETER_OUT_OF_DOMAIN /sex'}
  ${{ least: 1, sex: 'f' }}          | ${'PARAMETER_OUT_OF_DOMAIN /sex'}
  ${{ least: 1, sex: ['F'] }}        | ${'PARAMETER_TYPE /sex'}
  ${{ least: 1, sexes: 'F' }}        | ${'PARAMETER_TYPE /sexes'}
  ${{ least: 1, sexes: [] }}         | ${'PARAMETER_TYPE /sexes'}
  ${{ least: 1, sexes: ['F', 'F'] }} | ${'PARAMETER_OUT_OF_DOMAIN /sexes'}
  ${{ least: 1, sexes: ['F', 'X'] }} | ${'PARAMETER_OUT_OF_DOMAIN /sexes'}
  ${{ least: 1, employed: 'true' }}  | ${'PARAMETER_TYPE /employed'}
  ${{ least: 1, day: '2026-02-29' }} | ${'PARAMETER_TYPE /day'}
  ${{ least: 1, day: '2026-3-1' }}   | ${'PARAMETER_TYPE /day'}
  ${{ least: 1, day: '2026-03-02' }} | ${'PARAMETER_OUT_OF_DOMAIN /day'}
  ${{ least: 2, most: '1.5' }}       | ${'PARAMETER_RANGE_EMPTY /most'}
  ${{ least: 10, most: '9.5' }}      | ${'PARAMETER_RANGE_EMPTY /most'}
  ${{ least: 2, most: 2 }}           | ${'bound'}
  ${[]}                              | ${'PARAMETERS_INVALID '}
  ${null}                            | ${'PARAMETERS_INVALID '}
`('$given: $outcome', ({ given, outcome }: { given: unknown; outcome: string }) => {
  const found = (): string => {
    try {
      bound(given);
      return 'bound';
    } catch (error) {
      return error instanceof Refusal ? `${error.code} ${String(error.details['at'])}` : String(error);
    }
  };
  expect(found()).toBe(outcome);
});

describe('one question, one name', () => {
  test.each([
    [{ least: 1 }, { least: '1' }],
    [{ least: 1 }, { least: '1.0' }],
    [{ least: '0.5' }, { least: '0.50' }],
    [
      { least: 0, sexes: ['M', 'F'] },
      { sexes: ['F', 'M'], least: 0 },
    ],
  ])('%j is %j', (a, b) => {
    expect(bound(a)).toEqual(bound(b));
  });

  const step = fc.integer({ min: 0, max: 20 });
  const choice = fc.record(
    {
      least: step,
      sex: fc.constantFrom('F', 'M'),
      employed: fc.boolean(),
      day: fc.integer({ min: 1, max: 28 }).map((day) => `2026-02-${String(day).padStart(2, '0')}`),
    },
    { requiredKeys: ['least'] },
  );
  const spelled = ({ least, ...rest }: { least: number }, decimals: string) => {
    const text = (least / 2).toFixed(1);
    return { ...rest, least: decimals === '' && text.endsWith('.0') ? least / 2 : `${text}${decimals}` };
  };

  test('two choices have one id exactly when they choose the same', () => {
    fc.assert(
      fc.property(choice, choice, fc.constantFrom('', '0', '00'), (a, b, zeros) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        const turned = Object.fromEntries(Object.entries(spelled(b, zeros)).reverse());
        expect(bound(spelled(a, '')).id === bound(turned).id).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  test('binding what was bound changes nothing', () => {
    fc.assert(
      fc.property(choice, (chosen) => {
        const once = bound(spelled(chosen, ''));
        expect(bound(once.parameters)).toEqual(once);
      }),
    );
  });
});

test('bindings are counted: absence is a choice too', () => {
  expect(bindingCount(template)).toBe(3n * 4n * 3n * 21n * 22n * 61n);
});

test('sample parameters always bind', () => {
  expect(bound(sampleParameters(template)).parameters).toEqual({ least: 0 });
});

describe('in words', () => {
  test('every parameter shows by name until it is chosen', () => {
    const { en, zh } = inWords(template, residents);
    for (const text of [en, zh])
      for (const name of Object.keys(template.parameters)) expect(text).toContain(`‹${name}›`);
  });

  test('chosen values show, absent conditions do not', () => {
    const { en, zh } = inWords(template, residents, { least: '0.5', sex: 'F' });
    expect(en).toContain('for each Sex, counting only rows where Sex is F, Column is at least 0.5?');
    expect(zh).toContain('按性别分组，仅统计满足以下条件的记录：性别为F、列不小于0.5');
  });

  test('words of an unbound question refuse as binding does', () => {
    expect(() => inWords(template, residents, { least: 99 })).toThrow('PARAMETER_OUT_OF_DOMAIN');
  });
});
