// Templates: published with independent reviews, withdrawn by two, adopted and dropped by each repository's owner.
import type { JsonObject } from '../canonical';
import { approvalKeys, approversOf } from './approvals';
import { ledgerKeys } from './keys';
import { hasRole, needRole, participantIn } from './participants';
import { openRepository, ownRepository } from './repositories';
import { effects, mustBeAbsent, need, refuse, type Rule, type State } from './state';

export interface Template extends JsonObject {
  readonly element: string;
  readonly author: string;
  readonly status: 'published' | 'withdrawn';
}

/** The template, published and not withdrawn. */
export function openTemplate(state: State, template: string): Template {
  const found = need<Template>(state, ledgerKeys.template(template), 'LEDGER_TEMPLATE_UNKNOWN');
  return found.status === 'published' ? found : refuse('LEDGER_TEMPLATE_WITHDRAWN', { template });
}

export const publishTemplate: Rule<'PublishTemplate'> = {
  keys: ({ template, element, author, reviews }) => [
    ledgerKeys.template(template),
    ledgerKeys.element(element),
    ...[author, ...reviews.map(({ reviewer }) => reviewer)].map(ledgerKeys.participant),
  ],
  apply({ type, template, element, author, reviews }, { by }, state) {
    if (by !== author) needRole(state, by, 'operator');
    need(state, ledgerKeys.element(element), 'LEDGER_ELEMENT_UNKNOWN');
    mustBeAbsent(state, ledgerKeys.template(template));
    const { organisation } = participantIn(state, author);
    for (const { reviewer } of reviews) {
      needRole(state, reviewer, 'reviewer');
      const near = participantIn(state, reviewer).organisation === organisation;
      if (near || reviewer === author) refuse('LEDGER_REVIEWERS_TOO_NEAR', { reviewer });
    }
    if (new Set(reviews.map(({ reviewer }) => reviewer)).size < reviews.length) refuse('LEDGER_REVIEWERS_TOO_NEAR');
    const value = { element, author, reviews, status: 'published' };
    return effects(type, { key: ledgerKeys.template(template), value });
  },
};

export const withdrawTemplate: Rule<'WithdrawTemplate'> = {
  keys: (command) => [ledgerKeys.template(command.template), ...approvalKeys(command)],
  apply(command, { by }, state) {
    const before = openTemplate(state, command.template);
    if (by !== before.author) needRole(state, by, 'reviewer', 'operator');
    const second = approversOf(command, by, state).find((approver) => hasRole(state, approver, 'reviewer', 'operator'));
    if (second === undefined) return refuse('LEDGER_APPROVAL_MISSING');
    const value = { ...before, status: 'withdrawn', reason: command.reason, withdrawnBy: [by, second] };
    return effects(command.type, { key: ledgerKeys.template(command.template), value });
  },
};

export const adoptTemplate: Rule<'AdoptTemplate'> = {
  keys: ({ repository, template }) => [
    ledgerKeys.adoption(repository, template),
    ledgerKeys.repository(repository),
    ledgerKeys.template(template),
  ],
  apply({ type, repository, template, policy }, { by }, state) {
    const { element } = ownRepository(state, repository, by);
    if (openTemplate(state, template).element !== element) refuse('LEDGER_ELEMENT_DIFFERS', { repository, template });
    const key = ledgerKeys.adoption(repository, template);
    if (state.get(key)?.['status'] === 'adopted') refuse('LEDGER_ADOPTION_EXISTS', { repository, template });
    return effects(type, { key, value: { policy, status: 'adopted' } });
  },
};

export const retireAdoption: Rule<'RetireAdoption'> = {
  keys: ({ repository, template }) => [ledgerKeys.adoption(repository, template), ledgerKeys.repository(repository)],
  apply({ type, repository, template }, { by }, state) {
    ownRepository(state, repository, by);
    const value = { ...adoptionIn(state, repository, template), status: 'retired' };
    return effects(type, { key: ledgerKeys.adoption(repository, template), value });
  },
};

/** The adoption in force; refuses LEDGER_ADOPTION_UNKNOWN, also when the owner dropped it. */
export function adoptionIn(state: State, repository: string, template: string): JsonObject {
  openRepository(state, repository);
  const found = need(state, ledgerKeys.adoption(repository, template), 'LEDGER_ADOPTION_UNKNOWN');
  return found['status'] === 'adopted' ? found : refuse('LEDGER_ADOPTION_UNKNOWN', { repository, template });
}
