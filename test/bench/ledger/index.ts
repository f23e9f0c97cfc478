// `npm run bench -- ledger --json`: the real Fabric network beside the embedded ledger: first commit, submits, anchors, proofs.
import { gzipSync } from 'node:zlib';
import { haveFabric } from '../../../fabric-network/testing';
import { defaultChannel } from '../../../fabric-network/shape';
import { ledgerKeys, type Anchor, type Command } from '../../../src/domain/ledger';
import type { LedgerProof } from '../../../src/domain/ledger/port';
import { leafHash, Tree } from '../../../src/domain/merkle';
import { anchorOf, say } from '../../contracts/ledger';
import { hashOf, person, type Person } from '../../contracts/ledger-world';
import { spending } from './cpu';
import { embeddedSide, fabricSide, type Side } from './sides';

export interface Options {
  /** Transactions with many in flight. */
  readonly transactions?: boolean | number | string;
}

type Figures = Readonly<Record<string, number | string>>;
export interface Row {
  readonly name: string;
  readonly figures: Figures;
}

const ALONE = 40;
const IN_FLIGHT = 64;
/** Receipts in a batch. */
const BATCH = 1000;
const BATCHES = 12;
const CHECKS = 50;

const rounded = (n: number): number => Number(n.toPrecision(4));

export async function run(options: Options): Promise<readonly Row[]> {
  const transactions = typeof options.transactions === 'number' ? options.transactions : 400;
  const embedded = await measured(embeddedSide, transactions);
  if (!haveFabric())
    return [
      ...embedded,
      {
        name: 'fabric: did not run',
        figures: { why: 'no Fabric programs here: npm run fabric:install, or FABRIC_BIN' },
      },
    ];
  const fabric = await measured(fabricSide, transactions);
  return [...embedded, ...fabric, ...ratios(embedded, fabric)];
}

async function measured(open: () => Promise<Side>, transactions: number): Promise<Row[]> {
  const side = await open();
  try {
    process.stderr.write(`  ${side.name} …\n`);
    return [
      { name: `${side.name}: empty folder to first commit`, figures: { ms: rounded(side.firstCommitMs) } },
      await oneByOne(side),
      await manyAtOnce(side, transactions),
      ...(await anchors(side)),
      ...(await proofs(side)),
    ];
  } finally {
    await side.close();
  }
}

const settings = ({ name }: Side): Figures =>
  name === 'fabric'
    ? { batchTimeoutMs: defaultChannel.batchTimeoutMs, maxMessages: defaultChannel.maxMessages, orderers: 1, peers: 3 }
    : {};

let count = 0;
function note(): Command {
  count += 1;
  return { type: 'RecordHash', stream: 'bench', id: `n-${String(count)}`, hash: hashOf(String(count)) };
}

async function oneByOne(side: Side): Promise<Row> {
  const times: number[] = [];
  for (let n = 0; n < ALONE; n += 1) {
    const from = performance.now();
    await say(side.ledger, note(), side.people.lab.signer);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => rounded(times[Math.floor(times.length * share)] ?? 0);
  return {
    name: `${side.name}: submit, one after another`,
    figures: { p50Ms: at(0.5), p95Ms: at(0.95), ...settings(side) },
  };
}

async function manyAtOnce(side: Side, transactions: number): Promise<Row> {
  let left = transactions;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await say(side.ledger, note(), side.people.lab.signer);
    }
  };
  const spent = await spending(side.meters, () => Promise.all(Array.from({ length: IN_FLIGHT }, lane)));
  const each = Object.entries(spent.cpuMs).map(([name, ms]): [string, number] => [name, rounded(ms / transactions)]);
  return {
    name: `${side.name}: ${String(transactions)} transactions, ${String(IN_FLIGHT)} in flight`,
    figures: {
      perSecond: rounded((transactions * 1000) / spent.wallMs),
      cpuMsEach: rounded(spent.totalCpuMs / transactions),
      ...Object.fromEntries(each),
    },
  };
}

/** Batches of leaves as a participant's anchoring service makes them: hashed into its tree, sealed, proved consistent, said. */
async function anchorBatches({ ledger }: Side, { participant, signer }: Person): Promise<void> {
  let tree = Tree.of([]);
  let before = (await ledger.read(ledgerKeys.anchorHead(participant)))?.value as Anchor | undefined;
  let leaves: Uint8Array[] = [];
  for (let seq = 1; seq <= BATCHES; seq += 1) {
    const batch = Array.from({ length: BATCH }, (_, at) =>
      leafHash(Buffer.from(`${participant} ${String(seq)} ${String(at)}`)),
    );
    leaves = [...leaves, ...batch];
    tree = Tree.of(leaves);
    const command = anchorOf(tree, seq, before);
    await say(ledger, command, signer);
    const { size, root, previous } = command;
    before = { participant, seq, size, root, previous };
  }
}

/** One participant, whose batches follow one another, and eight participants side by side. */
async function anchors(side: Side): Promise<Row[]> {
  const rows: Row[] = [];
  for (const writers of [1, 8]) {
    const people = await Promise.all(
      Array.from({ length: writers }, (_, at) => newcomer(side, `w-${String(writers)}-${String(at)}`)),
    );
    const before = await side.bytes();
    const spent = await spending(side.meters, () => Promise.all(people.map((one) => anchorBatches(side, one))));
    const receipts = writers * BATCHES * BATCH;
    const grown = (await side.bytes()) - before;
    rows.push({
      name: `${side.name}: anchors of ${String(BATCH)} receipts, ${String(writers)} participant(s)`,
      figures: {
        receiptsPerSecond: rounded((receipts * 1000) / spent.wallMs),
        cpuMsPerReceipt: rounded(spent.totalCpuMs / receipts),
        ledgerBytesPerReceipt: rounded(grown / receipts),
        ledgerBytesPerAnchor: rounded(grown / (writers * BATCHES)),
      },
    });
  }
  return rows;
}

async function newcomer({ ledger, people, newKey }: Side, name: string): Promise<Person> {
  const one = await person(name, ['searcher'], name, newKey);
  await say(ledger, one.registration, people.operator.signer);
  return one;
}

async function proofs(side: Side): Promise<Row[]> {
  const [key, chained] = [ledgerKeys.anchor('w-1-0', 2), side.chainProof];
  const rows = [await proofRow(side, 'proof of an anchor', () => side.ledger.prove(key))];
  if (chained === undefined) return rows;
  return [...rows, await proofRow(side, 'proof of an anchor on raw blocks', () => chained('w-1-0', 2))];
}

async function proofRow(side: Side, what: string, make: () => Promise<LedgerProof>): Promise<Row> {
  const proof = await make();
  let from = performance.now();
  for (let n = 0; n < 5; n += 1) await make();
  const madeMs = (performance.now() - from) / 5;
  side.check(proof);
  const cpu = process.cpuUsage();
  from = performance.now();
  for (let n = 0; n < CHECKS; n += 1) side.check(proof);
  const checkMs = (performance.now() - from) / CHECKS;
  const used = process.cpuUsage(cpu);
  return {
    name: `${side.name}: ${what}`,
    figures: {
      ...sizes(proof),
      madeMs: rounded(madeMs),
      checkMs: rounded(checkMs),
      checkCpuMs: rounded((used.user + used.system) / 1000 / CHECKS),
    },
  };
}

/** Without the genesis block, which a bundle carries once or its reader has already. */
function sizes({ kind, document }: LedgerProof): Figures {
  const { genesis, ...own } = document;
  const text = JSON.stringify({ kind, document: own });
  return {
    bytes: text.length,
    gzipBytes: gzipSync(text).length,
    ...(typeof genesis === 'string' && { genesisBytes: Buffer.from(genesis, 'base64url').length }),
  };
}

/** Fabric's figures over the embedded ledger's, row by row where both have the same figure. */
function ratios(embedded: readonly Row[], fabric: readonly Row[]): Row[] {
  return fabric.flatMap((row): Row[] => {
    const name = row.name.replace('fabric: ', '');
    const base = embedded.find((one) => one.name === `embedded: ${name}`)?.figures;
    if (base === undefined) return [];
    const shared = [
      'ms',
      'p50Ms',
      'p95Ms',
      'perSecond',
      'cpuMsEach',
      'receiptsPerSecond',
      'cpuMsPerReceipt',
      'ledgerBytesPerReceipt',
      'bytes',
      'checkCpuMs',
    ];
    const figures = shared.flatMap((figure): [string, number][] => {
      const [a, b] = [row.figures[figure], base[figure]];
      return typeof a === 'number' && typeof b === 'number' && b !== 0 ? [[figure, rounded(a / b)]] : [];
    });
    return [{ name: `fabric over embedded: ${name}`, figures: Object.fromEntries(figures) }];
  });
}
