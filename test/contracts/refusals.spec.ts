// Refusals are part of the API: every code of the project stands once, in both languages, with what to do, and some program can answer it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { refusalTable as dataEndTable } from '../../src/data-end/refusal-table';
import type { RefusalRow, RefusalRows } from '../../src/domain/refusals';
import { refusalTable as exchangeTable } from '../../src/exchange/refusal-table';

const SRC = join(__dirname, '..', '..', 'src');

/** Tables of programs that answer no HTTP of their own. */
const ELSEWHERE = ['sdk', 'compute-node', 'domain/confidential', 'domain/audit', 'domain/market', 'cli', 'launch'];

interface Table {
  readonly file: string;
  readonly rows: RefusalRows;
}

const isRow = (value: unknown): value is RefusalRow =>
  typeof value === 'object' && value !== null && 'http' in value && 'doZh' in value;

async function tables(): Promise<readonly Table[]> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(^|[/-])refusals\.ts$/.test(path),
  );
  const found = await Promise.all(
    files.map(async (file) => ({ file, exports: (await import(join(SRC, file))) as object })),
  );
  return found.flatMap(({ file, exports }) =>
    Object.values(exports)
      .filter(
        (value): value is RefusalRows =>
          typeof value === 'object' && value !== null && Object.values(value).some(isRow),
      )
      .map((rows) => ({ file, rows })),
  );
}

describe('refusal codes', () => {
  it('stand in one room each', async () => {
    const home = new Map<string, string>();
    const twice: string[] = [];
    for (const { file, rows } of await tables()) {
      if (file.startsWith('sdk/')) continue; // A client has its own words for what servers answered.
      for (const code of Object.keys(rows)) {
        if (home.has(code)) twice.push(`${code}: ${home.get(code) ?? ''} and ${file}`);
        home.set(code, file);
      }
    }
    expect(twice).toEqual([]);
    expect(home.size).toBeGreaterThan(50);
  });

  it('say what happened and what to do, in English and Chinese, with a status that fits', async () => {
    const wrong = (await tables()).flatMap(({ rows }) =>
      Object.entries(rows)
        .filter(([code, row]) => !/^[A-Z][A-Z0-9_]+$/.test(code) || row.http < 400 || row.http > 599 || !complete(row))
        .map(([code]) => code),
    );
    expect(wrong).toEqual([]);
  });

  it('are known to the exchange or to the data end', async () => {
    const known = new Set([...exchangeTable().keys(), ...dataEndTable().keys()]);
    const lost = (await tables())
      .filter(({ file }) => !ELSEWHERE.some((room) => file.startsWith(`${room}/`)))
      .flatMap(({ file, rows }) =>
        Object.keys(rows)
          .filter((code) => !known.has(code))
          .map((code) => `${code} of ${file}`),
      );
    expect(lost).toEqual([]);
  });
});

function complete(row: RefusalRow): boolean {
  const chinese = /[\u4e00-\u9fff]/;
  return row.en.length > 5 && row.doEn.length > 2 && chinese.test(row.zh) && chinese.test(row.doZh);
}
