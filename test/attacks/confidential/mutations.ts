// Thousands of malformed ciphertexts against the load guard: each is accepted or refused, none may crash or hang the worker.
import { lattice } from '../../../src/domain/confidential';
import { Refusal } from '../../../src/domain/refusals';
import type { SealWorker } from '../../../src/compute-node/seal';
import { stream } from '../../../src/domain/confidential';

export interface MutationReport {
  readonly tried: number;
  readonly accepted: number;
  readonly refused: number;
  readonly workersLost: number;
  readonly slowestMs: number;
}

type Draw = (below: number) => number;

/** Eight ways to be wrong; the last two are well formed and must be accepted. */
const ways: readonly ((good: Uint8Array, draw: Draw) => Uint8Array)[] = [
  (good, draw) => good.slice(0, draw(good.length)),
  (good, draw) => Uint8Array.from({ length: good.length + 1 + draw(64) }, (_, at) => good[at] ?? draw(256)),
  (good, draw) => flip(good, draw(lattice.CIPHERTEXT_HEADER), draw),
  (good, draw) => {
    const bad = good.slice();
    bad.fill(255, 113 + 8 * draw(1000), 113 + 8 * (1001 + draw(1000)));
    return bad;
  },
  (good, draw) => {
    const bad = good.slice();
    bad.fill(0, draw(200), 113 + draw(good.length));
    return bad;
  },
  (good, draw) => {
    const bad = good.slice();
    for (let at = 0; at < 16; at += 1) bad[draw(113)] = draw(256);
    return bad;
  },
  (_, draw) => Uint8Array.from({ length: draw(400) }, () => draw(256)),
  (good, draw) => {
    const bad = good.slice();
    const at = 113 + 8 * draw(40_000) + 7;
    bad[at] = (bad[at] ?? 0) | 0xf0;
    return bad;
  },
  (good, draw) => flip(good, 113 + 8 * draw(49_000), draw),
  (good) => good.slice(),
];

function flip(good: Uint8Array, at: number, draw: Draw): Uint8Array {
  const bad = good.slice();
  bad[at] = (bad[at] ?? 0) ^ (1 << draw(8));
  return bad;
}

/** `seed` makes a run repeatable. */
export async function mutate(
  worker: SealWorker,
  good: Uint8Array,
  count: number,
  seed: Uint8Array,
): Promise<MutationReport> {
  const random = stream('mutations', seed);
  const draw: Draw = (below) => Buffer.from(random(4)).readUInt32BE(0) % below;
  const lostBefore = worker.thrownAway;
  let [accepted, refused, slowest] = [0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const bytes = (ways[at % ways.length] as (typeof ways)[number])(good, draw);
    const from = performance.now();
    try {
      await worker.run('accept', bytes);
      accepted += 1;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'CIPHERTEXT_MALFORMED') throw error;
      refused += 1;
    }
    slowest = Math.max(slowest, performance.now() - from);
  }
  return {
    tried: count,
    accepted,
    refused,
    workersLost: worker.thrownAway - lostBefore,
    slowestMs: Math.round(slowest),
  };
}
