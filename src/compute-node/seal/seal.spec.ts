// Threshold BFV end to end: three nodes, one sum, only the searcher reads it; and malformed bytes never reach SEAL.
import { randomBytes } from 'node:crypto';
import { SealWorker } from '.';
import {
  addCiphertexts,
  ciphertextHash,
  collectiveKey,
  floodSeed,
  fromSlots,
  keyShareCommitment,
  switchedSum,
  toSlots,
  type LatticeParameters,
} from '../../domain/confidential/lattice';

const worker = new SealWorker();
let parameters: LatticeParameters;
beforeAll(async () => {
  parameters = await worker.run('parameters');
});
afterAll(() => worker.close());

test('addition of residues is bit for bit what SEAL gives, also past the lazy reduction', async () => {
  const { publicKey } = await worker.run('searcherKey');
  const all = [];
  for (let at = 0; at < 33; at += 1)
    all.push(await worker.run('encrypt', publicKey, new BigInt64Array(8192).fill(BigInt(at))));
  expect(ciphertextHash(addCiphertexts(all, parameters))).toBe(ciphertextHash(await worker.run('add', all)));
});

test('a sum of deposits reaches the searcher, exact and alone', async () => {
  const nodes = ['node-a', 'node-b', 'node-c'];
  const keys = [];
  for (const node of nodes) {
    const { secret, share } = await worker.run('nodeKey', 'epoch-1');
    keys.push({ node, secret, share, commitment: keyShareCommitment('epoch-1', node, share) });
  }
  const pk = collectiveKey('epoch-1', keys, parameters);
  const searcher = await worker.run('searcherKey');
  const parts = [1n, 2n, 3n].map((by) => ({
    cells: Array.from({ length: 20 }, (_, at) => BigInt(at) * by - 7n),
    blinding: BigInt(`0x${randomBytes(31).toString('hex')}`),
  }));
  const deposits = [];
  for (const part of parts) deposits.push(await worker.run('encrypt', pk, toSlots(part)));
  const sum = addCiphertexts(deposits, parameters);
  expect(ciphertextHash(await worker.run('add', deposits))).toBe(ciphertextHash(sum));

  const shares: Uint8Array[] = [];
  for (const key of keys)
    shares.push(
      await worker.run(
        'switchShare',
        key.secret,
        sum,
        searcher.publicKey,
        floodSeed(randomBytes(32), ciphertextHash(sum)),
      ),
    );
  const [a, b, c] = shares as [Uint8Array, Uint8Array, Uint8Array];
  const switched = switchedSum(sum, [a, b, c], parameters);
  const got = fromSlots(await worker.run('decrypt', searcher.secret, switched), 20);
  expect(got.cells).toEqual(Array.from({ length: 20 }, (_, at) => BigInt(at) * 6n - 21n));
  expect(await worker.run('budget', searcher.secret, switched)).toBeGreaterThan(55);

  const twoOnly = fromSlots(await worker.run('decrypt', searcher.secret, switchedSum(sum, [a, b, a], parameters)), 20);
  expect(twoOnly.cells.filter((cell, at) => cell === got.cells[at])).toEqual([]);
});

test('malformed bytes are refused by name and the worker lives on', async () => {
  const { publicKey } = await worker.run('searcherKey');
  const good = await worker.run('encrypt', publicKey, new BigInt64Array(8192).fill(1n));
  await expect(worker.run('accept', good)).resolves.toBe(true);
  await expect(worker.run('accept', good.slice(0, -1))).rejects.toThrow('CIPHERTEXT_MALFORMED');
  for (const at of [6, 48, 105]) {
    const bad = good.slice();
    bad[at] = (bad[at] ?? 0) ^ 1;
    await expect(worker.run('accept', bad)).rejects.toThrow('CIPHERTEXT_MALFORMED');
  }
  expect(worker.thrownAway).toBe(0);
});

test('a worker that fails inside SEAL is thrown away, and the next job gets a fresh one', async () => {
  const { publicKey } = await worker.run('searcherKey');
  const good = await worker.run('encrypt', publicKey, new BigInt64Array(8192).fill(1n));
  await expect(worker.run('decrypt', Uint8Array.of(1, 2, 3), good)).rejects.toThrow('SEAL_WORKER_LOST');
  expect(worker.thrownAway).toBe(1);
  await expect(worker.run('accept', good)).resolves.toBe(true);
});

test('hundreds of jobs leave no SEAL object behind: the memory of the program stays where it was', async () => {
  const { publicKey, secret } = await worker.run('searcherKey');
  const { secret: nodeSecret } = await worker.run('nodeKey', 'epoch-1');
  const slots = new BigInt64Array(8192).fill(3n);
  const round = async (times: number): Promise<void> => {
    for (let at = 0; at < times; at += 1) {
      const sent = await worker.run('encrypt', publicKey, slots);
      await worker.run('accept', sent);
      await worker.run('decrypt', secret, await worker.run('add', [sent, sent]));
      if (at % 10 === 0)
        await worker.run('switchShare', nodeSecret, sent, publicKey, floodSeed(nodeSecret, 'a'.repeat(64)));
    }
  };
  await round(40);
  const before = process.memoryUsage().rss;
  await round(200);
  // Half a megabyte an object that is not deleted: 200 rounds would keep 400 MiB and more.
  expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1_048_576);
}, 120_000);
