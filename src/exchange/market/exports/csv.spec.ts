// What a spreadsheet would misread: commas, quotes, lines, and cells that look like formulas.
import { csvLine } from './csv';

test.each`
  cell             | written
  ${'a,b'}         | ${'"a,b"'}
  ${'say "x"'}     | ${'"say ""x"""'}
  ${'two\r\nrows'} | ${'"two\r\nrows"'}
  ${'=1+1'}        | ${"'=1+1"}
  ${'@SUM(A1)'}    | ${"'@SUM(A1)"}
  ${'-12.50'}      | ${'-12.50'}
  ${null}          | ${''}
`('$cell is written $written', ({ cell, written }: Record<string, string>) => {
  expect(csvLine([cell ?? null, 1])).toBe(`${written ?? ''},1\r\n`);
});
