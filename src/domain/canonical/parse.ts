// A strict JSON parser (RFC 8259) that keeps what JSON.parse forgets: duplicate keys, lost digits, depth.
import { Refusal } from '../refusals';
import { isWellFormed, MAX_DEPTH, type Json, type Numbers } from './json';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const SPACE = /[ \t\n\r]*/y;

/**
 * The value a JSON text means. Refuses NOT_JSON, DUPLICATE_KEY, KEY_FORBIDDEN, NUMBER_UNSAFE, STRING_NOT_WELL_FORMED,
 * STRING_HAS_NUL, TOO_DEEP. White space and key order are allowed here; `readCanonical` compares the bytes.
 */
export function parseStrict(text: string, numbers: Numbers = 'wire'): Json {
  const parser = new Parser(text, numbers);
  const value = parser.value(1);
  parser.end();
  return value;
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly numbers: Numbers,
  ) {}

  value(depth: number): Json {
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  end(): void {
    this.space();
    if (this.at !== this.text.length) throw this.broken();
  }

  private object(depth: number): Json {
    this.open(depth);
    const found: Record<string, Json> = {};
    if (this.skip('}')) return found;
    do {
      this.space();
      const key = this.string();
      if (key === '__proto__') throw new Refusal('KEY_FORBIDDEN');
      if (Object.hasOwn(found, key)) throw new Refusal('DUPLICATE_KEY', { at: this.at });
      this.need(':');
      found[key] = this.value(depth + 1);
    } while (this.skip(','));
    this.need('}');
    return found;
  }

  private array(depth: number): Json {
    this.open(depth);
    const found: Json[] = [];
    if (this.skip(']')) return found;
    do found.push(this.value(depth + 1));
    while (this.skip(','));
    this.need(']');
    return found;
  }

  private string(): string {
    const text = this.quoted();
    if (!isWellFormed(text)) throw new Refusal('STRING_NOT_WELL_FORMED', { at: this.at });
    if (this.numbers === 'wire' && text.includes('\0')) throw new Refusal('STRING_HAS_NUL', { at: this.at });
    return text;
  }

  /** Finds the closing quote; the platform's own parser then checks escapes and control characters. */
  private quoted(): string {
    if (this.text[this.at] !== '"') throw this.broken();
    const end = this.closing();
    const token = this.text.slice(this.at, end + 1);
    try {
      const text = JSON.parse(token) as string;
      this.at = end + 1;
      return text;
    } catch {
      throw this.broken();
    }
  }

  /** Long texts without an escape, such as sealed bytes, are not walked through letter by letter. */
  private closing(): number {
    let end = this.text.indexOf('"', this.at + 1);
    const escaped = end < 0 ? -1 : this.text.slice(this.at + 1, end).indexOf('\\');
    if (escaped >= 0) {
      end = this.at + 1 + escaped;
      while (this.text[end] !== '"') {
        if (end >= this.text.length) throw this.broken();
        end += this.text[end] === '\\' ? 2 : 1;
      }
    }
    if (end < 0) throw this.broken();
    return end;
  }

  private number(): number {
    const token = this.match(NUMBER);
    const value = Number(token);
    const allowed =
      this.numbers === 'wire' ? INTEGER.test(token) && Number.isSafeInteger(value) : Number.isFinite(value);
    if (!allowed) throw new Refusal('NUMBER_UNSAFE', { at: this.at });
    return value;
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.broken();
    this.at += word.length;
    return value;
  }

  private open(depth: number): void {
    if (depth > MAX_DEPTH) throw new Refusal('TOO_DEEP', { limit: MAX_DEPTH });
    this.at += 1;
  }

  private skip(mark: string): boolean {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private need(mark: string): void {
    if (!this.skip(mark)) throw this.broken();
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw this.broken();
    this.at = pattern.lastIndex;
    return found;
  }

  private broken(): Refusal {
    return new Refusal('NOT_JSON', { at: this.at });
  }
}
