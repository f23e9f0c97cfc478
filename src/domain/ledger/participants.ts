// Participants and their keys: who may speak, with which certificate, and what became of the certificates before.
import { fromB64u, type JsonObject } from '../canonical';
import { approvalKeys, approversOf } from './approvals';
import { publicKeyOf, thumbprint } from '../identity';
import type { Command } from './commands';
import { ledgerKeys } from './keys';
import type { Role, Use } from './shapes';
import { effects, mustBeAbsent, need, refuse, without, type Context, type Rule, type State, type Write } from './state';

export interface Participant extends JsonObject {
  readonly name: { readonly en: string; readonly zh: string };
  readonly roles: readonly Role[];
  readonly organisation: string;
  /** x5t#S256 of the present certificate of each use. */
  readonly certificates: Readonly<Partial<Record<Use, string>>>;
}

export interface Certificate extends JsonObject {
  readonly participant: string;
  readonly use: Use;
  /** base64url. */
  readonly der: string;
}

/** x5t#S256 of a base64url DER. Refuses LEDGER_CERTIFICATE_UNUSABLE unless it is X.509 with a P-256 key. */
export function thumbprintOf(der: string): string {
  const bytes = fromB64u(der);
  try {
    publicKeyOf(bytes);
  } catch {
    refuse('LEDGER_CERTIFICATE_UNUSABLE');
  }
  return thumbprint(bytes);
}

/** The registered participant; refuses LEDGER_PARTICIPANT_UNKNOWN. Its key must have been named by `keysOf`. */
export function participantIn(state: State, participant: string): Participant {
  return need<Participant>(state, ledgerKeys.participant(participant), 'LEDGER_PARTICIPANT_UNKNOWN');
}

export function hasRole(state: State, participant: string, ...roles: readonly Role[]): boolean {
  return participantIn(state, participant).roles.some((role) => roles.includes(role));
}

export function needRole(state: State, participant: string, ...roles: readonly Role[]): void {
  if (!hasRole(state, participant, ...roles)) refuse('LEDGER_ROLE_MISSING', { participant, roles: roles.join(' ') });
}

/** In the founding block the operator registers itself: nobody was there before it. */
export function founds(command: Command, context: Context): boolean {
  return context.height === 0 && command.type === 'RegisterParticipant' && command.participant === context.by;
}

/** The signer's certificate must be the registered one. Refuses LEDGER_CERTIFICATE_FOREIGN. */
export function signerMustBeRegistered(command: Command, context: Context, state: State): void {
  const registered = founds(command, context)
    ? ledgerCertificateOf(command)
    : participantIn(state, context.by).certificates.ledger;
  if (registered !== context.certificate) refuse('LEDGER_CERTIFICATE_FOREIGN', { participant: context.by });
}

function ledgerCertificateOf(command: Command): string | undefined {
  if (command.type !== 'RegisterParticipant') return undefined;
  const found = command.certificates.find(({ use }) => use === 'ledger');
  return found && thumbprintOf(found.der);
}

function certificateWrite(participant: string, use: Use, der: string): Write {
  return { key: ledgerKeys.certificate(thumbprintOf(der)), value: { participant, use, der } };
}

export const registerParticipant: Rule<'RegisterParticipant'> = {
  keys: ({ participant, certificates }) => [
    ledgerKeys.participant(participant),
    ...certificates.map(({ der }) => ledgerKeys.certificate(thumbprintOf(der))),
  ],
  apply(command, context, state) {
    const { participant, name, roles, organisation, endpoint, certificates } = command;
    mustBeAbsent(state, ledgerKeys.participant(participant), 'LEDGER_PARTICIPANT_EXISTS');
    if (!founds(command, context)) needRole(state, context.by, 'operator');
    const uses = certificates.map(({ use }) => use);
    if (!uses.includes('ledger') || new Set(uses).size !== uses.length) refuse('LEDGER_CERTIFICATE_MISSING');
    const writes = certificates.map(({ use, der }) => certificateWrite(participant, use, der));
    for (const { key } of writes) mustBeAbsent(state, key, 'LEDGER_CERTIFICATE_TAKEN');
    if (new Set(writes.map(({ key }) => key)).size !== writes.length) refuse('LEDGER_CERTIFICATE_TAKEN');
    const current = Object.fromEntries(certificates.map(({ use, der }) => [use, thumbprintOf(der)]));
    const value = without({ name, roles, organisation, endpoint, certificates: current });
    return effects(command.type, { key: ledgerKeys.participant(participant), value }, ...writes);
  },
};

function replaceKey(
  state: State,
  command: { type: 'ChangeKey' | 'RecoverKey'; participant: string; use: Use; der: string },
) {
  const { type, participant, use, der } = command;
  const record = participantIn(state, participant);
  const previous = record.certificates[use];
  const write = certificateWrite(participant, use, der);
  mustBeAbsent(state, write.key, 'LEDGER_CERTIFICATE_TAKEN');
  const next = thumbprintOf(der);
  const value = { ...record, certificates: { ...record.certificates, [use]: next } };
  const succession =
    previous === undefined ? [] : [{ key: ledgerKeys.succession(previous), value: { participant, use, next } }];
  return effects(type, { key: ledgerKeys.participant(participant), value }, write, ...succession);
}

export const changeKey: Rule<'ChangeKey'> = {
  keys: ({ der }) => [ledgerKeys.certificate(thumbprintOf(der))],
  apply(command, { by }, state) {
    if (command.participant !== by) refuse('LEDGER_NOT_YOURS', { participant: command.participant });
    if (participantIn(state, by).certificates[command.use] !== command.previous) refuse('LEDGER_KEY_NOT_PREVIOUS');
    return replaceKey(state, command);
  },
};

export const recoverKey: Rule<'RecoverKey'> = {
  keys: (command) => [
    ledgerKeys.participant(command.participant),
    ledgerKeys.certificate(thumbprintOf(command.der)),
    ...approvalKeys(command),
  ],
  apply(command, { by }, state) {
    needRole(state, by, 'operator');
    const others = approversOf(command, by, state).filter((approver) => approver !== command.participant);
    if (!others.some((approver) => hasRole(state, approver, 'operator', 'owner'))) refuse('LEDGER_APPROVAL_MISSING');
    return replaceKey(state, command);
  },
};

export const revokeKey: Rule<'RevokeKey'> = {
  keys: ({ participant, certificate }) => [
    ledgerKeys.participant(participant),
    ledgerKeys.certificate(certificate),
    ledgerKeys.revocation(certificate),
  ],
  apply({ type, participant, certificate, invalidFrom }, { by }, state) {
    if (by !== participant) needRole(state, by, 'operator');
    const registered = need<Certificate>(state, ledgerKeys.certificate(certificate), 'LEDGER_CERTIFICATE_FOREIGN');
    if (registered.participant !== participant) refuse('LEDGER_CERTIFICATE_FOREIGN', { participant });
    mustBeAbsent(state, ledgerKeys.revocation(certificate), 'LEDGER_KEY_REVOKED');
    const record = participantIn(state, participant);
    const certificates = Object.fromEntries(
      Object.entries(record.certificates).filter(([, x5t]) => x5t !== certificate),
    );
    return effects(
      type,
      { key: ledgerKeys.revocation(certificate), value: { participant, invalidFrom } },
      { key: ledgerKeys.participant(participant), value: { ...record, certificates } },
    );
  },
};
