// ledger head | entry | entries | events: what everybody may read of the ledger.
import type { Command } from 'commander';
import type { Verb } from '../program';
import type { Session } from '../session';

interface Entry {
  readonly key: string;
  readonly height: number;
  readonly value: unknown;
}

interface Event {
  readonly height: number;
  readonly index: number;
  readonly type: string;
  readonly key: string;
  readonly by: string;
}

export function ledgerVerbs(root: Command, verb: Verb): void {
  const ledger = root.command('ledger').description('the ledger: hashes, keys and grants, never content');
  ledger
    .command('head')
    .description('height and hash of the last block')
    .action(verb((session) => head(session)));
  ledger
    .command('entry')
    .description('one entry of the state')
    .argument('<key>', 'such as participant/city-planning')
    .action(verb((session, key: string) => entry(session, key)));
  ledger
    .command('entries')
    .description('entries whose key begins so')
    .argument('[prefix]', 'such as anchor/', '')
    .option('--after <key>', 'go on where the last page ended')
    .option('--limit <n>', 'how many', '20')
    .action(verb((session, prefix: string, page: Record<string, string>) => entries(session, prefix, page)));
  ledger
    .command('events')
    .description('what happened, from a height on')
    .option('--height <n>', 'where to begin; left out: the last twenty blocks')
    .option('--limit <n>', 'how many', '20')
    .action(verb((session, page: Record<string, string>) => events(session, page)));
}

const headOf = ({ open }: Session) =>
  open.json<{ height: number; hash: string; chain: string }>('/v1/ledger/head', { open: true });

async function head(session: Session): Promise<void> {
  const { show } = session;
  const found = await headOf(session);
  show.result(found, () => {
    show.facts([
      [show.word('height'), String(found.height)],
      ['hash', found.hash],
      ['chain', found.chain],
    ]);
  });
}

async function entry({ open, show, finish }: Session, key: string): Promise<void> {
  const path = `/v1/ledger/entries/${encodeURIComponent(key)}`;
  const { entry: found } = await open.json<{ entry: Entry | null }>(path, { open: true });
  show.result({ entry: found }, () => {
    if (found === null) show.line(show.word('nothing'));
    else
      show.line(
        `${show.paint.cyan(found.key)}  ${show.word('height')} ${String(found.height)}\n${JSON.stringify(found.value, null, 2)}`,
      );
  });
  if (found === null) finish(1);
}

async function entries({ open, show }: Session, prefix: string, page: Readonly<Record<string, string>>): Promise<void> {
  const query = new URLSearchParams({ prefix, ...page }).toString();
  const { entries: items } = await open.json<{ entries: Entry[] }>(`/v1/ledger/entries?${query}`, { open: true });
  show.result({ items }, () => {
    show.table(
      [show.word('height'), show.word('key')],
      items.map(({ height, key }) => [String(height), show.paint.cyan(key)]),
    );
  });
}

const BACK = 19;

async function events(session: Session, page: Readonly<Record<string, string>>): Promise<void> {
  const { open, show } = session;
  const height = page['height'] ?? String(Math.max(0, (await headOf(session)).height - BACK));
  const query = new URLSearchParams({ ...page, height }).toString();
  const { events: items } = await open.json<{ events: Event[] }>(`/v1/ledger/events?${query}`, { open: true });
  show.result({ items }, () => {
    show.table(
      [show.word('height'), show.word('type'), show.word('key'), show.word('by')],
      items.map(({ height: at, type, key, by }) => [String(at), type, show.paint.cyan(key), by]),
    );
  });
}
