// The desk's address and code: taken out of the fragment at once, kept for this tab only, never in a link or in history.
import { deskUrl, isLoopback, type DeskAddress } from '../api/desk';

const KEPT = 'aggregora.desk';

/** What a link brought: a desk on this machine is taken; one elsewhere must be confirmed by the reader. */
export interface Arrival {
  readonly kept: DeskAddress | undefined;
  readonly toConfirm: DeskAddress | undefined;
}

/** Reads `#desk=…&code=…` and removes it from the address bar; then what this tab has kept. */
export function arrive(): Arrival {
  const brought = takeFragment();
  if (brought === undefined) return { kept: recall(), toConfirm: undefined };
  if (!isLoopback(brought.url)) return { kept: recall(), toConfirm: brought };
  keep(brought);
  return { kept: brought, toConfirm: undefined };
}

function takeFragment(): DeskAddress | undefined {
  const fragment = window.location.hash.slice(1);
  if (!fragment.startsWith('desk=') && !fragment.startsWith('code=')) return undefined;
  const given = new URLSearchParams(fragment);
  const page = given.get('page') ?? '/';
  window.history.replaceState(null, '', `#${page.startsWith('/') ? page : '/'}`);
  const [url, code] = [deskUrl(given.get('desk') ?? ''), given.get('code')];
  return url === undefined || code === null || code === '' ? undefined : { url, code };
}

export const keep = (address: DeskAddress): void => sessionStorage.setItem(KEPT, JSON.stringify(address));
export const forget = (): void => sessionStorage.removeItem(KEPT);

function recall(): DeskAddress | undefined {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    if (typeof read !== 'object' || read === null || !('url' in read) || !('code' in read)) return undefined;
    return typeof read.url === 'string' && typeof read.code === 'string'
      ? { url: read.url, code: read.code }
      : undefined;
  } catch {
    return undefined;
  }
}
