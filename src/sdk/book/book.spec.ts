// The book survives what happens to files: a torn end is forgotten, a broken middle is refused, two writers are one too many.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { b64u, hex } from '../../domain/canonical';
import { leafOf } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { Book, stateOf } from './book';
import type { BookEntry } from './entries';
import { Journal } from './journal';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aggregora-book-'));
  file = join(folder, 'deep', 'book.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusal = (act: () => unknown) => {
  try {
    act();
    return 'no refusal';
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
};

function wrote(...values: readonly number[]): void {
  const journal = Journal.open<number>(file);
  journal.append(...values);
  journal.close();
}
function read(): readonly number[] {
  const journal = Journal.open<number>(file);
  journal.close();
  return journal.entries;
}

describe('journal', () => {
  test('what was appended is there again, in order, and only its owner may read it', () => {
    wrote(1, 2);
    wrote(3);
    expect(read()).toEqual([1, 2, 3]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a torn last line, cut at any byte, is as if it had never been written', () => {
    wrote(1);
    const whole = readFileSync(file);
    const torn = Buffer.from('{"t":"request","bytes":"数"}');
    for (let cut = 1; cut <= torn.length; cut += 1) {
      writeFileSync(file, Buffer.concat([whole, torn.subarray(0, cut)]));
      expect(read()).toEqual([1]);
      wrote(2);
      expect(read()).toEqual([1, 2]);
    }
  });

  test('a broken line in the middle is refused, and the file is left as it is', () => {
    wrote(1);
    appendFileSync(file, '{"broken\n3\n');
    const before = readFileSync(file, 'utf8');
    expect(refusal(() => Journal.open(file))).toBe('BOOK_DAMAGED');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a second program is refused while the first lives; the lock of a dead one is nobody’s', async () => {
    wrote(1);
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    writeFileSync(`${file}.lock`, String(child.pid));
    expect(refusal(() => Journal.open(file))).toBe('BOOK_IN_USE');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(read()).toEqual([1]);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

describe('book', () => {
  const leaf = hex(leafOf('COMPLETED', new Uint8Array(32).fill(7)));
  const text = b64u(new TextEncoder().encode('{}'));
  const story: BookEntry[] = [
    { t: 'request', xid: 'x', group: 'g', at: 1, bytes: text, statement: 'm1', direct: true },
    { t: 'answer', xid: 'x', bytes: text, statement: 'm2' },
    { t: 'ack', xid: 'x', statement: 'm3', leaf },
    { t: 'promise', xid: 'x', statement: 'm4' },
  ];
  const opened = <T>(look: (book: Book) => T): T => {
    const book = Book.open(file);
    try {
      return look(book);
    } finally {
      book.close();
    }
  };

  test.each`
    lines | state
    ${1}  | ${'REQUESTED'}
    ${2}  | ${'ANSWERED'}
    ${3}  | ${'ANSWERED'}
    ${4}  | ${'ACKED'}
  `('after $lines lines and a restart the record is $state', ({ lines, state }: { lines: number; state: string }) => {
    opened((book) => book.write(...story.slice(0, lines)));
    expect(opened((book) => stateOf(book.one('x')))).toBe(state);
  });

  test('the way a question went is remembered', () => {
    opened((book) => book.write(...story));
    expect(opened((book) => book.one('x').direct)).toBe(true);
  });

  test('a sealed leaf has its place in the tree; anchored, it has its batch', async () => {
    const batch = { seq: 1, size: 2, root: 'aa', consistency: [], previous: null };
    opened((book) => book.write(...story, { t: 'seal', batch, count: 1, padding: ['00'] }));
    expect(opened((book) => [book.placeOf(leaf), book.anchoredOver(0)])).toEqual([0, undefined]);
    expect(await opened((book) => book.open())).toMatchObject({ seq: 1 });
    opened((book) => book.write({ t: 'anchored', seq: 1, height: 9, index: 0 }));
    expect(opened((book) => book.anchoredOver(0))).toMatchObject({ seq: 1, size: 2 });
    expect(await opened((book) => book.pending(10))).toEqual([]);
  });

  test('a record that nobody wrote is unknown', () => {
    expect(refusal(() => opened((book) => book.one('y')))).toBe('EXCHANGE_UNKNOWN');
  });
});
