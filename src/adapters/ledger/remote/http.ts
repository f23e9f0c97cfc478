// JSON over HTTP with refusals on the far side becoming the same refusals here, and every other failure LEDGER_DOWN.
import { z } from 'zod';
import { Refusal } from '../../../domain/refusals';

export interface HttpOptions {
  /** The exchange, without `/v1/ledger`. */
  readonly base: string;
  readonly timeoutMs?: number;
  /** For mutual TLS, tokens, or a test's faults; the global fetch by default. */
  readonly fetch?: typeof fetch;
}

const TIMEOUT_MS = 30_000;

/** An RFC 9457 problem document with our code. */
const Problem = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
});

export class Http {
  constructor(private readonly options: HttpOptions) {}

  get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    return this.ask(path, {}, shape);
  }

  post<T>(path: string, body: object, shape: z.ZodType<T>): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, shape);
  }

  private async ask<T>(path: string, request: RequestInit, shape: z.ZodType<T>): Promise<T> {
    const { ok, body } = await this.send(path, request);
    if (!ok) throw refusalOf(body);
    const parsed = shape.safeParse(body);
    if (!parsed.success) throw new Refusal('LEDGER_DOWN', { path: path.split('?')[0] ?? '' });
    return parsed.data;
  }

  private async send(path: string, request: RequestInit): Promise<{ ok: boolean; body: unknown }> {
    const { base, timeoutMs = TIMEOUT_MS, fetch: call = fetch } = this.options;
    try {
      const url = `${base.replace(/\/$/, '')}/v1/ledger/${path}`;
      const answer = await call(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
      return { ok: answer.ok, body: await answer.json() };
    } catch {
      throw new Refusal('LEDGER_DOWN'); // refused, cut off or too slow: what it did there is unknown
    }
  }
}

function refusalOf(body: unknown): Refusal {
  const problem = Problem.safeParse(body);
  return problem.success ? new Refusal(problem.data.code, problem.data.details) : new Refusal('LEDGER_DOWN');
}
