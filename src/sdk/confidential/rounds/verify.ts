// Checks a fit from its one file: each round by itself, that all rounds are of one fit, and that its figures follow from their sums.
import { canonicalBytes, canonicalText, type Json } from '../../../domain/canonical';
import { mustMeet, rounds, type Failure } from '../../../domain/confidential';
import { Refusal } from '../../../domain/refusals';
import type { AuditTrust } from '../../verify/trust';
import { EVIDENCE_LIMIT } from '../evidence';
import type { ConfidentialCheck, ConfidentialVerdict } from '../verify';
import { bodyOf, contributorsIn, fitIn, releasedIn, type FitBundle, type RoundBundle } from './evidence';

/** Level A: the rounds, and that they have one set of repositories. Level B: the way from sums to coefficients, and the figures. */
export function verifyFit(
  bundle: FitBundle,
  trust: AuditTrust,
  verifyRound: (bytes: Uint8Array, trust: AuditTrust) => ConfidentialVerdict,
): ConfidentialVerdict {
  const level = bundle.level === 'A' ? 'A' : 'B';
  const bundles = bundle.rounds as unknown as readonly RoundBundle[];
  const checks: ConfidentialCheck[] = bundle.rounds.flatMap((round, at) => {
    const verdict = verifyRound(canonicalBytes(round, EVIDENCE_LIMIT), trust);
    const named = verdict.checks.map((check) => ({ ...check, name: `round ${String(at + 1)}: ${check.name}` }));
    return verdict.level === level
      ? named
      : [...named, { name: `round ${String(at + 1)}: level`, holds: false, failures: [{ code: 'EVIDENCE_OTHER' }] }];
  });
  const check = (name: string, failures: () => readonly Failure[]): void => {
    const found = attempt(failures);
    checks.push({ name, holds: found.length === 0, failures: found });
  };
  check('every round has the same repositories and the same template', () => ofOneFit(bundles));
  if (level === 'B') {
    check('each round asks at the coefficients that the sums before it lead to', () => onTheWay(bundle, bundles));
    check('the figures follow from the sums of all rounds', () => {
      const body = bodyOf(fitIn(bundle), bundles);
      return body !== undefined && canonicalText(body) === canonicalText(bundle.body) ? [] : [{ code: 'FIT_DIFFERS' }];
    });
  }
  return { code: checks.every(({ holds }) => holds) ? 0 : 1, level, checks };
}

function ofOneFit(bundles: readonly RoundBundle[]): readonly Failure[] {
  const names = new Set(bundles.map((bundle) => canonicalText(shared(bundle))));
  return names.size === 1 ? [] : [{ code: 'FIT_DIFFERS' }];
}

const shared = (bundle: RoundBundle): Json => {
  const { template, searcher, mode } = bundle.transcript.question.document;
  return [template, searcher, mode, [...contributorsIn(bundle)]];
};

/** Each question names template, binding, plan and noise of exactly the round that comes next. */
function onTheWay(bundle: FitBundle, bundles: readonly RoundBundle[]): readonly Failure[] {
  const fit = fitIn(bundle);
  return bundles.flatMap(({ transcript }, at) =>
    attempt(() => {
      const parameters =
        at === 0 ? fit.parameters : rounds.walk(fit, bundles.slice(0, at).map(releasedIn))?.next?.parameters;
      if (parameters === undefined) return [{ code: 'FIT_DIFFERS', at: String(at + 1) }];
      mustMeet(transcript.question.document, rounds.roundPlan(fit, parameters).demands);
      return [];
    }),
  );
}

function attempt(run: () => readonly Failure[]): readonly Failure[] {
  try {
    return run();
  } catch (error) {
    return [{ code: error instanceof Refusal ? error.code : 'UNREADABLE' }];
  }
}
