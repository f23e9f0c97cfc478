// Mode H: a hundred deposits of 8,192 slots from ciphertexts to answer, and node-seal by itself.
import { SealWorker } from '../../../src/compute-node/seal';
import { createTools, scoped } from '../../../src/compute-node/seal/context';
import { large, lattice, randomScalar } from '../../../src/domain/confidential';
import { bytes, cells40, longest, median, plus, random, time, type Figure, type Time } from './figures';

type Worker = SealWorker;

/** p50 without network: add all deposits, three switched shares, combination, decryption. */
export async function homomorphic(worker: Worker, deposits: number, times: number): Promise<Figure[]> {
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
  const plainSum = {
    name: 'plain BigUint64Array sum',
    value: await median(9, () => {
      for (let at = 0; at < deposits; at += 1) large.addInto(plain, vector);
    }),
  };
  const seal = await median(3, () => worker.run('add', all));
  let sum = all[0] ?? new Uint8Array(0);
  const add = await median(times, () => {
    sum = lattice.addCiphertexts(all, parameters);
  });
  const [switching, shares]: [Time[], Uint8Array[]] = [[], []];
  for (const { secret } of nodes) {
    const flood = lattice.floodSeed(secret, lattice.ciphertextHash(sum));
    let share = sum;
    switching.push(
      await median(times, async () => {
        share = await worker.run('switchShare', secret, sum, searcher.publicKey, flood);
      }),
    );
    shares.push(share);
  }
  const [a, b, c] = shares as [Uint8Array, Uint8Array, Uint8Array];
  let switched = sum;
  const combined = await median(times, () => {
    switched = lattice.switchedSum(sum, [a, b, c], parameters);
  });
  let right = false;
  const decrypted = await median(times, async () => {
    right = (await worker.run('decrypt', searcher.secret, switched))[5] === (slots[5] ?? 0n) * BigInt(deposits);
  });
  if (!right) throw new Error('the decrypted sum is wrong');
  const encrypted = await median(times, () => worker.run('encrypt', collective, slots));
  const label = `H ${String(deposits)} × 8,192`;
  return [
    time(
      `${label}: p50 from deposits to answer, nodes in parallel, no network`,
      plus(add, longest(switching), combined, decrypted),
      plainSum,
    ),
    time(`${label}: guard and add all deposits`, add, { name: 'node-seal load and add in the worker', value: seal }),
    time(`${label}: one node’s switched share`, longest(switching)),
    time(`${label}: combine three shares`, combined),
    time(`${label}: decrypt through the worker`, decrypted),
    bytes(`${label}: bytes per contributor`, sum.length, 8192 * 8),
    time('H: encrypt 8,192 cells through the worker', encrypted, {
      name: 'node-seal in this thread, key loaded once',
      value: await direct(collective, slots, times),
    }),
  ];
}

/** What the worker's wall costs is the difference to this. */
async function direct(publicKey: Uint8Array, slots: BigInt64Array, times: number): Promise<Time> {
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
  return value;
}

/** node-seal in this thread: encrypt, add, decrypt of 8,192 slots, each beside adding the plain vector. */
export async function sealOperations(times: number): Promise<Figure[]> {
  const tools = await createTools();
  const { seal, context, encoder, evaluator } = tools;
  const generator = seal.KeyGenerator(context);
  const [pk, sk] = [generator.createPublicKey(), generator.secretKey()];
  const [encryptor, decryptor] = [seal.Encryptor(context, pk), seal.Decryptor(context, sk)];
  const [plain, a, b] = [seal.PlainText(), seal.CipherText(), seal.CipherText()];
  const values = BigInt64Array.from(cells40(8192));
  const [vector, total] = [BigUint64Array.from(values), new BigUint64Array(8192)];
  const addition = await median(99, () => {
    for (let at = 0; at < 100; at += 1) large.addInto(total, vector);
  });
  const baseline = {
    name: 'plain BigUint64Array addition',
    value: { wall: addition.wall / 100, cpu: addition.cpu / 100 },
  };
  encoder.encode(values, plain);
  encryptor.encrypt(plain, b);
  const encrypted = await median(times, () => {
    encoder.encode(values, plain);
    encryptor.encrypt(plain, a);
  });
  const added = await median(times, () => {
    for (let at = 0; at < 100; at += 1) evaluator.add(a, b, a);
  });
  const decrypted = await median(times, () => {
    decryptor.decrypt(b, plain);
    encoder.decodeBigInt(plain, true).slice(0, 1);
  });
  for (const made of [a, b, plain, encryptor, decryptor, sk, pk, generator]) made.delete();
  return [
    time('node-seal: encode and encrypt 8,192 slots', encrypted, baseline),
    time('node-seal: add two ciphertexts', { wall: added.wall / 100, cpu: added.cpu / 100 }, baseline),
    time('node-seal: decrypt and decode', decrypted, baseline),
  ];
}
