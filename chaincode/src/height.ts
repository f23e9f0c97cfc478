// Heights on Fabric: a chaincode is not told any, so founding is a write-once mark, and deadlines ask the peer's own chain.
import type { ChaincodeStub } from 'fabric-shim';
import type { Command, Context } from '../../src/domain/ledger';
import { refuse } from '../../src/domain/ledger/state';
import { chainHeightIn } from './chain-info';
import type { Caller } from './caller';

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
  return { ...context, height: comparing.has(command.type) ? await heightOf(stub) : 1 };
}

/** Reads the mark and sets it: two foundings at once conflict. A composite key, so no listing of the state shows it. */
async function isFirst(stub: ChaincodeStub): Promise<boolean> {
  const mark = stub.createCompositeKey('ledger', ['founded']);
  if ((await stub.getState(mark)).length > 0) return false;
  await stub.putState(mark, Buffer.from(stub.getTxID()));
  return true;
}

/**
 * The block this transaction can be in at the earliest, as the endorser's own peer sees it. Peers may differ by a block:
 * no rule writes it down, so their answers stay equal, or one refuses and the client tries again.
 */
async function heightOf(stub: ChaincodeStub): Promise<number> {
  const { status, payload } = await stub.invokeChaincode('qscc', ['GetChainInfo', stub.getChannelID()], '');
  return status === 200 && payload !== undefined ? chainHeightIn(payload) : refuse('LEDGER_DOWN', { status });
}
