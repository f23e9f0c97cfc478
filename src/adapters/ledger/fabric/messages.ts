// What stands inside Fabric's envelopes and blocks, read with its own protobuf classes.
import { common, gateway, ledger, peer } from '@hyperledger/fabric-protos';
import { hex } from '../../../domain/canonical';

export interface Version {
  readonly height: number;
  readonly index: number;
}

/** What one endorsed proposal asked and what came of it. */
export interface Endorsed {
  readonly channel: string;
  readonly txId: string;
  readonly creator: Uint8Array;
  /** Function and arguments. */
  readonly args: readonly string[];
  readonly reads: ReadonlyMap<string, Version>;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  readonly isSigned: boolean;
}

/** Reads an envelope of type ENDORSER_TRANSACTION. Throws on anything else. */
export function readEnvelope(envelope: common.Envelope, chaincode: string): Endorsed {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = common.ChannelHeader.deserializeBinary(present(payload.getHeader()).getChannelHeader_asU8());
  if (header.getType() !== common.HeaderType.ENDORSER_TRANSACTION) throw new Error('not an endorser transaction');
  const [part] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const action = peer.ChaincodeActionPayload.deserializeBinary(present(part).getPayload_asU8());
  const response = present(action.getAction()).getProposalResponsePayload_asU8();
  const outcome = peer.ChaincodeAction.deserializeBinary(
    peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8(),
  );
  return {
    channel: header.getChannelId(),
    txId: header.getTxId(),
    creator: common.SignatureHeader.deserializeBinary(
      present(payload.getHeader()).getSignatureHeader_asU8(),
    ).getCreator_asU8(),
    args: argsOf(action.getChaincodeProposalPayload_asU8()),
    reads: readsOf(outcome.getResults_asU8(), chaincode),
    event: eventOf(outcome.getEvents_asU8()),
    isSigned: envelope.getSignature_asU8().length > 0,
  };
}

/** The envelope inside the bytes that a prepared transaction is stored as. */
export const envelopeIn = (bytes: Uint8Array): common.Envelope =>
  present(gateway.PreparedTransaction.deserializeBinary(bytes).getEnvelope());

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('a part of the message is missing');
  return part;
}

function argsOf(proposal: Uint8Array): string[] {
  const input = peer.ChaincodeProposalPayload.deserializeBinary(proposal).getInput_asU8();
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec();
  return (spec?.getInput()?.getArgsList_asU8() ?? []).map((arg) => Buffer.from(arg).toString('utf8'));
}

function readsOf(results: Uint8Array, chaincode: string): Map<string, Version> {
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
  const own = sets.find((one) => one.getNamespace() === chaincode)?.getRwset_asU8();
  const set = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(own ?? new Uint8Array());
  const ranged = set.getRangeQueriesInfoList().flatMap((query) => query.getRawReads()?.getKvReadsList() ?? []);
  const versions = [...set.getReadsList(), ...ranged].flatMap((read): [string, Version][] => {
    const version = read.getVersion();
    return version === undefined ? [] : [[read.getKey(), { height: version.getBlockNum(), index: version.getTxNum() }]];
  });
  return new Map(versions);
}

function eventOf(bytes: Uint8Array): Endorsed['event'] {
  if (bytes.length === 0) return undefined;
  const event = peer.ChaincodeEvent.deserializeBinary(bytes);
  return { name: event.getEventName(), payload: event.getPayload_asU8() };
}

/** One transaction of a block; `code` is the peer's own peer.TxValidationCode, 0 = VALID. */
export interface Placed extends Version {
  readonly id: string;
  readonly code: number;
  readonly envelope: common.Envelope;
}

export interface ReadBlock {
  readonly height: number;
  readonly transactions: readonly Placed[];
}

export function readBlock(bytes: Uint8Array): ReadBlock {
  const block = common.Block.deserializeBinary(bytes);
  const height = present(block.getHeader()).getNumber();
  const filter = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  const transactions = (block.getData()?.getDataList_asU8() ?? []).map((entry, index) => {
    const envelope = common.Envelope.deserializeBinary(entry);
    const { code, id } = { code: filter?.[index] ?? 255, id: idOf(envelope) };
    return { id, code, height, index, envelope };
  });
  return { height, transactions };
}

function idOf(envelope: common.Envelope): string {
  const header = common.Payload.deserializeBinary(envelope.getPayload_asU8()).getHeader();
  return common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array()).getTxId();
}

export function readHead(bytes: Uint8Array): { height: number; hash: string } {
  const chain = common.BlockchainInfo.deserializeBinary(bytes);
  return { height: chain.getHeight() - 1, hash: hex(chain.getCurrentblockhash_asU8()) };
}
