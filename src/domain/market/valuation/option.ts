// A data project as a real option: the right, not the duty, to invest later.
import { needInput, type Valued } from './steps';

export interface Option {
  /** Present value of the project's cash flows. */
  readonly value: number;
  /** What the investment will cost. */
  readonly strike: number;
  readonly rate: number;
  readonly volatility: number;
  readonly years: number;
}

/** European call (Black & Scholes 1973, equation 13). */
export function blackScholes(option: Option): Valued {
  needOption(option);
  const { value, strike, rate, volatility, years } = option;
  const root = volatility * Math.sqrt(years);
  const d1 = (Math.log(value / strike) + (rate + volatility ** 2 / 2) * years) / root;
  const d2 = d1 - root;
  return {
    value: value * normalCdf(d1) - strike * Math.exp(-rate * years) * normalCdf(d2),
    steps: [
      { name: 'd1', value: d1 },
      { name: 'd2', value: d2 },
      { name: 'N(d1)', value: normalCdf(d1) },
      { name: 'N(d2)', value: normalCdf(d2) },
    ],
  };
}

/** European call on a binomial tree (Cox, Ross & Rubinstein 1979): u = e^{σ√Δt}, d = 1/u. */
export function binomial(option: Option, periods: number): Valued {
  needOption(option);
  needInput('periods', periods, 1, 5000);
  const step = option.years / periods;
  const up = Math.exp(option.volatility * Math.sqrt(step));
  return tree(option, { up, down: 1 / up, growth: Math.exp(option.rate * step), periods });
}

/** The tree itself with given moves, for worked examples that state them. */
export function tree(
  { value, strike }: Pick<Option, 'value' | 'strike'>,
  { up, down, growth, periods }: { up: number; down: number; growth: number; periods: number },
): Valued {
  const chance = needInput('risk-neutral chance', (growth - down) / (up - down), 0, 1);
  let layer = Array.from({ length: periods + 1 }, (_, ups) =>
    Math.max(0, value * up ** ups * down ** (periods - ups) - strike),
  );
  while (layer.length > 1) {
    layer = layer.slice(1).map((above, index) => (chance * above + (1 - chance) * (layer[index] ?? 0)) / growth);
  }
  return { value: layer[0] ?? 0, steps: [{ name: 'risk-neutral chance', value: chance }] };
}

/** Φ by the error function's series or continued fraction: absolute error below 1e-12. */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const upper = z < 4 ? 0.5 - density * series(z) : density / fraction(z);
  return x > 0 ? 1 - upper : upper;
}

/** z + z³/3 + z⁵/15 + … (Marsaglia 2004). */
function series(z: number): number {
  let [term, sum] = [z, z];
  for (let n = 3; term > 1e-17 * sum && n < 400; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return sum;
}

function fraction(z: number): number {
  let value = z;
  for (let n = 60; n > 0; n -= 1) value = z + n / value;
  return value;
}

function needOption(option: Option): void {
  needInput('value', option.value, Number.MIN_VALUE);
  needInput('strike', option.strike, Number.MIN_VALUE);
  needInput('volatility', option.volatility, Number.MIN_VALUE);
  needInput('years', option.years, Number.MIN_VALUE);
  needInput('rate', option.rate);
}
