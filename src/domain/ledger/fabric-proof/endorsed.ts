// One endorsed proposal: what was asked, what came of it, and which organisations' peers signed that.
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { bytesEqual, concatBytes, hex, sha256 } from '../../canonical';
import { identityIn, signed } from './identities';
import type { Member } from './members';
import { must, present, step, wrong } from './steps';

export interface Call {
  readonly channel: string;
  readonly chaincode: string;
  readonly txId: string;
  /** SerializedIdentity of who asked. */
  readonly creator: Uint8Array;
  readonly args: readonly string[];
  readonly action: peer.ChaincodeAction;
  readonly endorsements: readonly { readonly endorser: Uint8Array; readonly signature: Uint8Array }[];
  /** ProposalResponsePayload bytes: what endorsers sign, before their own identity. */
  readonly signedPayload: Uint8Array;
}

/**
 * Reads the payload of an envelope of type ENDORSER_TRANSACTION and checks that its parts belong together: one action, the
 * id from nonce and creator, and the proposal hash, which binds the answer to channel, function, arguments and asker.
 */
export function readCall(bytes: Uint8Array): Call {
  const { header, content } = step('shape', () => partsOf(bytes));
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const creator = signatureHeader.getCreator_asU8();
  must(channelHeader.getType() === common.HeaderType.ENDORSER_TRANSACTION, 'channel');
  const txId = hex(sha256(signatureHeader.getNonce_asU8(), creator));
  must(channelHeader.getTxId() === txId, 'proposal');
  const [part, ...more] = content.getActionsList();
  if (part === undefined || more.length > 0) return wrong('shape');
  must(bytesEqual(part.getHeader_asU8(), header.getSignatureHeader_asU8()), 'proposal');
  const payload = peer.ChaincodeActionPayload.deserializeBinary(part.getPayload_asU8());
  const endorsed = present(payload.getAction(), 'shape');
  const proposal = payload.getChaincodeProposalPayload_asU8();
  const signedPayload = endorsed.getProposalResponsePayload_asU8();
  const response = peer.ProposalResponsePayload.deserializeBinary(signedPayload);
  const expected = sha256(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), proposal);
  must(bytesEqual(response.getProposalHash_asU8(), expected), 'proposal');
  const named = chaincodeIn(channelHeader);
  const { name, args } = question(proposal);
  must(name === named, 'question');
  return {
    channel: channelHeader.getChannelId(),
    chaincode: name,
    txId,
    creator,
    args,
    action: peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()),
    endorsements: endorsed.getEndorsementsList().map((one) => {
      return { endorser: one.getEndorser_asU8(), signature: one.getSignature_asU8() };
    }),
    signedPayload,
  };
}

function partsOf(bytes: Uint8Array) {
  const payload = common.Payload.deserializeBinary(bytes);
  // Unknown or repeated fields would be two readings of one signature.
  must(bytesEqual(payload.serializeBinary(), bytes), 'shape');
  const content = peer.Transaction.deserializeBinary(payload.getData_asU8());
  must(bytesEqual(content.serializeBinary(), payload.getData_asU8()), 'shape');
  return { header: present(payload.getHeader(), 'shape'), content };
}

function chaincodeIn(header: common.ChannelHeader): string {
  const extension = peer.ChaincodeHeaderExtension.deserializeBinary(header.getExtension_asU8());
  return present(extension.getChaincodeId(), 'question').getName();
}

function question(proposal: Uint8Array): { name: string; args: string[] } {
  const input = peer.ChaincodeProposalPayload.deserializeBinary(proposal).getInput_asU8();
  const spec = present(peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec(), 'question');
  const args = spec.getInput()?.getArgsList_asU8() ?? [];
  return { name: spec.getChaincodeId()?.getName() ?? '', args: args.map((arg) => Buffer.from(arg).toString('utf8')) };
}

/** MSP ids whose peers signed, each once. Refuses at `endorsement` when any signature, role or issuer is wrong: none is ignored. */
export function endorsersOf(call: Call, members: ReadonlyMap<string, Member>): readonly string[] {
  const organisations = call.endorsements.map(({ endorser, signature }) =>
    step('endorsement', () => {
      const identity = present(identityIn(endorser, members), 'endorsement');
      must(identity.role === 'peer', 'endorsement');
      must(signed(identity.certificate, concatBytes(call.signedPayload, endorser), signature), 'endorsement');
      return identity.mspId;
    }),
  );
  return [...new Set(organisations)];
}

/** Refuses at `quorum` when fewer than `minimum` organisations signed, not counting the excluded. */
export function quorumMustHold(
  organisations: readonly string[],
  { minimum, excluded }: { readonly minimum: number; readonly excluded: readonly string[] },
): void {
  const counted = organisations.filter((mspId) => !excluded.includes(mspId));
  must(counted.length >= Math.max(minimum, 1), 'quorum');
}

export type Sets = ReadonlyMap<string, ledger.rwset.kvrwset.KVRWSet>;

/** Read and write sets by namespace. Refuses at `reads` any namespace but the chaincode's and `_lifecycle`, and private data. */
export function setsOf(call: Call): Sets {
  const all = ledger.rwset.TxReadWriteSet.deserializeBinary(call.action.getResults_asU8()).getNsRwsetList();
  return new Map(
    all.map((one) => {
      must([call.chaincode, '_lifecycle'].includes(one.getNamespace()), 'reads');
      must(one.getCollectionHashedRwsetList().length === 0, 'reads');
      return [one.getNamespace(), ledger.rwset.kvrwset.KVRWSet.deserializeBinary(one.getRwset_asU8())];
    }),
  );
}
