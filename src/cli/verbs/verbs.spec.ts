// Small decisions of the verbs, by table.
import type { Template } from '../../domain/templates';
import { openedBy } from './evidence';
import { compareVersions } from './named';
import { parametersOf } from './parameters';

const template = {
  parameters: {
    mode: { type: 'category', values: ['bus', 'rail'], many: true },
    purpose: { type: 'category', values: ['work'] },
    minAge: { type: 'step', from: 0, to: 90, by: 10 },
    km: { type: 'step', from: '0', to: '1', by: '0.5' },
    weekend: { type: 'boolean' },
    day: { type: 'date', from: '2026-01-01', to: '2026-06-30' },
  },
} as unknown as Template;

test.each`
  given                | value
  ${'mode=bus,rail'}   | ${{ mode: ['bus', 'rail'] }}
  ${'purpose=work'}    | ${{ purpose: 'work' }}
  ${'purpose=a=b'}     | ${{ purpose: 'a=b' }}
  ${'minAge=30'}       | ${{ minAge: 30 }}
  ${'minAge=-30'}      | ${{ minAge: -30 }}
  ${'km=0.5'}          | ${{ km: '0.5' }}
  ${'weekend=true'}    | ${{ weekend: true }}
  ${'weekend=perhaps'} | ${{ weekend: 'perhaps' }}
  ${'day=2026-02-01'}  | ${{ day: '2026-02-01' }}
  ${'unknown=1'}       | ${{ unknown: '1' }}
  ${'toString=1'}      | ${{ toString: '1' }}
  ${'purpose='}        | ${{ purpose: '' }}
`('--param $given is $value', ({ given, value }: { given: string; value: object }) => {
  expect(parametersOf(template, [given])).toEqual(value);
});

test.each(['mode', '=bus', ''])('--param %j is refused', (given) => {
  expect(() => parametersOf(template, [given])).toThrow('--param name=value');
});

test.each`
  a          | b           | sign
  ${'1.0.0'} | ${'1.0.0'}  | ${0}
  ${'1.9.0'} | ${'1.10.0'} | ${-1}
  ${'2.0.0'} | ${'1.99.9'} | ${1}
`('version $a against $b is $sign', ({ a, b, sign }: { a: string; b: string; sign: number }) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test('parts of evidence are named, or everything, or nothing', () => {
  expect(openedBy('everything')).toBe('everything');
  expect(openedBy('nothing')).toEqual([]);
  expect(openedBy('answer,timing')).toEqual(['answer', 'timing']);
  expect(() => openedBy('answer,rows')).toThrow('There is no part rows');
});
