// Each calculator against a worked example, named and cited.
import {
  ahp,
  binomial,
  blackScholes,
  cost,
  entropyWeights,
  greyRelation,
  income,
  market,
  normalCdf,
  stressed,
  tornado,
  tree,
  waterfall,
} from '.';

test('Black–Scholes: Hull, Options, Futures and Other Derivatives, §15.9: S=42 K=40 r=10% σ=20% T=0.5 is 4.76', () => {
  const valued = blackScholes({ value: 42, strike: 40, rate: 0.1, volatility: 0.2, years: 0.5 });
  expect(valued.value).toBeCloseTo(4.76, 2);
  expect(valued.steps.slice(0, 2).map((step) => Number(step.value.toFixed(4)))).toEqual([0.7693, 0.6278]);
});

test('real option: Brealey, Myers & Allen, Principles of Corporate Finance, the Mark II: PV 467, cost 900, 35 %, 3 years, 10 % a year is $55.1 million', () => {
  const valued = blackScholes({ value: 467, strike: 900, rate: Math.log(1.1), volatility: 0.35, years: 3 });
  expect(valued.value).toBeCloseTo(55.1, 1);
  expect(valued.steps.map((step) => Number(step.value.toFixed(3)))).toEqual([-0.307, -0.914, 0.379, 0.18]);
});

test('binomial: Hull §13.1, one step: S=20 u=1.1 d=0.9 K=21 r=12% three months is 0.633 (p = 0.6523)', () => {
  const valued = tree({ value: 20, strike: 21 }, { up: 1.1, down: 0.9, growth: Math.exp(0.12 * 0.25), periods: 1 });
  expect(valued.value).toBeCloseTo(0.633, 3);
  expect(valued.steps[0]?.value).toBeCloseTo(0.6523, 4);
});

test('binomial: Hull §13.2, two steps of the same tree is 1.2823 (there with rounded p)', () => {
  const valued = tree({ value: 20, strike: 21 }, { up: 1.1, down: 0.9, growth: Math.exp(0.12 * 0.25), periods: 2 });
  expect(valued.value).toBeCloseTo(1.2823, 3);
});

test('the binomial tree converges to Black–Scholes (Cox, Ross & Rubinstein 1979)', () => {
  const option = { value: 42, strike: 40, rate: 0.1, volatility: 0.2, years: 0.5 };
  expect(binomial(option, 2000).value).toBeCloseTo(blackScholes(option).value, 2);
});

test.each([
  [0, 0.5],
  [1.96, 0.9750021048517795],
  [-3, 0.0013498980316300933],
  [5, 0.9999997133484281],
  [-8, 6.220960574271785e-16],
])('Φ(%s) = %s (Abramowitz & Stegun, table 26.1)', (x, expected) => {
  expect(Math.abs(normalCdf(x) - expected)).toBeLessThan(1e-12);
});

test('AHP: a consistent matrix gives back its own weights with CR 0 (Saaty 1980)', () => {
  const own = [0.5, 0.3, 0.2];
  const found = ahp(own.map((a) => own.map((b) => a / b)));
  found.weights.forEach((weight, index) => {
    expect(weight).toBeCloseTo(own[index] ?? 0, 10);
  });
  expect(found.consistencyRatio).toBeCloseTo(0, 10);
});

test('AHP: the 3×3 example 1 3 5 / 1/3 1 3 / 1/5 1/3 1 has λmax 1+t+1/t with t = (9/5)^⅓ = 3.0385, weights .637 .258 .105, CR .033 (Saaty 1980)', () => {
  const found = ahp([
    [1, 3, 5],
    [1 / 3, 1, 3],
    [1 / 5, 1 / 3, 1],
  ]);
  expect(found.lambdaMax).toBeCloseTo(3.0385, 4);
  expect(found.weights.map((weight) => Number(weight.toFixed(3)))).toEqual([0.637, 0.258, 0.105]);
  expect(found.consistencyRatio).toBeCloseTo(0.0332, 3);
});

test('AHP: a circle of preferences is refused', () => {
  expect(() =>
    ahp([
      [1, 5, 1 / 5],
      [1 / 5, 1, 5],
      [5, 1 / 5, 1],
    ]),
  ).toThrow('AHP_INCONSISTENT');
});

test('entropy weights: equal columns weigh nothing, a column with all in one row weighs most (by definition, Shannon 1948)', () => {
  expect(
    entropyWeights([
      [1, 1],
      [1, 0],
    ]).weights,
  ).toEqual([0, 1]);
  const [a, b] = entropyWeights([
    [1, 2],
    [1, 1],
    [2, 1],
  ]).weights;
  expect(a).toBeCloseTo(b ?? 0, 12);
});

test('entropy: Hwang & Yoon, Multiple Attribute Decision Making (1981), the fighter aircraft: .0649 .2055 .0133 .0829 .3570 .2764 (there with entropies rounded to four digits)', () => {
  const { weights } = entropyWeights([
    [2.0, 1500, 20_000, 5.5, 5, 9],
    [2.5, 2700, 18_000, 6.5, 3, 5],
    [1.8, 2000, 21_000, 4.5, 7, 7],
    [2.2, 1800, 20_000, 5.0, 5, 5],
  ]);
  const printed = [0.0649, 0.2055, 0.0133, 0.0829, 0.357, 0.2764];
  weights.forEach((weight, index) => {
    expect(Math.abs(weight - (printed[index] ?? 0))).toBeLessThan(0.002);
  });
});

test('grey relation: the six teachers of Du, Pang & Wu, Modern Comprehensive Evaluation Methods (现代综合评价方法与案例精选): .713 .614 .680 .599 .683 .658, ζ = 0.5', () => {
  const { grades, coefficients } = greyRelation(
    [9, 9, 9, 9, 9, 9, 9],
    [
      [8, 9, 8, 7, 5, 2, 9],
      [7, 8, 7, 5, 7, 3, 8],
      [9, 7, 9, 6, 6, 4, 7],
      [6, 8, 8, 8, 4, 3, 6],
      [8, 6, 6, 9, 8, 3, 8],
      [8, 9, 5, 7, 6, 4, 8],
    ],
  );
  expect(grades.map((grade) => Number(grade.toFixed(3)))).toEqual([0.713, 0.614, 0.68, 0.599, 0.683, 0.658]);
  expect(coefficients[0]?.map((each) => Number(each.toFixed(3)))).toEqual([0.778, 1, 0.778, 0.636, 0.467, 0.333, 1]);
});

test('grey relation: grades by hand for reference (1,1), rows (1,0.5) and (0,1), ζ = 0.5 (Deng 1982)', () => {
  // Δ = {0, .5} and {1, 0}; Δmax = 1: ξ = .5/.5, .5/1 and .5/1.5, 1
  const [first, second] = greyRelation(
    [1, 1],
    [
      [1, 0.5],
      [0, 1],
    ],
  ).grades;
  expect(first).toBeCloseTo(0.75, 12);
  expect(second).toBeCloseTo((1 / 3 + 1) / 2, 12);
});

test('income: Brealey, Myers & Allen, Principles of Corporate Finance, annuity factor 10 % over 3 years is 2.487', () => {
  expect(income({ flows: [1, 1, 1], discount: 0.1 }).value).toBeCloseTo(2.487, 3);
});

test('cost and market by hand', () => {
  const inputs = { totalCost: 1000, returnRate: 0.1, quality: 0.9, circulation: 1.2, scarcity: 0.05, risk: 0.02 };
  expect(cost(inputs).value).toBeCloseTo(1100 * 0.9 * 1.2 * 1.05 * 0.98, 9);
  expect(
    market([
      { price: 100, factors: [1.1, 0.9] },
      { price: 120, factors: [1] },
    ]).value,
  ).toBeCloseTo((99 + 120) / 2, 9);
  const [widest] = tornado(inputs, 0.1, (changed) => cost(changed).value);
  expect(['totalCost', 'quality', 'circulation']).toContain(widest?.input);
});

test('waterfall: what goes in comes out, and stress hits equity first, then mezzanine, then senior', () => {
  const tranches = [
    { name: 'senior', principal: 100, coupon: 0.02 },
    { name: 'mezzanine', principal: 50, coupon: 0.05 },
  ];
  const paid = waterfall([60, 60, 60], tranches);
  const out = paid.residual + paid.tranches.reduce((sum, each) => sum + each.interest + each.principal, 0);
  expect(out).toBeCloseTo(180, 9);
  const runs = stressed([60, 60, 60], tranches, [0, 0.1, 0.3, 0.6]);
  const hit = runs.map((run) => ({
    cut: run.cut,
    equity: run.residual > 0,
    short: run.tranches.filter((each) => each.shortfall > 0).map((each) => each.name),
  }));
  expect(hit).toEqual([
    { cut: 0, equity: true, short: [] },
    { cut: 0.1, equity: true, short: [] },
    { cut: 0.3, equity: false, short: ['mezzanine'] },
    { cut: 0.6, equity: false, short: ['senior', 'mezzanine'] },
  ]);
});

test.each`
  loss    | mezzanine | equity | cdoMezzanine | cdoSenior
  ${0.1}  | ${0.333}  | ${1}   | ${0.933}     | ${0}
  ${0.13} | ${0.533}  | ${1}   | ${1}         | ${0.282}
  ${0.17} | ${0.8}    | ${1}   | ${1}         | ${0.692}
  ${0.2}  | ${1}      | ${1}   | ${1}         | ${1}
`(
  'waterfall: Hull, Options, Futures and Other Derivatives, §8.2, table of losses: $loss of the portfolio is $mezzanine of the mezzanine tranche, and of a CDO of it $cdoMezzanine and $cdoSenior',
  ({ loss, mezzanine, equity, cdoMezzanine, cdoSenior }: Record<string, number>) => {
    const lost = (cash: number, parts: readonly (readonly [string, number])[]) => {
      const tranches = parts.map(([name, principal]) => ({ name, principal, coupon: 0 }));
      const paid = waterfall([cash], tranches).tranches;
      return parts.map(([, principal], index) => (paid[index]?.shortfall ?? 0) / principal);
    };
    const abs = [
      ['senior', 80],
      ['mezzanine', 15],
      ['equity', 5],
    ] as const;
    const [, ofMezzanine = 0, ofEquity] = lost(100 * (1 - (loss ?? 0)), abs);
    expect(ofMezzanine).toBeCloseTo(mezzanine ?? 0, 3);
    expect(ofEquity).toBeCloseTo(equity ?? 0, 3);
    const cdo = [
      ['senior', 65],
      ['mezzanine', 25],
      ['equity', 10],
    ] as const;
    const [ofSenior, ofCdoMezzanine, ofCdoEquity] = lost(100 * (1 - ofMezzanine), cdo);
    expect(ofSenior).toBeCloseTo(cdoSenior ?? 0, 3);
    expect(ofCdoMezzanine).toBeCloseTo(cdoMezzanine ?? 0, 3);
    expect(ofCdoEquity).toBe(1);
  },
);
