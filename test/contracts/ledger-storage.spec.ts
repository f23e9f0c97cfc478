// The embedded ledger against its own storage: nothing can be rewritten, fsck names what was, proofs hold without the server.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { ChainLedger } from '../../src/adapters/ledger/chain/ledger';
import { embeddedLedger } from '../../src/adapters/ledger/embedded';
import { RemoteLedger } from '../../src/adapters/ledger/remote';
import { b64u, fromB64u } from '../../src/domain/canonical';
import { ledgerKeys, type Command } from '../../src/domain/ledger';
import type { LedgerProof, SignedTransaction } from '../../src/domain/ledger/port';
import { verifyEmbeddedProof } from '../../src/domain/ledger/proof';
import { Tree } from '../../src/domain/merkle';
import { Refusal } from '../../src/domain/refusals';
import { anchorOf, say } from './ledger';
import { migrated, onPostgres, served } from './ledger-places';
import { foundation, hashOf, permit, random, world, type World } from './ledger-world';

let people: World;
let ledger: ChainLedger;
let database: DataSource;
let url: string;
let close: () => Promise<void>;

beforeEach(async () => {
  people = await world();
  ({ ledger, database, url, close } = await onPostgres(people));
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
});
afterEach(() => close());

const code = (name: string) => expect.objectContaining({ code: name }) as unknown;
const note = (id: string): Command => ({ type: 'RecordHash', stream: 'n', id, hash: hashOf(id) });
const trust = () => ({ genesis: ledger.chain, operators: [people.operator.ledger.certificate] });

/** Holds the writers' lock until all of these wait behind the block before them. */
async function inOneBlock(transactions: readonly SignedTransaction[]): Promise<void> {
  const first = await ledger.prepare(note('first'), people.lab.signer);
  const lock = database.createQueryRunner();
  await lock.query('SELECT pg_advisory_lock($1)', [0x6167_6c64]);
  const submitted = [ledger.submit(first)];
  await wait(100);
  submitted.push(...transactions.map((one) => ledger.submit(one)));
  await wait(100);
  await lock.query('SELECT pg_advisory_unlock($1)', [0x6167_6c64]);
  await lock.release();
  await Promise.all(submitted);
}

test.each([
  "UPDATE ledger_blocks SET signature = ''",
  'DELETE FROM ledger_transactions',
  "UPDATE ledger_transactions SET code = 'VALID'",
  'DELETE FROM ledger_events',
  'TRUNCATE ledger_blocks CASCADE',
  'DELETE FROM ledger_state',
])('%s is refused by the database itself', async (sql) => {
  await expect(database.query(sql)).rejects.toThrow('append-only');
});

test('a healthy chain has no faults, with refused transactions in it', async () => {
  const twice = await Promise.all([1, 2].map(() => ledger.prepare(note('a'), people.lab.signer)));
  await Promise.allSettled(twice.map((one) => ledger.submit(one)));
  const { blocks, transactions, faults } = await ledger.fsck();
  expect(faults).toEqual([]);
  expect(blocks).toBe((await ledger.head()).height + 1);
  expect(transactions).toBeGreaterThanOrEqual(blocks);
  const lost = await database.query<unknown[]>("SELECT 1 FROM ledger_transactions WHERE code = 'LEDGER_CONFLICT'");
  expect(lost).toHaveLength(1);
});

test.each([
  [
    'a changed value',
    `UPDATE ledger_state SET value = '{"policy":"x"}' WHERE key LIKE 'adoption/%'`,
    'entry adoption/',
  ],
  [
    'a foreign value',
    `INSERT INTO ledger_state SELECT 'zz', value, height, index FROM ledger_state LIMIT 1`,
    'entry zz',
  ],
  ['a refusal made valid', `UPDATE ledger_transactions SET code = 'LEDGER_X' WHERE height = 3`, 'transaction 3/0'],
  [
    'a changed write',
    `UPDATE ledger_transactions SET writes = '[]' WHERE height = 4`,
    'transaction 4/0: writes differ',
  ],
  ['a changed body', `UPDATE ledger_transactions SET body = body || '\\x20' WHERE height = 2`, 'transaction 2/0'],
  [
    'a changed signature',
    `UPDATE ledger_blocks SET signature = decode(repeat('01', 64), 'hex') WHERE height = 5`,
    'block 5',
  ],
  [
    'a swapped header',
    `UPDATE ledger_blocks SET header = (SELECT header FROM ledger_blocks WHERE height = 1) WHERE height = 6`,
    'block 6',
  ],
])('fsck names %s', async (_, sql, place) => {
  await database.query('SET session_replication_role = replica'); // triggers off, as a superuser could
  await database.query(sql);
  const { faults } = await ledger.fsck();
  expect(faults.join('\n')).toContain(place);
});

test('many at once share blocks, and two processes on one database keep one chain', async () => {
  const other = await migrated(url);
  const second = await embeddedLedger(
    { database: other, operator: people.operator.signer, random },
    people.operator.registration,
  );
  expect(second.chain).toBe(ledger.chain);
  const before = await ledger.head();
  const ids = Array.from({ length: 200 }, () => randomBytes(6).toString('hex'));
  await Promise.all(ids.map((id, at) => say(at % 2 === 0 ? ledger : second, note(id), people.lab.signer)));
  expect((await ledger.head()).height - before.height).toBeLessThan(150);
  expect((await ledger.fsck()).faults).toEqual([]);
  expect(await ledger.list('hash/n/', '', 1000)).toHaveLength(200);
  await other.destroy();
});

test('storage lost and found again: the same bytes land once', async () => {
  const transaction = await ledger.prepare(note('lost'), people.lab.signer);
  await database.query('ALTER TABLE ledger_events RENAME TO gone'); // the block cannot be completed
  await expect(ledger.submit(transaction)).rejects.toThrow();
  expect(await ledger.status(transaction.id)).toBeUndefined();
  await database.query('ALTER TABLE gone RENAME TO ledger_events');
  const committed = await ledger.submit(transaction);
  expect(await ledger.submit(transaction)).toEqual(committed);
});

test('a killed connection is LEDGER_DOWN, and the next try works', async () => {
  const transaction = await ledger.prepare(note('killed'), people.lab.signer);
  const admin = await migrated(url);
  await admin.query(`SELECT pg_advisory_lock(${String(0x6167_6c64)})`);
  const submitting = expect(ledger.submit(transaction)).rejects.toEqual(code('LEDGER_DOWN'));
  await wait(200);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
  await submitting;
  await admin.destroy();
  expect(await ledger.submit(transaction)).toMatchObject({ id: transaction.id });
});

test('a transaction of another ledger is refused', async () => {
  const other = await onPostgres(people);
  for (const [command, by] of foundation(people)) await say(other.ledger, command, by.signer);
  const transaction = await other.ledger.prepare(note('else'), people.lab.signer);
  await expect(ledger.submit(transaction)).rejects.toEqual(code('LEDGER_CHAIN_FOREIGN'));
  await other.close();
});

describe('proofs', () => {
  let proof: LedgerProof;
  beforeEach(async () => {
    const tree = Tree.of([new Uint8Array(32)]);
    const drafts = [
      ledger.prepare(anchorOf(tree, 1), people.lab.signer),
      ledger.prepare(permit('p'), people.city.signer),
    ];
    await inOneBlock(await Promise.all(drafts));
    proof = JSON.parse(JSON.stringify(await ledger.prove(ledgerKeys.anchor('lab', 1)))) as LedgerProof;
  });

  test('an anchor is proved from the genesis hash and the operator certificate alone', () => {
    const proven = verifyEmbeddedProof(proof, trust());
    expect(proven).toMatchObject({ key: ledgerKeys.anchor('lab', 1), by: 'lab', value: { seq: 1, size: 1 } });
    expect(JSON.stringify(proof).length).toBeLessThan(8000);
  });

  test('the founding entry is proved too', async () => {
    const founding = await ledger.prove('participant/exchange');
    expect(verifyEmbeddedProof(founding, trust())).toMatchObject({ height: 0, by: 'exchange' });
  });

  const flip = (text: string) => b64u(fromB64u(text).map((byte, at) => (at === 40 ? byte ^ 1 : byte)));
  const signed = (field: { bytes: string; signature: string }, part: 'bytes' | 'signature') => {
    return { ...field, [part]: flip(field[part]) };
  };
  type Doc = Record<string, never> & { headers: never[]; transaction: never; statement: never };
  test.each<[string, (d: Doc) => object, string]>([
    ['another value', () => ({ value: { participant: 'lab', seq: 1, size: 2 } }), 'value'],
    ['another key', () => ({ key: 'anchor/lab/000000000002' }), 'value'],
    ['another place', (d) => ({ index: 1 - Number(d['index']) }), 'leaf'],
    ['another height', (d) => ({ height: Number(d['height']) + 1 }), 'header'],
    ['a changed header', (d) => ({ headers: d.headers.map((h) => signed(h, 'bytes')) }), 'header'],
    ['a changed header signature', (d) => ({ headers: d.headers.map((h) => signed(h, 'signature')) }), 'header'],
    ['a changed transaction', (d) => ({ transaction: signed(d.transaction, 'bytes') }), 'transaction'],
    ['a changed transaction signature', (d) => ({ transaction: signed(d.transaction, 'signature') }), 'signature'],
    ['a changed outcome', (d) => ({ outcome: flip(String(d['outcome'])) }), 'leaf'],
    ['no inclusion', () => ({ inclusion: [] }), 'leaf'],
    ['a changed statement', (d) => ({ statement: signed(d.statement, 'bytes') }), 'statement'],
    ['a changed statement signature', (d) => ({ statement: signed(d.statement, 'signature') }), 'statement'],
    ['two operators claimed', () => ({ operators: 2 }), 'shape'],
    ['an extra field', () => ({ valid: true }), 'shape'],
  ])('%s is a forgery', (_, change, at) => {
    const document = { ...proof.document, ...change(proof.document as Doc) };
    const verdict = () => verifyEmbeddedProof({ kind: 'embedded', document }, trust());
    expect(verdict).toThrow(expect.objectContaining({ code: 'LEDGER_PROOF_WRONG', details: { at } }) as Error);
  });

  test('another operator or another ledger proves nothing', () => {
    const stranger = { ...trust(), operators: [people.lab.ledger.certificate] };
    expect(() => verifyEmbeddedProof(proof, stranger)).toThrow(Refusal);
    expect(() => verifyEmbeddedProof(proof, { ...trust(), genesis: hashOf('x') })).toThrow(Refusal);
  });
});

test('a remote signer never signs what it did not ask for', async () => {
  const server = await served(ledger);
  const swapped: typeof fetch = async (input, init) => {
    const asked = JSON.parse(init?.body as string) as { command: Command };
    const body = JSON.stringify({ ...asked, command: note('other') });
    return fetch(input, { ...init, body });
  };
  const remote = new RemoteLedger({ base: server.base, fetch: swapped });
  const sign = jest.fn();
  await expect(remote.prepare(note('mine'), { ...people.lab.signer, sign })).rejects.toEqual(
    code('LEDGER_DRAFT_STRANGE'),
  );
  const elsewhere = new RemoteLedger({ base: server.base, chain: hashOf('other') });
  await expect(elsewhere.prepare(note('mine'), { ...people.lab.signer, sign })).rejects.toEqual(
    code('LEDGER_DRAFT_STRANGE'),
  );
  expect(sign).not.toHaveBeenCalled();
  await server.close();
  const gone = new RemoteLedger({ base: server.base });
  await expect(gone.head()).rejects.toEqual(code('LEDGER_DOWN'));
});
