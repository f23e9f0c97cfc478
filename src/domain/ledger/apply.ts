// The rules of the ledger, all of them: the embedded ledger and the chaincode both call these two functions.
import { anchorBatch } from './anchors';
import { appointAuditor, endAppointment } from './auditors';
import type { Command, CommandType } from './commands';
import { answerDispute, closeDispute, openDispute } from './disputes';
import { ledgerKeys } from './keys';
import { changeKey, recoverKey, registerParticipant, revokeKey, signerMustBeRegistered } from './participants';
import { grantPermit, narrowPermit, revokePermit } from './permits';
import { recordAgreement, recordHash, recordSettlement, recordStep } from './records';
import { announceRepository, consentVersion, publishElement, retireRepository, updateRepository } from './repositories';
import { licenseRight, registerRight, transferRight } from './rights';
import type { Context, Effects, Rule, State } from './state';
import { adoptTemplate, publishTemplate, retireAdoption, withdrawTemplate } from './templates';

const rules: { readonly [T in CommandType]: Rule<T> } = {
  RegisterParticipant: registerParticipant,
  ChangeKey: changeKey,
  RecoverKey: recoverKey,
  RevokeKey: revokeKey,
  PublishElement: publishElement,
  AnnounceRepository: announceRepository,
  UpdateRepository: updateRepository,
  RetireRepository: retireRepository,
  PublishTemplate: publishTemplate,
  WithdrawTemplate: withdrawTemplate,
  AdoptTemplate: adoptTemplate,
  RetireAdoption: retireAdoption,
  GrantPermit: grantPermit,
  NarrowPermit: narrowPermit,
  RevokePermit: revokePermit,
  ConsentVersion: consentVersion,
  AppointAuditor: appointAuditor,
  EndAppointment: endAppointment,
  AnchorBatch: anchorBatch,
  OpenDispute: openDispute,
  AnswerDispute: answerDispute,
  CloseDispute: closeDispute,
  RegisterRight: registerRight,
  LicenseRight: licenseRight,
  TransferRight: transferRight,
  RecordAgreement: recordAgreement,
  RecordSettlement: recordSettlement,
  RecordStep: recordStep,
  RecordHash: recordHash,
};

/** The compiler cannot see that a command and the rule of its type belong together; the table above can. */
const ruleOf = (command: Command): Rule<CommandType> => rules[command.type] as unknown as Rule<CommandType>;

/** Every key `apply` may read for this command signed by `by`: sorted, each once. */
export function keysOf(command: Command, by: string): readonly string[] {
  const keys = [ledgerKeys.participant(by), ...ruleOf(command).keys(command, by)];
  return [...new Set(keys)].sort();
}

/**
 * What the command does to the state, or a refusal with the rule's own code. Deterministic: same command, context and
 * state, same effects, on every machine. `state` holds the present values of `keysOf(command, by)`.
 */
export function apply(command: Command, context: Context, state: State): Effects {
  signerMustBeRegistered(command, context, state);
  return ruleOf(command).apply(command, context, state);
}
