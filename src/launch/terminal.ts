// How the start speaks to people: steps that tick off, a bar for long work, tables for what came out.
import { SingleBar, Presets } from 'cli-progress';
import Table from 'cli-table3';
import pc from 'picocolors';

export class Terminal {
  private bar: SingleBar | undefined;
  private label = '';

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  title(text: string): void {
    this.line(`\n${pc.bold(text)}`);
  }

  /** One thing done, with the time it took. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    if (this.out.isTTY) this.out.write(`  ${pc.dim('…')} ${what}`);
    try {
      const result = await work();
      this.over(`  ${pc.green('✓')} ${what} ${pc.dim(`${((performance.now() - begun) / 1000).toFixed(1)} s`)}`);
      return result;
    } catch (error) {
      this.over(`  ${pc.red('✗')} ${what}`);
      throw error;
    }
  }

  note(text: string): void {
    this.line(`    ${text}`);
  }

  line(text = ''): void {
    this.endBar();
    this.out.write(`${text}\n`);
  }

  /** A bar for long work; without a terminal one line at its end. */
  progress(what: string, done: number, total: number): void {
    if (!this.out.isTTY) {
      if (done >= total && this.label !== what) this.out.write(`  ${pc.green('✓')} ${what}\n`);
      this.label = done >= total ? what : this.label;
      return;
    }
    if (this.label !== what) this.endBar();
    if (this.bar === undefined) {
      this.bar = new SingleBar(
        { format: `  {bar} {percentage} % ${what}`, hideCursor: true, stream: this.out },
        Presets.shades_classic,
      );
      this.bar.start(total, done);
      this.label = what;
    }
    this.bar.update(Math.min(done, total));
    if (done >= total) this.endBar();
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const style = this.out.isTTY ? { head: ['cyan'] } : { head: [], border: [] };
    const table = new Table({ head: [...head], style: { ...style, compact: true } });
    table.push(...rows.map((row) => [...row]));
    this.line(
      table
        .toString()
        .split('\n')
        .map((row) => `    ${row}`)
        .join('\n'),
    );
  }

  private over(text: string): void {
    this.out.write(this.out.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`);
  }

  private endBar(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
