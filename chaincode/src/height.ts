// Heights on Fabric: a chaincode is told none, and may not ask (a peer refuses qscc from a chaincode), so two marks stand in.
import type { ChaincodeStub } from 'fabric-shim';
import { hasRole } from '../../src/domain/ledger/participants';
import { ledgerKeys, type Command, type Context } from '../../src/domain/ledger';
import { refuse } from '../../src/domain/ledger/state';
import type { Caller } from './caller';
import { stateOf } from './state';

/** Rules of these types compare the height; for all others any height above 0 gives the same effects. */
const comparing: ReadonlySet<Command['type']> = new Set(['OpenDispute', 'AnswerDispute', 'CloseDispute']);

/** The rules' context. Height 0, the founding, exists once: while nobody has written the mark, for an operator by attribute. */
export async function contextOf(stub: ChaincodeStub, command: Command, by: string, caller: Caller): Promise<Context> {
  const { certificate, role } = caller;
  const context = { by, certificate, txId: stub.getTxID() };
  if (command.type === 'RegisterParticipant' && command.participant === by && (await isFirst(stub))) {
    if (role !== 'operator') refuse('LEDGER_ROLE_MISSING', { participant: by, roles: 'operator' });
    return { ...context, height: 0 };
  }
  return { ...context, height: comparing.has(command.type) ? await clockOf(stub) : 1 };
}

// Composite keys, so that no listing of the state shows the marks.
const markOf = (stub: ChaincodeStub, name: string): string => stub.createCompositeKey('ledger', [name]);

/** Reads the mark and sets it: two foundings at once conflict. */
async function isFirst(stub: ChaincodeStub): Promise<boolean> {
  const mark = markOf(stub, 'founded');
  if ((await stub.getState(mark)).length > 0) return false;
  await stub.putState(mark, Buffer.from(stub.getTxID()));
  return true;
}

/** The ledger's clock: the newest height an operator put on record; at least 1. */
export async function clockOf(stub: ChaincodeStub): Promise<number> {
  return Number(Buffer.from(await stub.getState(markOf(stub, 'clock'))).toString() || '1');
}

/**
 * Moves the clock forward. Only a registered operator may, and everyone can catch one that runs ahead of the chain: the
 * block in which this stands has a number, and the height it claims must be below it.
 */
export async function tick(stub: ChaincodeStub, height: number, by: string, { certificate }: Caller): Promise<void> {
  const state = await stateOf(stub, [ledgerKeys.participant(by)]);
  if (!hasRole(state, by, 'operator')) refuse('LEDGER_ROLE_MISSING', { participant: by, roles: 'operator' });
  const { ledger } = state.get(ledgerKeys.participant(by))?.['certificates'] as { ledger?: string };
  if (ledger !== certificate) refuse('LEDGER_CERTIFICATE_FOREIGN', { participant: by });
  if (height <= (await clockOf(stub))) refuse('LEDGER_VERSION_WRONG', { height });
  await stub.putState(markOf(stub, 'clock'), Buffer.from(String(height)));
}
