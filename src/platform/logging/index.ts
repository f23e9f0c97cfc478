// Log lines carry ids, codes and counts. What is not on this list does not get in, whoever logs it.
import { type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** The only fields a log line may have beside level, time, program and context. */
const ALLOWED = new Set([
  'xid',
  'code',
  'status',
  'method',
  'route',
  'seq',
  'size',
  'height',
  'index',
  'instance',
  'bug',
  'count',
  'ms',
  'job',
  'attempt',
  'repository',
  'template',
  'permit',
  'participant',
  'port',
  'queue',
  'pid',
  'state',
  'listening',
]);

/** Fields of an object that may be logged; every value a short text or a number. */
export function allowed(fields: object): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (!ALLOWED.has(name)) continue;
    if (typeof value === 'number') kept[name] = value;
    else if (typeof value === 'string') kept[name] = value.slice(0, 120);
  }
  return kept;
}

export function programLogger(program: string, level: string, out: NodeJS.WritableStream = process.stdout): Logger {
  return pino({ level, base: { program } }, out as never);
}

/** Nest's logger over pino: objects are narrowed to allowed fields; free text is Nest's own start-up lines only. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.line('info', message, context);
  }
  warn(message: unknown, context?: unknown): void {
    this.line('warn', message, context);
  }
  error(message: unknown, _stack?: unknown, context?: unknown): void {
    this.line('error', message, context);
  }
  debug(message: unknown, context?: unknown): void {
    this.line('debug', message, context);
  }
  verbose(message: unknown, context?: unknown): void {
    this.line('debug', message, context);
  }

  private line(level: 'info' | 'warn' | 'error' | 'debug', message: unknown, context: unknown): void {
    const fields =
      typeof message === 'object' && message !== null && !(message instanceof Error) ? allowed(message) : {};
    // An error's text may quote a row; its name cannot.
    const text =
      message instanceof Error
        ? message.name
        : typeof message === 'string' && level !== 'error'
          ? message.split('\n')[0]
          : '';
    this.pino[level]({ ...fields, ...(typeof context === 'string' ? { context } : {}) }, text);
  }
}
