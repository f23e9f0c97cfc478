// An owner's policy is a floor and a ceiling: a template that spends more or shows smaller groups is not adopted.
import { Refusal } from '../../domain/refusals';
import { compare, parseRational, type Policy } from '../../domain/safe-answers';
import type { Template } from '../../domain/templates';

/** Refuses POLICY_FORBIDS_TEMPLATE, naming the first limit the template breaks. */
export function mustFitPolicy({ privacy, bounds }: Template, { limits }: Policy): void {
  const broken = (limit: string) => new Refusal('POLICY_FORBIDS_TEMPLATE', { limit });
  if (compare(parseRational(privacy.rho), parseRational(limits.rhoPerQuestion)) > 0) throw broken('rhoPerQuestion');
  if (privacy.minUnits < limits.minUnits) throw broken('minUnits');
  if (bounds.groupsPerUnit > limits.groupsPerUnit) throw broken('groupsPerUnit');
}
