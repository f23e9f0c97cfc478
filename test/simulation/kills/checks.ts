// What must hold after any kills: each check is one sentence, with what was counted and every exception by its id.
import { DataSource } from 'typeorm';
import { PostgresStore } from '../../../src/adapters/ledger/embedded';
import { fsck } from '../../../src/adapters/ledger/chain/fsck';
import { RemoteLedger } from '../../../src/adapters/ledger/remote';
import { canonicalBytes, type Json } from '../../../src/domain/canonical';
import { hex } from '../../../src/domain/canonical';
import { ledgerKeys } from '../../../src/domain/ledger';
import { leafHash, Tree } from '../../../src/domain/merkle';
import { readAnswer } from '../../../src/domain/receipts';
import { add, parseRational, subtract, toText, zero } from '../../../src/domain/safe-answers';
import { terminal } from '../../../src/cli/io';
import { run as aggregora } from '../../../src/cli/run';
import { DeskClient, SEARCHER } from '../../../src/launch/story';
import type { Town } from '../../../src/launch/town';
import type { BookEntry } from '../../../src/sdk/book/entries';
import { entriesOf, progress } from './book';
import { databaseOf, rowsOf } from './watch';

export interface Check {
  readonly check: string;
  readonly holds: boolean;
  readonly counted: string;
}

export interface Scene {
  readonly town: Town;
  readonly owners: readonly string[];
  readonly bookFile: string;
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  readonly onFabric: boolean;
}

interface OwnerRecord {
  readonly xid: string;
  readonly state: string;
  readonly e: string | null;
  readonly kind: number | null;
  readonly request: Buffer;
  readonly answer: Buffer | null;
}

export async function checksOf(scene: Scene): Promise<readonly Check[]> {
  return [
    ...(await receipts(scene)),
    differentBytes(scene),
    ...(await budgets(scene)),
    ...(scene.onFabric ? [] : [await chain(scene)]),
    await fsckOf(scene),
    ...(await trees(scene)),
    await evidence(scene),
  ];
}

const verdict = (check: string, wrong: readonly string[], counted: string): Check => ({
  check,
  holds: wrong.length === 0,
  counted: wrong.length === 0 ? counted : wrong.slice(0, 5).join('; '),
});

async function ownerRecords({ town, owners }: Scene): Promise<ReadonlyMap<string, OwnerRecord>> {
  const sql = 'SELECT xid, state, e, kind, request, answer FROM exchanges';
  const all = await Promise.all(owners.map((owner) => rowsOf<OwnerRecord>(town, owner, sql)));
  return new Map(all.flat().map((row) => [row.xid, row]));
}

async function receipts(scene: Scene): Promise<Check[]> {
  const entries = entriesOf(scene.bookFile);
  const far = progress(entries);
  const theirs = await ownerRecords(scene);
  const acknowledged = entries.flatMap((entry) => (entry.t === 'ack' ? [entry] : []));
  const notFinal = acknowledged.filter(({ xid }) => far.get(xid) !== 'final' || theirs.get(xid)?.state !== 'FINAL');
  const lost = [...theirs.values()].filter(({ xid, answer }) => answer !== null && theirs.get(xid)?.state !== 'FINAL');
  const unequal = acknowledged.filter(({ xid, leaf }) => theirs.get(xid)?.e !== leaf.slice(4));
  const show = ({ xid }: { xid: string }) =>
    `${xid} ${far.get(xid) ?? 'unknown'}/${theirs.get(xid)?.state ?? 'unknown'}`;
  return [
    verdict(
      'every acknowledged answer is FINAL on both sides',
      notFinal.map(show),
      `${String(acknowledged.length)} acknowledged`,
    ),
    verdict('every answer that a data end signed is FINAL', lost.map(show), `${String(theirs.size)} records`),
    verdict('both sides have the same E', unequal.map(show), `${String(acknowledged.length)} compared`),
  ];
}

function differentBytes({ seen }: Scene): Check {
  const wrong = [...seen].filter(([, digests]) => digests.size !== 1).map(([xid]) => xid);
  return verdict('no exchange id was ever answered with different bytes', wrong, `${String(seen.size)} answers`);
}

interface HoldRow {
  readonly xid: string;
  readonly account: string;
  readonly amount: string;
  readonly state: string;
}

async function budgets(scene: Scene): Promise<Check[]> {
  const wrong: string[] = [];
  const unpaid: string[] = [];
  let [accountCount, paid, repeats] = [0, 0, 0];
  const records = [...(await ownerRecords(scene)).values()];
  for (const owner of scene.owners) {
    const holds = await rowsOf<HoldRow>(scene.town, owner, 'SELECT xid, account, amount, state FROM holds');
    const accounts = await rowsOf<{ id: string; cap: string; spent: string; held: string }>(
      scene.town,
      owner,
      'SELECT id, cap, spent, held FROM accounts',
    );
    accountCount += accounts.length;
    for (const { id, cap, spent, held } of accounts) {
      const sum = (state: string) =>
        toText(
          holds
            .filter((hold) => hold.account === id && hold.state === state)
            .map(({ amount }) => parseRational(amount))
            .reduce(add, zero),
        );
      if (spent !== sum('CAPTURED')) wrong.push(`${id}: spent ${spent}, captured ${sum('CAPTURED')}`);
      if (held !== sum('HELD') || held !== '0') wrong.push(`${id}: ${held} is still held`);
      const left = subtract(parseRational(cap), add(parseRational(spent), parseRational(held)));
      if (left.num < 0n) wrong.push(`${id}: more than ${cap} is gone`);
    }
    const released = await rowsOf<{ xid: string; rho: string; body: Buffer }>(
      scene.town,
      owner,
      'SELECT xid, rho, body FROM released_answers',
    );
    for (const { xid, rho } of released) {
      const own = holds.filter((hold) => hold.xid === xid);
      const whole = own.length === 4 && own.every(({ state }) => state === 'CAPTURED');
      if (!whole || own.filter(({ amount }) => amount === rho).length < 3) unpaid.push(`${xid} is not paid for`);
    }
    paid += released.length;
    const bodies = new Set(released.map(({ body }) => body.toString('hex')));
    for (const { xid, request, answer } of records) {
      if (answer === null || !(await belongs(scene.town, owner, xid))) continue;
      const read = readAnswer(new Uint8Array(answer), new Uint8Array(request));
      if (read.status !== 'ANSWERED') continue;
      if (!bodies.has(hex(canonicalBytes(read.answer as Json)))) unpaid.push(`${xid} answers what was never released`);
      else if (!released.some((one) => one.xid === xid)) repeats += 1;
    }
  }
  return [
    verdict(
      'no rho is unrecorded: spent = captured, nothing held, no cap passed',
      wrong,
      `${String(accountCount)} accounts`,
    ),
    verdict(
      'every answer is a paid release or a repeat of one',
      unpaid,
      `${String(paid)} paid, ${String(repeats)} repeats`,
    ),
  ];
}

const belongings = new Map<string, Promise<ReadonlySet<string>>>();

async function belongs(town: Town, owner: string, xid: string): Promise<boolean> {
  const key = `${town.home.folder} ${owner}`;
  let own = belongings.get(key);
  if (own === undefined) {
    own = rowsOf<{ xid: string }>(town, owner, 'SELECT xid FROM exchanges').then(
      (rows) => new Set(rows.map((row) => row.xid)),
    );
    belongings.set(key, own);
  }
  return (await own).has(xid);
}

async function chain({ town }: Scene): Promise<Check> {
  const database = new DataSource({ type: 'postgres', url: town.postgres.url(databaseOf('exchange')) });
  await database.initialize();
  try {
    const { blocks, transactions, faults } = await fsck(new PostgresStore(database));
    return verdict(
      'the ledger, judged again from its first block, is good',
      faults,
      `${String(blocks)} blocks, ${String(transactions)} transactions`,
    );
  } finally {
    await database.destroy();
  }
}

/** The very command: every tree against every anchor, whose numbers must follow one another. */
async function fsckOf({ town }: Scene): Promise<Check> {
  const lines: string[] = [];
  const environment = { AGGREGORA_HOME: town.home.folder };
  const io = {
    ...terminal(),
    environment,
    out: (text: string) => lines.push(text),
    err: (text: string) => lines.push(text),
  };
  const code = await aggregora(['--json', 'fsck'], io);
  const text = lines.join('\n');
  return verdict('aggregora fsck is clean, and no anchor sequence has a gap', code === 0 ? [] : [text], countsOf(text));
}

function countsOf(text: string): string {
  const { trees = [] } = JSON.parse(text) as { trees?: readonly { participant: string; anchors: number }[] };
  return trees.map(({ participant, anchors }) => `${participant} ${String(anchors)} anchors`).join(', ');
}

interface Kept {
  readonly participant: string;
  readonly leaves: readonly Uint8Array[];
  readonly batches: readonly { readonly seq: number; readonly size: number }[];
  /** Leaves that no batch holds yet. */
  readonly waiting: number;
}

async function trees(scene: Scene): Promise<Check[]> {
  const ledger = new RemoteLedger({ base: scene.town.exchangeUrl });
  const all = [
    searcherTree(entriesOf(scene.bookFile)),
    ...(await Promise.all(scene.owners.map((one) => ownerTree(scene.town, one)))),
  ];
  const [wrong, twice]: [string[], string[]] = [[], []];
  let batches = 0;
  for (const { participant, leaves, batches: sealed, waiting } of all) {
    const tree = Tree.of(leaves.map(leafHash));
    for (const { seq, size } of sealed) {
      const anchor = await ledger.read(ledgerKeys.anchor(participant, seq));
      const same = anchor?.value['size'] === size && anchor.value['root'] === hex(tree.root(size));
      if (!same) wrong.push(`${participant} batch ${String(seq)}`);
    }
    batches += sealed.length;
    if ((sealed.at(-1)?.size ?? 0) !== leaves.length) wrong.push(`${participant}: leaves beyond the last batch`);
    if ((await ledger.read(ledgerKeys.anchor(participant, sealed.length + 1))) !== undefined)
      wrong.push(`${participant}: the ledger has a batch that its owner does not know`);
    if (waiting > 0) wrong.push(`${participant}: ${String(waiting)} leaves in no batch`);
    if (new Set(leaves.map(hex)).size !== leaves.length) twice.push(participant);
  }
  const leafCount = all.reduce((sum, { leaves }) => sum + leaves.length, 0);
  return [
    verdict(
      'trees recomputed from storage equal every anchored head',
      wrong,
      `${String(batches)} batches of ${String(all.length)} trees`,
    ),
    verdict('no leaf stands twice in a tree', twice, `${String(leafCount)} leaves`),
  ];
}

function searcherTree(entries: readonly BookEntry[]): Kept {
  const leaves: Uint8Array[] = [];
  const batches: { seq: number; size: number }[] = [];
  let waiting: string[] = [];
  for (const entry of entries) {
    if (entry.t === 'ack') waiting.push(entry.leaf);
    if (entry.t !== 'seal') continue;
    const sealed = [...waiting.slice(0, entry.count), ...entry.padding];
    waiting = waiting.slice(entry.count);
    leaves.push(...sealed.map((leaf) => new Uint8Array(Buffer.from(leaf, 'hex'))));
    batches.push(entry.batch);
  }
  return { participant: SEARCHER, leaves, batches, waiting: waiting.length };
}

async function ownerTree(town: Town, participant: string): Promise<Kept> {
  const rows = await rowsOf<{ bytes: Buffer; index: string | null }>(
    town,
    participant,
    'SELECT bytes, index FROM leaves ORDER BY index NULLS LAST',
  );
  const batches = await rowsOf<{ seq: number; size: string }>(
    town,
    participant,
    'SELECT seq, size FROM batches WHERE height IS NOT NULL ORDER BY seq',
  );
  const sealed = rows.filter(({ index }) => index !== null);
  const last = Number(batches.at(-1)?.size ?? 0);
  return {
    participant,
    leaves: sealed.slice(0, last).map(({ bytes }) => new Uint8Array(bytes)),
    batches: batches.map(({ seq, size }) => ({ seq, size: Number(size) })),
    waiting: rows.length - sealed.length,
  };
}

const SAMPLE = 5;

/** What an outsider would do: a few bundles, offline. */
async function evidence({ town, bookFile }: Scene): Promise<Check> {
  const finals = [...progress(entriesOf(bookFile))].flatMap(([xid, stage]) => (stage === 'final' ? [xid] : []));
  const step = Math.max(1, Math.floor(finals.length / SAMPLE));
  const chosen = finals.filter((_, i) => i % step === 0).slice(0, SAMPLE);
  const desk = new DeskClient(town);
  const wrong: string[] = [];
  for (const xid of chosen) {
    const { code } = await desk.call<{ code: number }>(`/desk/verify/${xid}`, {});
    if (code !== 0) wrong.push(`${xid}: exit code ${String(code)}`);
  }
  return verdict('evidence bundles verify offline', wrong, `${String(chosen.length)} bundles`);
}
