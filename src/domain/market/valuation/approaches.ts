// The three approaches: cost, income, market (International Valuation Standards 105; CAS guidance on data assets).
import { needInput, type Valued } from './steps';

/** Cost: P = TC·(1+R)·U with U = α·β·(1+l)·(1−r): quality, circulation, scarcity gain, risk. */
export function cost(it: {
  totalCost: number;
  returnRate: number;
  quality: number;
  circulation: number;
  scarcity: number;
  risk: number;
}): Valued {
  needInput('totalCost', it.totalCost, 0);
  needInput('returnRate', it.returnRate, -1);
  needInput('risk', it.risk, 0, 1);
  const utility =
    needInput('quality', it.quality, 0) *
    needInput('circulation', it.circulation, 0) *
    (1 + it.scarcity) *
    (1 - it.risk);
  const replacement = it.totalCost * (1 + it.returnRate);
  return {
    value: replacement * utility,
    steps: [
      { name: 'replacement cost with return', value: replacement },
      { name: 'utility', value: utility },
    ],
  };
}

/** Income: Σ Fₜ/(1+i)^t, flows at the ends of periods 1, 2, … */
export function income(it: { flows: readonly number[]; discount: number }): Valued {
  needInput('discount', it.discount, -0.999999);
  const steps = it.flows.map((flow, index) => ({
    name: `present value ${String(index + 1)}`,
    value: needInput(`flow ${String(index + 1)}`, flow) / (1 + it.discount) ** (index + 1),
  }));
  return { value: steps.reduce((sum, step) => sum + step.value, 0), steps };
}

/** Market: mean of comparable prices, each times its correction factors. */
export function market(
  comparables: readonly { readonly price: number; readonly factors: readonly number[] }[],
): Valued {
  needInput('comparables', comparables.length, 1);
  const steps = comparables.map(({ price, factors }, index) => ({
    name: `comparable ${String(index + 1)} corrected`,
    value: factors.reduce((product, factor) => product * needInput('factor', factor, 0), needInput('price', price, 0)),
  }));
  return { value: steps.reduce((sum, step) => sum + step.value, 0) / steps.length, steps };
}
