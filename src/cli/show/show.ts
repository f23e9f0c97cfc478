// How a command shows: tables and colours for people, one JSON value for programs, something that moves while we wait.
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import pc from 'picocolors';
import type { Io } from '../io';
import { type Language, type WordKey, words } from './words';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 90;

/** Text in both languages, as documents carry it. */
export interface Both {
  readonly en: string;
  readonly zh: string;
}

export class Show {
  readonly paint: ReturnType<typeof pc.createColors>;

  constructor(
    private readonly io: Io,
    readonly lang: Language,
    private readonly json: boolean,
  ) {
    this.paint = pc.createColors(io.colours);
  }

  word(key: WordKey): string {
    return words[key][this.lang];
  }

  say(both: Both): string {
    return both[this.lang];
  }

  /** The value with --json; otherwise what `people` prints. */
  result(value: unknown, people: () => void): void {
    if (this.json) this.io.out(JSON.stringify(value, null, 2));
    else people();
  }

  line(text = ''): void {
    this.io.out(text);
  }

  good(text: string): void {
    this.io.out(`${this.paint.green('✓')} ${text}`);
  }

  title(text: string): void {
    this.io.out(this.paint.bold(text));
  }

  table(head: readonly string[], rows: readonly (readonly string[])[], empty = this.word('nothing')): void {
    if (rows.length === 0) return this.line(this.paint.dim(empty));
    const styled = this.io.colours ? { head: ['cyan'], border: ['grey'] } : { head: [], border: [] };
    const table = new Table({ head: [...head], style: { ...styled, compact: true } });
    table.push(...rows.map((row) => [...row]));
    this.io.out(table.toString());
  }

  /** Name and value, one a line. */
  facts(rows: readonly (readonly [string, string])[]): void {
    const width = Math.max(...rows.map(([name]) => widthOf(name)));
    for (const [name, value] of rows)
      this.io.out(`${this.paint.dim(name + ' '.repeat(width - widthOf(name)))}  ${value}`);
  }

  /** Runs the work while something turns; nothing turns where nobody watches. */
  async waiting<T>(what: string, work: (told: (what: string) => void) => Promise<T>): Promise<T> {
    if (!this.io.watched || this.json) return work(() => undefined);
    let [text, frame] = [what, 0];
    const timer = setInterval(() => {
      frame = (frame + 1) % FRAMES.length;
      process.stderr.write(`\r\x1b[2K${FRAMES[frame] ?? ''} ${text}`);
    }, FRAME_MS);
    try {
      return await work((next) => (text = next));
    } finally {
      clearInterval(timer);
      process.stderr.write('\r\x1b[2K');
    }
  }

  /** A bar over several parts. */
  async bar<T>(what: string, total: number, work: (done: (count: number) => void) => Promise<T>): Promise<T> {
    if (!this.io.watched || this.json) return work(() => undefined);
    const bar = new SingleBar(
      { format: `${what} {bar} {value}/{total}`, hideCursor: true, clearOnComplete: true, stream: process.stderr },
      Presets.shades_classic,
    );
    bar.start(total, 0);
    try {
      return await work((count) => bar.update(count));
    } finally {
      bar.stop();
    }
  }
}

/** Chinese characters take two columns. */
export function widthOf(text: string): number {
  return [...text].reduce((width, one) => width + (/[\u1100-\u115f\u2e80-\uffdc]/.test(one) ? 2 : 1), 0);
}
