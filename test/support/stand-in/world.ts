// The stand-in's state: values with the place they were written, and one simulation over a moment of it.
import { peer } from '@hyperledger/fabric-protos';
import { kvrwset, rwset } from './sets';

export interface Stored {
  readonly value: Uint8Array;
  readonly height: number;
  readonly index: number;
}
export type World = ReadonlyMap<string, Stored>;

/** What fabric-shim's dispatcher and our contract ask of a stub, over one frozen state; it keeps the read and write sets. */
export class Simulation {
  private readonly reads = new Map<string, Stored | undefined>();
  private readonly ranged: [string, Stored][] = [];
  private readonly writes = new Map<string, Uint8Array>();
  private event: peer.ChaincodeEvent | undefined;

  constructor(
    private readonly world: World,
    private readonly call: {
      readonly txId: string;
      readonly channel: string;
      readonly args: readonly Uint8Array[];
      readonly creator: { readonly mspid: string; readonly idBytes: Uint8Array };
      readonly chaincode: string;
    },
  ) {}

  getTxID = (): string => this.call.txId;
  getChannelID = (): string => this.call.channel;
  getBufferArgs = (): Buffer[] => this.call.args.map((arg) => Buffer.from(arg));
  getCreator = () => this.call.creator;
  createCompositeKey = (type: string, parts: readonly string[]): string =>
    `\u0000${[type, ...parts, ''].join('\u0000')}`;

  getState = (key: string): Promise<Uint8Array> => {
    const stored = this.world.get(key);
    this.reads.set(key, stored);
    return Promise.resolve(stored?.value ?? new Uint8Array());
  };

  putState = (key: string, value: Uint8Array): Promise<void> => {
    this.writes.set(key, value);
    return Promise.resolve();
  };

  setEvent = (name: string, payload: Uint8Array): void => {
    const event = new peer.ChaincodeEvent();
    event.setChaincodeId(this.call.chaincode);
    event.setTxId(this.call.txId);
    event.setEventName(name);
    event.setPayload(payload);
    this.event = event;
  };

  getStateByRangeWithPagination = (start: string, end: string, size: number) => {
    const from = start === '' ? '\u0001' : start;
    const keys = [...this.world.keys()].filter((key) => key >= from && (end === '' || key < end)).sort();
    const found = keys.slice(0, size).flatMap((key): [string, Stored][] => {
      const stored = this.world.get(key);
      return stored === undefined ? [] : [[key, stored]];
    });
    this.ranged.push(...found);
    const steps = found.map(([key, { value }]) => ({ done: false, value: { key, value } }));
    const next = () => Promise.resolve(steps.shift() ?? { done: true, value: undefined });
    return Promise.resolve({ iterator: { next, close: () => Promise.resolve() } });
  };

  /** Bytes of the TxReadWriteSet, keys sorted as Fabric has them. */
  results(): Uint8Array {
    const set = new kvrwset.KVRWSet();
    set.setReadsList([...this.reads].sort(byKey).map(([key, stored]) => readOf(key, stored)));
    set.setWritesList([...this.writes].sort(byKey).map(([key, value]) => writeOf(key, value)));
    if (this.ranged.length > 0) {
      const raw = new kvrwset.QueryReads();
      raw.setKvReadsList(this.ranged.map(([key, stored]) => readOf(key, stored)));
      const query = new kvrwset.RangeQueryInfo();
      query.setRawReads(raw);
      set.setRangeQueriesInfoList([query]);
    }
    const namespace = new rwset.NsReadWriteSet();
    namespace.setNamespace(this.call.chaincode);
    namespace.setRwset(set.serializeBinary());
    const all = new rwset.TxReadWriteSet();
    all.setNsRwsetList([namespace]);
    return all.serializeBinary();
  }

  events(): Uint8Array {
    return this.event?.serializeBinary() ?? new Uint8Array();
  }
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

function readOf(key: string, stored: Stored | undefined): kvrwset.KVRead {
  const read = new kvrwset.KVRead();
  read.setKey(key);
  if (stored === undefined) return read;
  const version = new kvrwset.Version();
  version.setBlockNum(stored.height);
  version.setTxNum(stored.index);
  read.setVersion(version);
  return read;
}

function writeOf(key: string, value: Uint8Array): kvrwset.KVWrite {
  const write = new kvrwset.KVWrite();
  write.setKey(key);
  write.setValue(value);
  return write;
}
