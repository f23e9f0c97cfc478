// One way to ask a server: JSON in, JSON out, and every failure as a Problem that can be shown in words.
import type { ProblemDocument } from './types';

/** A failure in words: what happened, what to do, and the stable code. */
export class Problem extends Error {
  constructor(readonly document: ProblemDocument) {
    super(document.code);
    this.name = 'Problem';
  }
}

/** Whose words are missing when a server does not answer. */
export type Server = 'EXCHANGE' | 'DESK';

interface Asking {
  readonly language: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly authorization?: string;
  /** The same key again is the same act. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

const SLOWEST_MS = 40_000;

/** The response of an address. Throws Problem: the server's own words where it sent some, a code of ours otherwise. */
export async function ask(server: Server, url: string, asking: Asking): Promise<Response> {
  const { language, method = 'GET', body, authorization, key, signal } = asking;
  const limit = AbortSignal.timeout(SLOWEST_MS);
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': language,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  };
  const response = await fetch(url, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new Problem({ code: `${server}_UNREACHABLE`, title: '' });
  });
  if (response.ok) return response;
  throw new Problem(await problemOf(response));
}

async function problemOf(response: Response): Promise<ProblemDocument> {
  const body: unknown = await response.json().catch(() => undefined);
  const fields: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const some = (name: 'detail' | 'titleZh' | 'detailZh'): object =>
    text(name) === undefined ? {} : { [name]: text(name) };
  return {
    title: text('title') ?? '',
    ...some('detail'),
    ...some('titleZh'),
    ...some('detailZh'),
    ...(isRecord(fields['details']) ? { details: fields['details'] } : {}),
    code: text('code') ?? `HTTP_${String(response.status)}`,
    status: response.status,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Any thrown thing as a problem document; a bug of this page says so and no more. */
export const problemFrom = (error: unknown): ProblemDocument =>
  error instanceof Problem ? error.document : { code: 'PAGE_FAULT', title: '' };
