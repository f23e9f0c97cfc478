// Auditor appointments: two operators or owners put an auditor in office, for a scope and a term.
import type { JsonObject } from '../canonical';
import { approvalKeys, approversOf } from './approvals';
import { ledgerKeys } from './keys';
import { hasRole, needRole } from './participants';
import { effects, mustBeAbsent, need, refuse, termMustHold, type Rule } from './state';

export interface Appointment extends JsonObject {
  readonly auditor: string;
  readonly scope: string;
  readonly from: number;
  readonly until: number;
  readonly appointedBy: readonly string[];
  readonly status: 'appointed' | 'ended';
}

export const appointAuditor: Rule<'AppointAuditor'> = {
  keys: (command) => [
    ledgerKeys.appointment(command.appointment),
    ledgerKeys.participant(command.auditor),
    ...approvalKeys(command),
  ],
  apply(command, { by }, state) {
    const { type, appointment, auditor, scope, from, until } = command;
    needRole(state, by, 'operator', 'owner');
    needRole(state, auditor, 'auditor');
    const seconds = approversOf(command, by, state).filter((other) => hasRole(state, other, 'operator', 'owner'));
    if (seconds.length === 0 || [by, ...seconds].includes(auditor)) refuse('LEDGER_APPROVAL_MISSING', { appointment });
    mustBeAbsent(state, ledgerKeys.appointment(appointment));
    termMustHold(from, until);
    const value: Appointment = { auditor, scope, from, until, appointedBy: [by, ...seconds], status: 'appointed' };
    return effects(type, { key: ledgerKeys.appointment(appointment), value });
  },
};

/** Any of those who appointed, the auditor itself, or an operator: ending an office needs one person only. */
export const endAppointment: Rule<'EndAppointment'> = {
  keys: ({ appointment }) => [ledgerKeys.appointment(appointment)],
  apply({ type, appointment }, { by }, state) {
    const before = need<Appointment>(state, ledgerKeys.appointment(appointment), 'LEDGER_APPOINTMENT_UNKNOWN');
    if (![before.auditor, ...before.appointedBy].includes(by)) needRole(state, by, 'operator');
    if (before.status === 'ended') refuse('LEDGER_APPOINTMENT_ENDED', { appointment });
    return effects(type, { key: ledgerKeys.appointment(appointment), value: { ...before, status: 'ended' } });
  },
};
