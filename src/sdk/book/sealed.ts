// The sealed leaves of a book's tree, read beside whoever writes it.
import type { BookEntry } from './entries';
import { Journal } from './journal';

/** In tree order. Refuses BOOK_DAMAGED. */
export function sealedLeaves(file: string): readonly Uint8Array[] {
  const sealed: string[] = [];
  let waiting: string[] = [];
  for (const entry of Journal.look<BookEntry>(file)) {
    if (entry.t === 'ack') waiting.push(entry.leaf);
    if (entry.t !== 'seal') continue;
    sealed.push(...waiting.slice(0, entry.count), ...entry.padding);
    waiting = waiting.slice(entry.count);
  }
  return sealed.map((leaf) => new Uint8Array(Buffer.from(leaf, 'hex')));
}
