// Mode S modulo 2^64: 1,048,576 cells, by themselves and through envelopes, tile roots and fingerprints.
import {
  beginLarge,
  CONTRIBUTION_TAG,
  drawNoise,
  large,
  setRoot,
  signDocument,
  stream,
  type Chain,
} from '../../../src/domain/confidential';
import { bytes, longest, median, middle, plus, random, time, timed, type Figure, type Time } from './figures';
import { benchQuestion, makeKeys, settingAt } from './shares';

const COUNT = 1_048_576;
const label = 'S 1,048,576 cells';
const vector = (by: number): BigInt64Array =>
  BigInt64Array.from({ length: COUNT }, (_, at) => BigInt((at * by) % 1000));

/** Share, add, hash: what one party does once. */
export async function operations(times: number): Promise<Figure[]> {
  const cells = vector(1);
  const split = large.splitLarge(cells, random);
  const [total, plainTotal] = [new BigUint64Array(COUNT), new BigUint64Array(COUNT)];
  const plainCells = new BigUint64Array(cells.buffer);
  const addition = { name: 'one plain addition', value: await median(9, () => large.addInto(plainTotal, plainCells)) };
  const shared = await median(times, () => large.splitLarge(cells, random));
  const added = await median(9, () => large.addInto(total, split[2].cells ?? plainCells));
  const hashed = await median(times, () => large.shareRoot(split[2], COUNT));
  const drawn = await timed(() => drawNoise('10', COUNT / 16, stream('bench', random(32))));
  return [
    time(`${label}: share`, shared, addition),
    time(`${label}: add one share of cells`, added, addition),
    time(`${label}: hash one share by tiles`, hashed, addition),
    time('one node’s exact noise for 65,536 cells, scale 10', plus(drawn)),
    bytes(
      `${label}: bytes per contributor`,
      split.reduce((sum, one) => sum + large.writeLarge(one).length, 0),
      COUNT * 8,
    ),
  ];
}

/** Three repositories, share to answer, nothing else: the shape of the MPC figures in the notes. */
export async function arithmetic(times: number): Promise<Figure[]> {
  const inputs = [vector(1), vector(2), vector(3)];
  const plainTotal = new BigUint64Array(COUNT);
  const plain = await median(9, () => {
    for (const cells of inputs) large.addInto(plainTotal, new BigUint64Array(cells.buffer));
  });
  const whole = await median(times, () => {
    const all = inputs.map((cells) => large.splitLarge(cells, random));
    const [a, b, c] = ([0, 1, 2] as const).map((node) => {
      const total = new BigUint64Array(COUNT);
      for (const made of all) large.addInto(total, large.cellsOf(made[node], COUNT));
      return total;
    }) as [BigUint64Array, BigUint64Array, BigUint64Array];
    if (large.centred64(large.addInto(large.addInto(a, b), c))[1] !== 6n) throw new Error('wrong sum');
  });
  return [
    time(`${label}: three contributors, share to answer`, whole, { name: 'three plain additions', value: plain }),
  ];
}

/** The same with all that makes it checkable: sealed, rooted, recorded, released, and fingerprinted. Noise is timed above. */
export async function protocol(): Promise<Figure[]> {
  const { nodes, searcher } = await makeKeys();
  const question = benchQuestion(searcher, { mode: 'large-shares', cells: COUNT, noiseScale: 'none' });
  const inputs = [vector(1), vector(2), vector(3)];
  const nodeKeys = [nodes[0].publicKey, nodes[1].publicKey, nodes[2].publicKey] as const;
  const [contributing, serving]: [Time[], Time[]] = [[], []];
  const made: Awaited<ReturnType<typeof large.contributeLarge>>[] = [];
  for (const [at, cells] of inputs.entries())
    contributing.push(
      await timed(async () => {
        made.push(await large.contributeLarge(question, `repo-${String(at)}`, cells, nodeKeys, random));
      }),
    );
  const signed = made.map(({ record }) => signDocument(CONTRIBUTION_TAG, record, record.repository, () => 'bench'));
  const releases: Awaited<ReturnType<typeof large.finishLarge>>['release'][] = [];
  const chains: Chain[] = [];
  for (const at of [0, 1, 2] as const) {
    const setting = settingAt(question, at, searcher);
    serving.push(
      await timed(async () => {
        const envelopes = new Map(made.map((one) => [one.record.repository, one.envelopes[at]]));
        const { shares } = await large.verifyLarge(question, at, signed, envelopes, nodes[at]);
        const begun = beginLarge(setting, signed, []);
        const done = await large.finishLarge(setting, begun, shares, begun.noise);
        releases.push(done.release);
        chains.push(done.chain);
      }),
    );
  }
  const beacon = large.beaconOf(question, chains);
  const printing = await timed(() => {
    const [seeds, cells = new BigInt64Array(COUNT)] = [made[0]?.shares.map(({ seed }) => seed) ?? [], inputs[0]];
    large.partFingerprint(question, 'repo-0', beacon, cells, seeds);
  });
  let answer: BigInt64Array = new BigInt64Array(0);
  const checking = await timed(async () => {
    const sums = [];
    for (const one of releases) sums.push(await large.openLarge(question, one, searcher));
    answer = large.combineLarge(sums);
  });
  if (answer[1] !== 6n || setRoot(signed) === undefined) throw new Error('wrong sum');
  const certificate = await timed(() => large.linear(answer, large.challengeOf(beacon)));
  const one = { wall: middle(contributing.map(({ wall }) => wall)), cpu: middle(contributing.map(({ cpu }) => cpu)) };
  return [
    time(
      `${label}: the whole protocol, three contributors, one after another`,
      plus(...contributing, ...serving, checking),
    ),
    time(`${label}: the whole protocol, parties in parallel`, plus(one, longest(serving), checking)),
    time(`${label}: one repository (share, root, seal)`, one),
    time(`${label}: one node (open, check roots, sum, seal)`, longest(serving)),
    time(`${label}: one repository’s fingerprint for the certificate`, plus(printing)),
    time(`${label}: check of the certificate by the searcher`, plus(certificate)),
  ];
}
