// A second participant's yes: a JWS over the command itself, made with its receipt key, checked by the ledger.
import { contentId, fromB64u, type Json, type JsonObject } from '../canonical';
import { verifyJws } from '../identity';
import type { Command } from './commands';
import { ledgerKeys } from './keys';
import type { Approval } from './shapes';
import { need, refuse, without, type State } from './state';

export const APPROVAL_TYP = 'dx-approval+jws';

/** What an approver signs: its own name and the id of the command without its approvals. */
export function approvalPayload(command: Command | object, approver: string): Json {
  const bare = without({ ...command, approvals: undefined });
  return { approves: contentId('aggregora/approval/1', bare), by: approver };
}

interface Approved {
  readonly type: string;
  readonly approvals?: readonly Approval[] | undefined;
}

/** Keys that checking these approvals reads: each approver and its certificate. */
export function approvalKeys({ approvals = [] }: Approved): readonly string[] {
  return approvals.flatMap(({ by, certificate }) => [ledgerKeys.participant(by), ledgerKeys.certificate(certificate)]);
}

/**
 * Everyone but `by` who approved, each once. Refuses LEDGER_APPROVAL_WRONG when a signature, its certificate or its
 * content does not fit: a wrong approval is never just ignored.
 */
export function approversOf(command: Approved, by: string, state: State): readonly string[] {
  for (const approval of command.approvals ?? []) approvalMustHold(command, approval, state);
  const others = (command.approvals ?? []).map((approval) => approval.by).filter((approver) => approver !== by);
  return [...new Set(others)];
}

function approvalMustHold(command: Approved, { by, certificate, jws }: Approval, state: State): void {
  const approver = need(state, ledgerKeys.participant(by), 'LEDGER_PARTICIPANT_UNKNOWN');
  const current = (approver['certificates'] as JsonObject)['receipt'];
  const registered = need(state, ledgerKeys.certificate(certificate), 'LEDGER_APPROVAL_WRONG');
  if (current !== certificate) refuse('LEDGER_APPROVAL_WRONG', { by });
  const payload = verifyJws(jws, APPROVAL_TYP, fromB64u(registered['der'] as string));
  const { approves } = approvalPayload(command, by) as { approves: string };
  const fits = (payload as JsonObject)['approves'] === approves && (payload as JsonObject)['by'] === by;
  if (!fits) refuse('LEDGER_APPROVAL_WRONG', { by });
}
