// The stand-in's chain: what is submitted waits a moment, is put into a block, and is judged there as a committing peer does.
import { common, peer } from '@hyperledger/fabric-protos';
import { type Endorsed, readBlock, readEnvelope } from '../../../src/adapters/ledger/fabric/messages';
import { blockOf, genesisOf, hashOfBlock } from './blocks';
import type { Member } from './material';
import { holds } from './proposals';
import { kvrwset, rwset } from './sets';
import type { Stored, World } from './world';

/** What our chaincode asks of its network: three organisations, or all of fewer. */
export const endorsersOf = (members: readonly Member[]): readonly Member[] => members.slice(0, 3);

export interface Committed {
  readonly code: number;
  readonly height: number;
}

const { VALID, DUPLICATE_TXID, ENDORSEMENT_POLICY_FAILURE, MVCC_READ_CONFLICT } = peer.TxValidationCode;

export class Chain {
  readonly blocks: common.Block[];
  world: World = new Map<string, Stored>();
  /** The state one block ago: what a peer that lags still answers from. */
  before: World = this.world;
  private readonly places = new Map<string, Committed>();
  private waiting: common.Envelope[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    channel: string,
    private readonly chaincode: string,
    private readonly members: readonly Member[],
    private readonly batchMs: number,
  ) {
    this.blocks = [genesisOf(channel, members)];
  }

  order(envelope: common.Envelope): void {
    this.waiting.push(envelope);
    this.timer ??= setTimeout(() => {
      this.cut();
    }, this.batchMs);
  }

  find(id: string): Committed | undefined {
    return this.places.get(id);
  }

  onBlock(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private cut(): void {
    this.timer = undefined;
    const batch = this.waiting.splice(0);
    const height = this.blocks.length;
    const next = new Map(this.world);
    const codes = batch.map((envelope, index) => this.judge(envelope, next, height, index));
    const last = this.blocks.at(-1);
    const previous = last === undefined ? new Uint8Array() : hashOfBlock(last);
    this.blocks.push(
      blockOf(
        height,
        previous,
        batch.map((one) => one.serializeBinary()),
        codes,
      ),
    );
    this.before = this.world;
    this.world = next;
    for (const listener of this.listeners) listener();
  }

  private judge(envelope: common.Envelope, state: Map<string, Stored>, height: number, index: number): number {
    const content = readEnvelope(envelope, this.chaincode);
    if (this.places.has(content.txId)) return DUPLICATE_TXID;
    const code = this.verdict(envelope, content, state);
    this.places.set(content.txId, { code, height });
    if (code === VALID) for (const [key, value] of writesOf(envelope)) state.set(key, { value, height, index });
    return code;
  }

  private verdict(envelope: common.Envelope, _content: Endorsed, state: World): number {
    const { payload, endorsements } = actionOf(envelope);
    const signers = endorsements.filter((one) => {
      const endorser = one.getEndorser_asU8();
      return holds(Buffer.concat([payload, endorser]), one.getSignature_asU8(), endorser, 'peer', this.members);
    });
    const distinct = new Set(signers.map((one) => Buffer.from(one.getEndorser_asU8()).toString('hex')));
    if (distinct.size < endorsersOf(this.members).length) return ENDORSEMENT_POLICY_FAILURE;
    return readsHold(envelope, state) ? VALID : MVCC_READ_CONFLICT;
  }
}

function actionOf(envelope: common.Envelope) {
  const whole = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const [part] = peer.Transaction.deserializeBinary(whole.getData_asU8()).getActionsList();
  const action = peer.ChaincodeActionPayload.deserializeBinary(part?.getPayload_asU8() ?? new Uint8Array()).getAction();
  const payload = action?.getProposalResponsePayload_asU8() ?? new Uint8Array();
  return { payload, endorsements: action?.getEndorsementsList() ?? [] };
}

function setOf(envelope: common.Envelope): kvrwset.KVRWSet {
  const { payload } = actionOf(envelope);
  const outcome = peer.ChaincodeAction.deserializeBinary(
    peer.ProposalResponsePayload.deserializeBinary(payload).getExtension_asU8(),
  );
  const [own] = rwset.TxReadWriteSet.deserializeBinary(outcome.getResults_asU8()).getNsRwsetList();
  return kvrwset.KVRWSet.deserializeBinary(own?.getRwset_asU8() ?? new Uint8Array());
}

const writesOf = (envelope: common.Envelope): [string, Uint8Array][] =>
  setOf(envelope)
    .getWritesList()
    .map((write) => [write.getKey(), write.getValue_asU8()]);

function readsHold(envelope: common.Envelope, state: World): boolean {
  return setOf(envelope)
    .getReadsList()
    .every((read) => {
      const [version, present] = [read.getVersion(), state.get(read.getKey())];
      if (version === undefined || present === undefined) return version === undefined && present === undefined;
      return version.getBlockNum() === present.height && version.getTxNum() === present.index;
    });
}

/** Events of valid transactions of one block, as the gateway streams them. */
export function eventsOf(block: common.Block, chaincode: string): peer.ChaincodeEvent[] {
  return readBlock(block.serializeBinary())
    .transactions.filter(({ code, height }) => code === VALID && height > 0)
    .flatMap(({ envelope, id }) => {
      const { event } = readEnvelope(envelope, chaincode);
      if (event === undefined) return [];
      const told = new peer.ChaincodeEvent();
      told.setChaincodeId(chaincode);
      told.setTxId(id);
      told.setEventName(event.name);
      told.setPayload(event.payload);
      return [told];
    });
}
