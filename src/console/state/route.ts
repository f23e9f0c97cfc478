// Where the reader is: the fragment after `#/`, so that the exchange needs no rules for pages and links can be kept.
import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'catalogue' }
  | { readonly page: 'repository'; readonly id: string }
  | { readonly page: 'template'; readonly id: string; readonly from?: string }
  | { readonly page: 'answer'; readonly group: string }
  | { readonly page: 'questions' }
  | { readonly page: 'market' }
  | { readonly page: 'product'; readonly id: string }
  | { readonly page: 'money' }
  | { readonly page: 'desk' }
  | { readonly page: 'missing' };

const part = encodeURIComponent;

export const links = {
  catalogue: '#/',
  questions: '#/questions',
  market: '#/market',
  money: '#/money',
  desk: '#/desk',
  repository: (id: string): string => `#/repositories/${part(id)}`,
  template: (id: string, from?: string): string =>
    from === undefined ? `#/templates/${part(id)}` : `#/templates/${part(id)}/${part(from)}`,
  product: (id: string): string => `#/market/${part(id)}`,
  answer: (group: string): string => `#/questions/${part(group)}`,
};

/** The page a fragment names; a broken one is `missing`. */
export function routeOf(fragment: string): Route {
  const [room = '', id, from] = decoded(fragment.replace(/^#?\/?/, ''));
  if (room === '') return { page: 'catalogue' };
  if (room === 'desk') return { page: 'desk' };
  if (room === 'money') return { page: 'money' };
  if (room === 'market') return id === undefined ? { page: 'market' } : { page: 'product', id };
  if (room === 'questions') return id === undefined ? { page: 'questions' } : { page: 'answer', group: id };
  if (room === 'repositories' && id !== undefined) return { page: 'repository', id };
  if (room === 'templates' && id !== undefined)
    return { page: 'template', id, ...(from === undefined ? {} : { from }) };
  return { page: 'missing' };
}

function decoded(path: string): readonly string[] {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return ['broken'];
  }
}

const listen = (changed: () => void): (() => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};

/** The fragment as it is now; parts that use it are drawn again when it changes. */
export const useFragment = (): string => useSyncExternalStore(listen, () => window.location.hash);

export const goTo = (link: string): void => {
  window.location.hash = link;
};
