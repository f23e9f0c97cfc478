// The searcher's own desk: a small program of the searcher that holds its keys and asks on its behalf.
import { ask } from './request';
import { marketOf, type DeskMarket } from './market';
import type { Asking, Budget, DeskOwner, Page, PermitRow, Question, QuestionLine, Verification } from './types';

export interface DeskAddress {
  /** Origin, without a slash at the end. */
  readonly url: string;
  readonly code: string;
}

export interface Desk {
  owner(): Promise<DeskOwner>;
  permits(): Promise<Page<PermitRow>>;
  budget(repository: string, permit: string): Promise<Budget>;
  /** Asks the owner for a permit; granting it is up to the owner. */
  wish(repository: string, template: string, purpose: string): Promise<{ readonly state: string }>;
  put(question: Asking): Promise<{ readonly group: string }>;
  questions(limit: number): Promise<Page<QuestionLine>>;
  question(group: string, signal?: AbortSignal): Promise<Question>;
  evidence(xid: string): Promise<Blob>;
  verify(xid: string): Promise<Verification>;
  readonly market: DeskMarket;
}

const name = encodeURIComponent;

/** The desk's routes in one language. Every call throws Problem; DESK_UNREACHABLE where nothing answers. */
export function deskAt({ url, code }: DeskAddress, language: string): Desk {
  const authorization = `Desk ${code}`;
  const get = (path: string, signal?: AbortSignal): Promise<Response> =>
    ask('DESK', `${url}/desk${path}`, { language, authorization, ...(signal === undefined ? {} : { signal }) });
  const post = (path: string, body?: unknown, key?: string): Promise<Response> =>
    ask('DESK', `${url}/desk${path}`, {
      language,
      authorization,
      method: 'POST',
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });
  const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;
  return {
    owner: () => json(get('')),
    permits: () => json(get('/permits')),
    budget: (repository, permit) => json(get(`/budget?repository=${name(repository)}&permit=${name(permit)}`)),
    wish: (repository, template, purpose) => json(post('/permit-requests', { repository, template, purpose })),
    put: (question) => json(post('/questions', question)),
    questions: (limit) => json(get(`/questions?limit=${String(limit)}`)),
    question: (group, signal) => json(get(`/questions/${name(group)}`, signal)),
    evidence: async (xid) => (await get(`/evidence/${name(xid)}`)).blob(),
    verify: (xid) => json(post(`/verify/${name(xid)}`)),
    market: marketOf({ get, post }),
  };
}

/** An origin a desk may have; undefined for anything else. Plain http is for this machine alone: the code travels in it. */
export function deskUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.protocol === 'http:' && !isLoopback(url.origin) ? undefined : url.origin;
}

/** True for addresses that cannot leave this machine. */
export function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
