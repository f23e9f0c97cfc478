// Data elements, the repositories that hold them, and the consents behind a repository's data versions.
import type { JsonObject } from '../canonical';
import { ledgerKeys } from './keys';
import { needRole } from './participants';
import { effects, mustBeAbsent, need, refuse, without, type Rule, type State } from './state';

export interface Repository extends JsonObject {
  readonly owner: string;
  readonly element: string;
  readonly metadata: string;
  readonly version: number;
  readonly consentVersion: number;
  readonly status: 'announced' | 'retired';
}

/** The repository, announced and not retired. */
export function openRepository(state: State, repository: string): Repository {
  const found = need<Repository>(state, ledgerKeys.repository(repository), 'LEDGER_REPOSITORY_UNKNOWN');
  return found.status === 'announced' ? found : refuse('LEDGER_REPOSITORY_RETIRED', { repository });
}

/** The same, and signed by its owner. */
export function ownRepository(state: State, repository: string, by: string): Repository {
  const found = openRepository(state, repository);
  return found.owner === by ? found : refuse('LEDGER_NOT_YOURS', { repository });
}

export const publishElement: Rule<'PublishElement'> = {
  keys: ({ element }) => [ledgerKeys.element(element)],
  apply({ type, element, document, name }, { by }, state) {
    needRole(state, by, 'owner', 'operator');
    mustBeAbsent(state, ledgerKeys.element(element));
    return effects(type, { key: ledgerKeys.element(element), value: { document, name, by } });
  },
};

export const announceRepository: Rule<'AnnounceRepository'> = {
  keys: ({ repository, element }) => [ledgerKeys.repository(repository), ledgerKeys.element(element)],
  apply({ type, repository, owner, element, metadata, dataVersion }, { by }, state) {
    if (owner !== by) refuse('LEDGER_NOT_YOURS', { repository });
    needRole(state, by, 'owner');
    need(state, ledgerKeys.element(element), 'LEDGER_ELEMENT_UNKNOWN');
    mustBeAbsent(state, ledgerKeys.repository(repository));
    const value = without({
      owner,
      element,
      metadata,
      dataVersion,
      version: 1,
      consentVersion: 0,
      status: 'announced',
    });
    return effects(type, { key: ledgerKeys.repository(repository), value });
  },
};

export const updateRepository: Rule<'UpdateRepository'> = {
  keys: ({ repository }) => [ledgerKeys.repository(repository)],
  apply({ type, repository, metadata, dataVersion }, { by }, state) {
    const before = ownRepository(state, repository, by);
    const changed = without({ metadata, dataVersion, version: before.version + 1 });
    return effects(type, { key: ledgerKeys.repository(repository), value: { ...before, ...changed } });
  },
};

export const retireRepository: Rule<'RetireRepository'> = {
  keys: ({ repository }) => [ledgerKeys.repository(repository)],
  apply({ type, repository }, { by }, state) {
    const value = { ...ownRepository(state, repository, by), status: 'retired' };
    return effects(type, { key: ledgerKeys.repository(repository), value });
  },
};

export const consentVersion: Rule<'ConsentVersion'> = {
  keys: ({ repository, version }) => [ledgerKeys.repository(repository), ledgerKeys.consent(repository, version)],
  apply({ type, repository, version, hash, dataVersion }, { by }, state) {
    const before = ownRepository(state, repository, by);
    if (version !== before.consentVersion + 1) refuse('LEDGER_VERSION_WRONG', { repository, version });
    mustBeAbsent(state, ledgerKeys.consent(repository, version));
    return effects(
      type,
      { key: ledgerKeys.consent(repository, version), value: { hash, dataVersion } },
      { key: ledgerKeys.repository(repository), value: { ...before, dataVersion, consentVersion: version } },
    );
  },
};
