// Draws per second of the exact samplers, beside one call of the operating system's generator: its cost is the yardstick.
import { randomBytes } from 'node:crypto';
import { buffered, discreteGaussian, discreteLaplace, parseRational, type Random } from '../../src/domain/safe-answers';

interface Timed {
  readonly cpu: number;
  readonly wall: number;
}

/** Microseconds an operation: the best of five runs, so that a busy machine is not measured. */
function timed(count: number, once: () => unknown): Timed {
  const runs = Array.from({ length: 5 }, (): Timed => {
    const [cpu, wall] = [process.cpuUsage(), process.hrtime.bigint()];
    for (let i = 0; i < count; i += 1) once();
    const used = process.cpuUsage(cpu);
    return { cpu: (used.user + used.system) / count, wall: Number(process.hrtime.bigint() - wall) / 1000 / count };
  });
  return { cpu: Math.min(...runs.map((r) => r.cpu)), wall: Math.min(...runs.map((r) => r.wall)) };
}

const rounded = (n: number): number => Math.round(n * 100) / 100;

export async function run(): Promise<{ name: string; figures: Record<string, number | string> }[]> {
  const random: Random = (bytes) => randomBytes(bytes);
  const yard = timed(50_000, () => randomBytes(8));
  const noise = buffered(random);
  const row = (name: string, draw: () => unknown) => {
    const { cpu, wall } = timed(10_000, draw);
    const figures = {
      'draws per second': Math.round(1e6 / wall),
      'cpu us a draw': rounded(cpu),
      'wall us a draw': rounded(wall),
      'cpu ratio to randomBytes(8)': rounded(cpu / yard.cpu),
      'wall ratio to randomBytes(8)': rounded(wall / yard.wall),
    };
    return { name, figures };
  };
  const gaussians = ['1', '10', '100', '10000', '2000000'].map((sigma) => {
    const variance = parseRational(`${BigInt(sigma) ** 2n}`);
    return row(`discrete Gaussian, sigma ${sigma}`, () => discreteGaussian(variance, noise));
  });
  const laplaces = ['10', '10000'].map((scale) => {
    const b = parseRational(scale);
    return row(`discrete Laplace, b ${scale}`, () => discreteLaplace(b, noise));
  });
  const base = { 'cpu us': rounded(yard.cpu), 'wall us': rounded(yard.wall) };
  return Promise.resolve([{ name: 'node:crypto randomBytes(8)', figures: base }, ...gaussians, ...laplaces]);
}
