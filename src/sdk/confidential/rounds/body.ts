// A fit as people read it: coefficients per unit with their ranges, odds, and a label that counts all rounds.
import type { Json } from '../../../domain/canonical';
import { epsilonFor, rounds, type Question } from '../../../domain/confidential';
import { multiply, parseRational, rational, sureness, toText, type Rational } from '../../../domain/safe-answers';
import { decimal, figure, nearest } from '../../../domain/safe-answers/decimal';

const ODDS_DIGITS = 4;

/** `questions`: the signed questions of the rounds, in order; `finished` false where the figures are only those so far. */
export function fitBody(
  fit: rounds.Fit,
  found: rounds.FoundFit,
  questions: readonly { readonly id: string; readonly document: Question }[],
  repositories: number,
  finished = true,
): Json {
  const { template, element, measure } = fit;
  const { rho, minUnits } = template.privacy;
  const count = rational(BigInt(questions.length));
  const each = epsilonFor(parseRational(rho));
  const epsilon = multiply(count, each);
  // Pure epsilons add up; what a given epsilon lets one be sure of is asked for by its rho, epsilon²/2.
  const sure = sureness('laplace', multiply(multiply(count, count), parseRational(rho)));
  const first = questions[0]?.document;
  const unit = element.unit.of;
  const proven = found.coefficients.every(({ low }) => low !== undefined);
  const spent = toText(multiply(count, parseRational(rho)));
  return {
    schema: 'aggregora/confidential-answer/1',
    cells: [{ key: [], values: { [measure.as]: found.withheld ? { withheld: 'FLOOR' } : figures(found) } }],
    label: {
      template: first?.template ?? '',
      element: template.element,
      binding: first?.binding ?? '',
      mode: first?.mode ?? '',
      repositories,
      nodes: [...(first?.nodes ?? [])],
      mechanism: {
        name: 'laplace',
        made: 'in three shares, by the compute nodes, in every round',
        scale: questions.map(({ document }) => document.noiseScale).join(' '),
      },
      rho: spent,
      loss: { epsilon: shortly(epsilon), exact: toText(epsilon), delta: '0' },
      rounds: {
        asked: questions.length,
        most: measure.rounds,
        finished,
        each: { rho, epsilon: shortly(each) },
        questions: questions.map(({ id }) => id),
      },
      rows: figure(nearest(found.rows.num, found.rows.den), 0),
      interval: '95 %',
      unit,
      minUnits,
      withheld: { cells: found.withheld ? 1 : 0, why: found.withheld ? ['FLOOR'] : [] },
      sentences: {
        en: [
          ...(finished
            ? []
            : ['The fit was stopped: these are its coefficients so far, and nothing says how far it had to go.']),
          `${String(questions.length)} rounds, each of rho ${rho}, cost rho ${spent} and epsilon ${shortly(epsilon)} together at every repository.`,
          proven
            ? 'An interval says where the same fit without noise lies, and is proven.'
            : 'The noise is too large for an interval that could be proven.',
          'The error from noise is what the noise is expected to do; the standard error says how sure any fit to so many rows could be.',
          `From all rounds one can be at most ${sure.inTable} % sure that a given ${unit} is in any of the tables.`,
        ],
        zh: [
          ...(finished ? [] : ['拟合中途停止：以下为目前的系数，无法说明距离收敛还有多远。']),
          `共 ${String(questions.length)} 轮，每轮 rho ${rho}，在每个数据仓库合计消耗 rho ${spent}、epsilon ${shortly(epsilon)}。`,
          proven ? '区间表示无噪声的同一拟合所在的范围，且经过证明。' : '噪声过大，无法给出可证明的区间。',
          '噪声误差是噪声的预期影响；标准误表示对这样多的记录任何拟合所能达到的精度。',
          `仅凭全部各轮，对某一${unit}是否在任一表中的把握至多为 ${sure.inTable} %。`,
        ],
      },
    },
  };
}

const shortly = ({ num, den }: Rational): string => decimal(nearest(num * 1000n, den), 3);

function figures({ coefficients }: rounds.FoundFit): Json {
  const [constant, ...slopes] = coefficients;
  return {
    intercept: constant === undefined ? {} : one(constant),
    slopes: Object.fromEntries(slopes.map((slope) => [slope.column ?? '', one(slope)])),
    /** How the odds of a one change with one unit more. */
    odds: Object.fromEntries(slopes.map((slope) => [slope.column ?? '', odds(slope)])),
  };
}

const text = ({ num, den }: Rational, digits: number): Json =>
  figure(nearest(num * 10n ** BigInt(digits), den), digits);

function one({ value, low, high, error, noise, digits }: rounds.Coefficient): Json {
  return {
    value: text(value, digits),
    ...(low === undefined ? {} : { low: text(low, digits) }),
    ...(high === undefined ? {} : { high: text(high, digits) }),
    ...(error === undefined ? {} : { error: text(error, digits) }),
    ...(noise === undefined ? {} : { noise: text(noise, digits) }),
  };
}

function odds({ value, low, high }: rounds.Coefficient): Json {
  const shown = (slope: Rational | undefined): Json => {
    const ratio = slope && rounds.exponential(slope);
    return ratio === undefined ? null : text(ratio, ODDS_DIGITS);
  };
  return { value: shown(value), ...(low && high ? { low: shown(low), high: shown(high) } : {}) };
}
