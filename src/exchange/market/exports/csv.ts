// A CSV cell and line (RFC 4180), safe to open in a spreadsheet: text that would be read as a formula is quoted as text.

export type Cell = string | number | boolean | null;

const FORMULA = /^[=+@\t\r]|^-(?!\d)/;

export function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;
