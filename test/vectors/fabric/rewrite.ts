// Takes an endorsed payload apart and puts it together again, changed in one place: how the forgeries are made.
import { common, peer } from '@hyperledger/fabric-protos';
import { b64u, fromB64u } from '../../../src/domain/canonical';

interface Parts {
  readonly header: common.Header;
  readonly action: peer.ChaincodeActionPayload;
  readonly endorsed: peer.ChaincodeEndorsedAction;
}

/** The payload (base64url) after `change` has had its way with its parts. */
export function rewritten(payload: string, change: (parts: Parts) => void): string {
  const whole = common.Payload.deserializeBinary(fromB64u(payload));
  const transaction = peer.Transaction.deserializeBinary(whole.getData_asU8());
  const [part] = transaction.getActionsList();
  const header = whole.getHeader();
  const action = peer.ChaincodeActionPayload.deserializeBinary(part?.getPayload_asU8() ?? new Uint8Array());
  const endorsed = action.getAction();
  if (part === undefined || header === undefined || endorsed === undefined) throw new Error('nothing to rewrite');
  change({ header, action, endorsed });
  action.setAction(endorsed);
  part.setPayload(action.serializeBinary());
  transaction.setActionsList([part]);
  whole.setHeader(header);
  whole.setData(transaction.serializeBinary());
  return b64u(whole.serializeBinary());
}

/** The payload with other endorsements under it. */
export const withEndorsements = (
  payload: string,
  change: (endorsements: peer.Endorsement[], signedPayload: Uint8Array) => peer.Endorsement[],
): string =>
  rewritten(payload, ({ endorsed }) => {
    const changed = change(endorsed.getEndorsementsList(), endorsed.getProposalResponsePayload_asU8());
    endorsed.setEndorsementsList(changed);
  });
