// Figures of confidential sums, each beside a baseline measured in the same run: `run({ quick })` returns them.
import { randomBytes } from 'node:crypto';
import { pippenger } from '@noble/curves/abstract/curve.js';
import { SealWorker } from '../../src/compute-node/seal';
import { createTools, scoped } from '../../src/compute-node/seal/context';
import {
  addOpenings,
  begin,
  centred,
  combine,
  commit,
  contribute,
  CONTRIBUTION_TAG,
  envelopeKeys,
  finishShares,
  generators,
  keyThumbprint,
  large,
  lattice,
  multiScalar,
  openRelease,
  Point,
  randomScalar,
  readQuestion,
  setRoot,
  signDocument,
  verifyShares,
  writePoint,
  mod,
  answerHolds,
  jsonOf,
  type Question,
} from '../../src/domain/confidential';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'bytes' | 'us';
  readonly baseline: { readonly name: string; readonly value: number } | null;
}

export interface BenchReport {
  readonly bench: 'confidential';
  readonly figures: readonly Figure[];
}

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
const round = (value: number): number => Math.round(value * 100) / 100;

async function median(times: number, act: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const from = performance.now();
    await act();
    all.push(performance.now() - from);
  }
  return round(all.sort((a, b) => a - b)[times >> 1] ?? 0);
}

const cells40 = (count: number): bigint[] =>
  Array.from({ length: count }, () => BigInt(Buffer.from(randomBytes(5)).readUIntBE(0, 5)));

async function certificate(times: number): Promise<Figure[]> {
  const [points, cells, wide] = [
    generators(1024),
    cells40(1024),
    Array.from({ length: 1024 }, () => randomScalar(random)),
  ];
  const blinding = randomScalar(random);
  const whole = commit({ cells, blinding });
  const library = await median(times, () => pippenger(Point, [...points], cells));
  const libraryWide = await median(times, () => pippenger(Point, [...points], wide));
  return [
    {
      name: 'certificate: commit 1,024 cells of 40 bits',
      value: await median(times, () => commit({ cells, blinding })),
      unit: 'ms',
      baseline: { name: 'noble pippenger', value: library },
    },
    {
      name: 'certificate: verify 1,024 cells of 40 bits',
      value: await median(times, () => commit({ cells, blinding }).equals(whole)),
      unit: 'ms',
      baseline: { name: 'noble pippenger', value: library },
    },
    {
      name: 'product of 1,024 full scalars',
      value: await median(times, () => multiScalar(points, wide)),
      unit: 'ms',
      baseline: { name: 'noble pippenger', value: libraryWide },
    },
  ];
}

const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;

async function shares(repositories: number, count: number): Promise<Figure[]> {
  const nodes = [
    await envelopeKeys(random(32)),
    await envelopeKeys(random(32)),
    await envelopeKeys(random(32)),
  ] as const;
  const searcher = await envelopeKeys(random(32));
  const question: Question = readQuestion(
    jsonOf({
      schema: 'aggregora/confidential-question/1',
      computation: 'bench',
      template: digest('1'),
      binding: digest('2'),
      plan: digest('3'),
      epoch: 'e',
      mode: 'shares',
      cells: count,
      bound: String(2n ** 40n),
      noiseScale: '2',
      minRepositories: 2,
      floor: 1,
      nodes: ['node-a', 'node-b', 'node-c'],
      searcher: 'city-lab',
      searcherKey: Buffer.from(searcher.publicKey).toString('base64url'),
      cutOff: 1,
    }),
  );
  const inputs = Array.from({ length: repositories }, () => cells40(count));
  const [plainA, plainB] = [inputs.map((part) => BigUint64Array.from(part)), new BigUint64Array(count)];
  const plain = await median(9, () => {
    for (const part of plainA) large.addInto(plainB, part);
  });
  let from = performance.now();
  const sent = [];
  for (const [at, cells] of inputs.entries()) {
    const made = await contribute(
      question,
      `repo-${String(at)}`,
      cells,
      [nodes[0].publicKey, nodes[1].publicKey, nodes[2].publicKey],
      random,
    );
    sent.push({
      ...signDocument(CONTRIBUTION_TAG, made.record, made.record.repository, () => 'bench'),
      envelopes: made.envelopes,
    });
  }
  const contributeMs = performance.now() - from;
  from = performance.now();
  const parts = [];
  let nodeMs = 0;
  for (const at of [0, 1, 2] as const) {
    const began = performance.now();
    const setting = {
      question,
      node: question.nodes[at],
      program: '',
      registered: keyThumbprint(searcher.publicKey),
      answered: [],
      seed: random(32),
      random,
      sign: () => 'bench',
      now: 1,
    };
    const { shares: mine, excluded } = await verifyShares(
      setting,
      sent,
      new Map(sent.map((one) => [one.document.repository, one.envelopes[at]])),
      nodes[at],
    );
    const begun = begin(setting, sent, excluded);
    const { release } = await finishShares(setting, begun, mine);
    nodeMs = Math.max(nodeMs, performance.now() - began);
    parts.push({
      node: question.nodes[at],
      opening: await openRelease(question, release, setRoot(begun.set), searcher),
      noise: writePoint(begun.noise.commitment),
    });
  }
  const nodesMs = performance.now() - from;
  from = performance.now();
  const answer = combine(parts);
  const holds = answerHolds({ contributions: sent.map(({ document }) => document) }, parts, answer);
  const searcherMs = performance.now() - from;
  if (!holds || answer.cells.length !== count) throw new Error('the certificate does not hold');
  const bytes = sent[0]?.envelopes.reduce((sum, one) => sum + one.length, 0) ?? 0;
  const label = `S ${String(repositories)} × ${String(count)}`;
  return [
    {
      name: `${label}: end to end, one after another on one core`,
      value: round(contributeMs + nodesMs + searcherMs),
      unit: 'ms',
      baseline: { name: 'plain BigUint64Array sum', value: plain },
    },
    {
      name: `${label}: end to end, repositories and nodes in parallel`,
      value: round(contributeMs / repositories + nodeMs + searcherMs),
      unit: 'ms',
      baseline: { name: 'plain BigUint64Array sum', value: plain },
    },
    {
      name: `${label}: one repository (share, commit, seal)`,
      value: round(contributeMs / repositories),
      unit: 'ms',
      baseline: null,
    },
    {
      name: `${label}: one node (open, verify all, noise, sum, seal)`,
      value: round(nodeMs),
      unit: 'ms',
      baseline: null,
    },
    { name: `${label}: searcher (add, verify)`, value: round(searcherMs), unit: 'ms', baseline: null },
    {
      name: `${label}: bytes per contributor`,
      value: bytes,
      unit: 'bytes',
      baseline: { name: 'the plain vector', value: count * 8 },
    },
  ];
}

/** Addition and reconstruction only, against the same without a certificate. */
async function bare(times: number): Promise<Figure[]> {
  const openings = Array.from({ length: 10 }, () => ({
    cells: Array.from({ length: 1024 }, () => randomScalar(random)),
    blinding: randomScalar(random),
  }));
  const plain = openings.map(() => BigUint64Array.from(cells40(1024)));
  const total = new BigUint64Array(1024);
  return [
    {
      name: 'S: adding 10 shares of 1,024 cells',
      value: await median(times, () => addOpenings(openings)),
      unit: 'ms',
      baseline: {
        name: 'plain BigUint64Array',
        value: await median(times, () => {
          for (const one of plain) large.addInto(total, one);
        }),
      },
    },
    {
      name: 'S: centring 1,024 cells',
      value: await median(times, () => openings[0]?.cells.map((cell) => centred(mod(cell)))),
      unit: 'ms',
      baseline: null,
    },
  ];
}

async function largeShares(times: number): Promise<Figure[]> {
  const count = 1_048_576;
  const cells = BigInt64Array.from({ length: count }, (_, at) => BigInt(at % 1000));
  const split = large.splitLarge(cells, random);
  const totals = [0, 1, 2].map(() => new BigUint64Array(count));
  const [plainTotal, plain] = [new BigUint64Array(count), new BigUint64Array(cells.buffer)];
  const addPlain = await median(times, () => {
    large.addInto(plainTotal, plain);
  });
  const whole = await median(times, () => {
    const all = [large.splitLarge(cells, random), large.splitLarge(cells, random), large.splitLarge(cells, random)];
    const sums = [0, 1, 2].map((node) =>
      all.reduce<BigUint64Array>(
        (sum, made) => large.addInto(sum, large.cellsOf(made[node] ?? split[0], count)),
        new BigUint64Array(count),
      ),
    );
    const [a, b, c] = sums as [BigUint64Array, BigUint64Array, BigUint64Array];
    if (large.centred64(large.addInto(large.addInto(a, b), c))[1] !== 3n) throw new Error('wrong sum');
  });
  return [
    {
      name: 'S 1,048,576 cells: share',
      value: await median(times, () => large.splitLarge(cells, random)),
      unit: 'ms',
      baseline: { name: 'one plain addition', value: addPlain },
    },
    {
      name: 'S 1,048,576 cells: add one share of cells',
      value: await median(times, () => {
        large.addInto(totals[2] ?? plainTotal, split[2].cells ?? plain);
      }),
      unit: 'ms',
      baseline: { name: 'one plain addition', value: addPlain },
    },
    {
      name: 'S 1,048,576 cells: hash one share by tiles',
      value: await median(times, () => large.shareRoot(split[2], count)),
      unit: 'ms',
      baseline: { name: 'one plain addition', value: addPlain },
    },
    {
      name: 'S 1,048,576 cells: three contributors, share to answer',
      value: whole,
      unit: 'ms',
      baseline: { name: 'three plain additions', value: round(addPlain * 3) },
    },
    {
      name: 'S 1,048,576 cells: bytes per contributor',
      value: split.reduce((sum, share) => sum + large.writeLarge(share).length, 0),
      unit: 'bytes',
      baseline: { name: 'the plain vector', value: count * 8 },
    },
  ];
}

async function homomorphic(worker: SealWorker, deposits: number, times: number): Promise<Figure[]> {
  const parameters = await worker.run('parameters');
  const nodes = [];
  for (const node of ['node-a', 'node-b', 'node-c']) {
    const { secret, share } = await worker.run('nodeKey', 'bench');
    nodes.push({ node, secret, share, commitment: lattice.keyShareCommitment('bench', node, share) });
  }
  const collective = lattice.collectiveKey('bench', nodes, parameters);
  const searcher = await worker.run('searcherKey');
  const slots = lattice.toSlots({
    cells: cells40(lattice.MAX_CELLS).map((cell) => cell >> 8n),
    blinding: randomScalar(random),
  });
  const all: Uint8Array[] = [];
  for (let at = 0; at < deposits; at += 1) all.push(await worker.run('encrypt', collective, slots));
  const plain = new BigUint64Array(8192);
  const vector = BigUint64Array.from(slots);
  const plainSum = await median(times, () => {
    for (let at = 0; at < deposits; at += 1) large.addInto(plain, vector);
  });
  const seal = await median(3, () => worker.run('add', all));
  let sum = all[0] ?? new Uint8Array(0);
  const add = await median(times, () => {
    sum = lattice.addCiphertexts(all, parameters);
  });
  const shares: Uint8Array[] = [];
  const switchMs: number[] = [];
  for (const { secret } of nodes) {
    const flood = lattice.floodSeed(secret, lattice.ciphertextHash(sum));
    switchMs.push(
      await median(times, async () => {
        shares.push(await worker.run('switchShare', secret, sum, searcher.publicKey, flood));
      }),
    );
  }
  const [a, b, c] = [shares[0], shares[times], shares[2 * times]] as [Uint8Array, Uint8Array, Uint8Array];
  let switched = sum;
  const combineMs = await median(times, () => {
    switched = lattice.switchedSum(sum, [a, b, c], parameters);
  });
  let right = false;
  const decrypt = await median(times, async () => {
    right = (await worker.run('decrypt', searcher.secret, switched))[5] === (slots[5] ?? 0n) * BigInt(deposits);
  });
  if (!right) throw new Error('the decrypted sum is wrong');
  const label = `H ${String(deposits)} × 8,192`;
  const plainFigure = { name: 'plain BigUint64Array sum', value: plainSum };
  return [
    {
      name: `${label}: p50 from deposits to answer, nodes in parallel, no network`,
      value: round(add + Math.max(...switchMs) + combineMs + decrypt),
      unit: 'ms',
      baseline: plainFigure,
    },
    {
      name: `${label}: guard and add all deposits`,
      value: add,
      unit: 'ms',
      baseline: { name: 'node-seal load and add in the worker', value: seal },
    },
    { name: `${label}: one node’s switched share`, value: Math.max(...switchMs), unit: 'ms', baseline: null },
    { name: `${label}: combine three shares`, value: combineMs, unit: 'ms', baseline: null },
    { name: `${label}: decrypt through the worker`, value: decrypt, unit: 'ms', baseline: null },
    {
      name: `${label}: bytes per contributor`,
      value: sum.length,
      unit: 'bytes',
      baseline: { name: 'the plain vector', value: 8192 * 8 },
    },
    {
      name: 'H: encrypt 8,192 cells through the worker',
      value: await median(times, () => worker.run('encrypt', collective, slots)),
      unit: 'ms',
      baseline: await direct(collective, slots, times),
    },
  ];
}

/** node-seal in this thread, key loaded once: what the worker wall costs is the difference. */
async function direct(
  publicKey: Uint8Array,
  slots: BigInt64Array,
  times: number,
): Promise<{ name: string; value: number }> {
  const tools = await createTools();
  const pk = tools.seal.PublicKey();
  pk.loadArray(tools.context, publicKey);
  const encryptor = tools.seal.Encryptor(tools.context, pk);
  const value = await median(times, () =>
    scoped((keep) => {
      const plain = keep(tools.seal.PlainText());
      tools.encoder.encode(slots, plain);
      encryptor.encrypt(plain, keep(tools.seal.CipherText()));
    }),
  );
  encryptor.delete();
  pk.delete();
  return { name: 'node-seal in this thread', value };
}

async function sealOperations(times: number): Promise<Figure[]> {
  const tools = await createTools();
  const { seal, context, encoder, evaluator } = tools;
  const generator = seal.KeyGenerator(context);
  const [pk, sk] = [generator.createPublicKey(), generator.secretKey()];
  const [encryptor, decryptor] = [seal.Encryptor(context, pk), seal.Decryptor(context, sk)];
  const [plain, a, b] = [seal.PlainText(), seal.CipherText(), seal.CipherText()];
  const values = BigInt64Array.from(cells40(8192));
  const vector = BigUint64Array.from(values);
  const total = new BigUint64Array(8192);
  const baseline = {
    name: 'plain BigUint64Array addition',
    value: await median(times * 5, () => {
      large.addInto(total, vector);
    }),
  };
  encoder.encode(values, plain);
  encryptor.encrypt(plain, b);
  const figures: Figure[] = [
    {
      name: 'node-seal: encode and encrypt 8,192 slots',
      value: await median(times, () => {
        encoder.encode(values, plain);
        encryptor.encrypt(plain, a);
      }),
      unit: 'ms',
      baseline,
    },
    {
      name: 'node-seal: add two ciphertexts',
      value: await median(times * 5, () => {
        evaluator.add(a, b, a);
      }),
      unit: 'ms',
      baseline,
    },
    {
      name: 'node-seal: decrypt and decode',
      value: await median(times, () => {
        decryptor.decrypt(b, plain);
        encoder.decodeBigInt(plain, true).slice(0, 1);
      }),
      unit: 'ms',
      baseline,
    },
  ];
  for (const made of [a, b, plain, encryptor, decryptor, sk, pk, generator]) made.delete();
  return figures;
}

/** All figures; `quick` repeats less and uses fewer deposits, for a test run. */
export async function run({ quick = false }: { quick?: boolean } = {}): Promise<BenchReport> {
  const worker = new SealWorker(120_000);
  try {
    const times = quick ? 3 : 9;
    generators(1024);
    const figures = [
      ...(await certificate(times)),
      ...(await shares(quick ? 3 : 10, quick ? 128 : 1024)),
      ...(await bare(times)),
      ...(await largeShares(quick ? 1 : 5)),
      ...(await homomorphic(worker, quick ? 5 : 100, times)),
      ...(await sealOperations(times)),
    ];
    return { bench: 'confidential', figures };
  } finally {
    await worker.close();
  }
}
