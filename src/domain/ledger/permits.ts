// Permits: an owner's grant with its period in the open and the rest as a hash; it can only shrink, never grow.
import type { JsonObject } from '../canonical';
import type { CommandType } from './commands';
import { ledgerKeys } from './keys';
import { participantIn } from './participants';
import { ownRepository } from './repositories';
import { effects, mustBeAbsent, need, refuse, termMustHold, type Rule, type State } from './state';
import { adoptionIn, openTemplate } from './templates';

export interface Permit extends JsonObject {
  readonly owner: string;
  readonly version: number;
  readonly hash: string;
  readonly from: number;
  readonly until: number;
  readonly repository: string;
  readonly template: string;
  readonly searcher: string;
  readonly status: 'granted' | 'revoked';
}

const keys = (permit: string, version: number) => [
  ledgerKeys.permit(permit),
  ledgerKeys.permitVersion(permit, version),
];

/** The present permit, and every version beside it for ever: an old receipt is judged by the version it used. */
function record(type: CommandType, permit: string, value: Permit) {
  return effects(
    type,
    { key: ledgerKeys.permit(permit), value },
    { key: ledgerKeys.permitVersion(permit, value.version), value },
  );
}

function ownPermit(state: State, permit: string, by: string, version: number): Permit {
  const before = need<Permit>(state, ledgerKeys.permit(permit), 'LEDGER_PERMIT_UNKNOWN');
  if (before.owner !== by) refuse('LEDGER_NOT_YOURS', { permit });
  if (before.status === 'revoked') refuse('LEDGER_PERMIT_REVOKED', { permit });
  if (version !== before.version + 1) refuse('LEDGER_VERSION_WRONG', { permit, version });
  return before;
}

export const grantPermit: Rule<'GrantPermit'> = {
  keys: ({ permit, version, repository, template, searcher }) => [
    ...keys(permit, version),
    ledgerKeys.repository(repository),
    ledgerKeys.template(template),
    ledgerKeys.adoption(repository, template),
    ...(searcher.startsWith('class:') ? [] : [ledgerKeys.participant(searcher)]),
  ],
  apply({ type, permit, version, hash, from, until, repository, template, searcher }, { by }, state) {
    const { owner } = ownRepository(state, repository, by);
    openTemplate(state, template);
    adoptionIn(state, repository, template);
    if (!searcher.startsWith('class:')) participantIn(state, searcher);
    mustBeAbsent(state, ledgerKeys.permit(permit));
    termMustHold(from, until);
    return record(type, permit, {
      owner,
      version,
      hash,
      from,
      until,
      repository,
      template,
      searcher,
      status: 'granted',
    });
  },
};

export const narrowPermit: Rule<'NarrowPermit'> = {
  keys: ({ permit, version }) => keys(permit, version),
  apply({ type, permit, version, hash, from, until }, { by }, state) {
    const before = ownPermit(state, permit, by, version);
    termMustHold(from, until);
    if (from < before.from || until > before.until) refuse('LEDGER_PERMIT_WIDER', { permit });
    return record(type, permit, { ...before, version, hash, from, until });
  },
};

export const revokePermit: Rule<'RevokePermit'> = {
  keys: ({ permit, version }) => keys(permit, version),
  apply({ type, permit, version }, { by }, state) {
    return record(type, permit, { ...ownPermit(state, permit, by, version), version, status: 'revoked' });
  },
};
