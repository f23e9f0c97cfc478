// What people see: tables, widths, figures with intervals, withheld cells.
import { faultOf } from './faults';
import { cellTable, labelLines, tableLines } from './answers';
import { Show, widthOf } from './show';
import { Refusal } from '../../domain/refusals';
import { words } from './words';

const lines: string[] = [];
const io = {
  out: (text: string) => lines.push(text),
  err: () => 0,
  watched: false,
  colours: false,
  width: 80,
  folder: '.',
  home: '.',
  environment: {},
  now: () => 0,
};
const show = (lang: 'en' | 'zh' = 'en', json = false) => new Show(io, lang, json);
beforeEach(() => void lines.splice(0));

const body = {
  cells: [
    { key: ['walk'], values: { people: { value: '10', low: '8', high: '12' }, mean: { withheld: 'FLOOR' } } },
    {
      key: ['bike', 'north'],
      values: { people: { value: 5, low: 3, high: 7 }, mean: { value: '1.5', low: '1', high: '2' } },
    },
  ],
  label: { rho: '1/200', synthetic: true, sentences: { en: ['Sure.'], zh: ['可以放心。'] } },
};

test('every figure stands with its interval; what is withheld says so and why', () => {
  expect(cellTable(show(), body)).toEqual({
    head: ['', 'people', '95 % interval', 'mean', '95 % interval'],
    rows: [
      ['walk', '10', '8 … 12', 'withheld', 'FLOOR'],
      ['bike · north', '5', '3 … 7', '1.5', '1 … 2'],
    ],
  });
});

test('a line shows its intercept and every slope, and no interval where the noise left none', () => {
  const figures = { intercept: { value: '2.0', low: '1.0', high: '3.0' }, slopes: { age: { value: '0.5' } } };
  expect(cellTable(show(), { cells: [{ key: [], values: { days: figures } }] })).toEqual({
    head: ['', 'days', '95 % interval', 'days × age', '95 % interval'],
    rows: [['all', '2.0', '1.0 … 3.0', '0.5', '']],
  });
});

test('a fit by rounds shows one coefficient a row, with its error and odds, and no interval where the noise left none', () => {
  const one = { value: '0.50', low: '0.40', high: '0.60', error: '0.01', noise: '0.02' };
  const values = { intercept: { value: '-2.0' }, slopes: { age: one }, odds: { age: { value: '1.6', low: '1.5' } } };
  const answer = { cells: [{ key: [], values: { car: values } }] };
  expect(cellTable(show(), answer)).toEqual({
    head: ['car', 'coefficient', '95 % interval', 'error from noise', 'standard error', 'odds ratio', '95 % interval'],
    rows: [
      ['constant', '-2.0', '', '', '', '', ''],
      ['age', '0.50', '0.40 … 0.60', '0.02', '0.01', '1.6', '1.5 … '],
    ],
  });
  expect(cellTable(show('zh'), answer).head).toEqual([
    'car',
    '系数',
    '95 % 区间',
    '噪声误差',
    '标准误',
    '优势比',
    '95 % 区间',
  ]);
});

test('what one round of a fit sums is a figure a part', () => {
  const sums = { rows: { value: '90', low: '80', high: '99' }, ones: { value: '9', low: '7', high: '11' } };
  expect(cellTable(show(), { cells: [{ key: [], values: { car: sums } }] })).toEqual({
    head: ['', 'car · rows', '95 % interval', 'car · ones', '95 % interval'],
    rows: [['all', '90', '80 … 99', '9', '7 … 11']],
  });
});

test('of an answer too large to print it says how much was shown, and where the rest is', () => {
  const table = { file: 'q.csv', rows: 1_048_576 };
  const combined = { cells: [{ key: ['1:2'] }], table, label: { withheld: { cells: 1_000_000 } } };
  expect(tableLines(show(), { combined, evidence: '/books/b.confidential/q.json' })).toEqual([
    '1 / 1048576 rows shown, the largest · 1000000 withheld',
    'all rows /books/b.confidential/q.csv',
  ]);
  expect(tableLines(show(), { combined: { cells: [] }, evidence: null })).toEqual([]);
});

test('an answer without groups is about all', () => {
  const whole = { cells: [{ key: [], values: { people: { value: '1', low: '0', high: '2' } } }] };
  expect(cellTable(show('zh'), whole).rows[0]?.[0]).toBe('全部');
});

test.each([null, 'text', [], { cells: 3 }, { cells: [null] }])(
  'a foreign body %j shows nothing and breaks nothing',
  (foreign) => {
    expect(() => [cellTable(show(), foreign as never), labelLines(show(), foreign as never)]).not.toThrow();
  },
);

test('the label speaks the chosen language', () => {
  expect(labelLines(show(), body)).toEqual(['rho 1/200 · synthetic', 'Sure.']);
  expect(labelLines(show('zh'), body)).toEqual(['rho 1/200 · 合成数据', '可以放心。']);
});

test('with --json there is the value and nothing else', () => {
  show('en', true).result({ a: 1 }, () => lines.push('for people'));
  expect(lines).toEqual(['{\n  "a": 1\n}']);
});

test('an empty table says so; Chinese characters count two columns', () => {
  show('zh').table(['x'], []);
  expect(lines).toEqual(['没有结果。']);
  expect([widthOf('abc'), widthOf('数据仓库')]).toEqual([3, 8]);
});

test.each`
  code                | exit
  ${'PERMIT_MISSING'} | ${1}
  ${'PEER_DOWN'}      | ${3}
  ${'STILL_WAITING'}  | ${3}
  ${'LEDGER_DOWN'}    | ${3}
  ${'SOMETHING_NEW'}  | ${1}
`('$code is exit $exit', ({ code, exit }: { code: string; exit: number }) => {
  expect(faultOf(new Refusal(code), 'en').exit).toBe(exit);
});

test('a bug is neither a refusal nor a usage error', () => {
  expect(faultOf(new Error('boom'), 'zh')).toMatchObject({ code: 'BUG', exit: 70, do: 'boom' });
});

test('every word is there in both languages', () => {
  for (const { en, zh } of Object.values(words))
    expect([en.length === 0, /[\u4e00-\u9fff]/.test(zh)]).toEqual([false, true]);
});
