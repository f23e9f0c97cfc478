// An append-only file of JSON lines: on disk before the next step, a torn last line is as if it had never been written.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../../domain/refusals';

export class Journal<Entry> {
  private constructor(
    private readonly descriptor: number,
    private readonly lock: string,
    /** What the file held when it was opened. */
    readonly entries: readonly Entry[],
  ) {}

  /** Opens or creates the file for this process alone. Refuses BOOK_IN_USE, BOOK_DAMAGED (a broken line that is not the last). */
  static open<Entry>(file: string): Journal<Entry> {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const lock = `${file}.lock`;
    takeLock(lock);
    const descriptor = openSync(file, 'a+', 0o600);
    const { entries, length } = readWhole<Entry>(readFileSync(file));
    ftruncateSync(descriptor, length);
    return new Journal(descriptor, lock, entries);
  }

  /** What the file holds, without taking it: another process may be writing. Nothing where there is no file. */
  static look<Entry>(file: string): readonly Entry[] {
    return existsSync(file) ? readWhole<Entry>(readFileSync(file)).entries : [];
  }

  /** Durable when it returns. */
  append(...entries: readonly Entry[]): void {
    writeFileSync(this.descriptor, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    fdatasyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
    unlinkSync(this.lock);
  }
}

function readWhole<Entry>(bytes: Buffer): { entries: Entry[]; length: number } {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  try {
    return { entries: lines.map((line) => JSON.parse(line) as Entry), length };
  } catch {
    throw new Refusal('BOOK_DAMAGED');
  }
}

/** One writer: the lock names a process; a lock whose process is gone is nobody's. */
function takeLock(lock: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch {
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder !== process.pid && isAlive(holder)) throw new Refusal('BOOK_IN_USE', { pid: holder });
    writeFileSync(lock, String(process.pid), { mode: 0o600 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
