// Noise drawn ahead of time: a draw takes longer the larger it is (Jin et al. 2022), so the answer must not wait for it.
import { draw, noiseText, type Noise } from './mechanism';
import { buffered, type Random } from './random';

/** Where a release takes its noise from. Every value is handed out once. */
export interface NoiseSource {
  take(noise: Noise, count: number): readonly bigint[];
}

/** Draws on demand: for tests, previews and scales nobody prepared. Its latency tells something about the sizes. */
export function unbuffered(random: Random): NoiseSource {
  const bytes = buffered(random);
  return { take: (noise, count) => Array.from({ length: count }, () => draw(noise, bytes)) };
}

/**
 * Stocks of drawn noise, one for each scale. `fill` before the question arrives (between questions, or while the source
 * works); `take` then only moves values out. What a stock lacks is drawn for the whole batch on the spot.
 */
export class NoisePool implements NoiseSource {
  readonly #stocks = new Map<string, bigint[]>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = buffered(random);
  }

  /** Brings the stock of one scale up to `count` draws. */
  fill(noise: Noise, count: number): void {
    const stock = this.#stock(noise);
    while (stock.length < count) stock.push(draw(noise, this.#random));
  }

  /** How many draws of this scale are ready. */
  ready(noise: Noise): number {
    return this.#stocks.get(noiseText(noise))?.length ?? 0;
  }

  take(noise: Noise, count: number): readonly bigint[] {
    this.fill(noise, count);
    return this.#stock(noise).splice(0, count);
  }

  #stock(noise: Noise): bigint[] {
    const text = noiseText(noise);
    const stock = this.#stocks.get(text) ?? [];
    this.#stocks.set(text, stock);
    return stock;
  }
}
