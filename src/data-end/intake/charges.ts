// What one question draws, and from which accounts; the tightest of owner's policy and permit holds.
import type { Permit } from '../../domain/permits';
import type { Charge } from '../budgets/budgets';

/** Caps of one repository's policy, as exact texts. */
export interface Caps {
  readonly perSearcher: string;
  readonly perRepository: string;
}

export const accounts = {
  searcher: (repository: string, searcher: string) => `searcher/${repository}/${searcher}`,
  repository: (repository: string) => `repository/${repository}`,
  permitRho: (permit: string) => `permit/${permit}/rho`,
  permitQuota: (permit: string) => `permit/${permit}/quota`,
} as const;

/** The four holds of one paid-for question: rho of searcher, repository and permit, and one run of the permit's quota. */
export function chargesFor(permit: Permit, caps: Caps, rho: string): readonly Charge[] {
  return [
    {
      account: accounts.searcher(permit.repository, permit.searcher),
      kind: 'rho',
      cap: caps.perSearcher,
      amount: rho,
      refusal: 'BUDGET_SPENT_SEARCHER',
    },
    {
      account: accounts.repository(permit.repository),
      kind: 'rho',
      cap: caps.perRepository,
      amount: rho,
      refusal: 'BUDGET_SPENT_REPOSITORY',
    },
    { account: accounts.permitRho(permit.id), kind: 'rho', cap: permit.rho, amount: rho, refusal: 'PERMIT_RHO_SPENT' },
    {
      account: accounts.permitQuota(permit.id),
      kind: 'quota',
      cap: String(permit.quota),
      amount: '1',
      refusal: 'QUOTA_SPENT',
    },
  ];
}
