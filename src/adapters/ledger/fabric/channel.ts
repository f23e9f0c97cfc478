// One channel through one organisation's gateway peer: endorse, submit, and the peer's own record of blocks.
import { status } from '@grpc/grpc-js';
import {
  type ChaincodeEvent,
  type CloseableAsyncIterable,
  type Contract,
  type Gateway,
  GatewayError,
  type Status,
  type Transaction,
} from '@hyperledger/fabric-gateway';
import type { LedgerSigner } from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import { isForeign, isPassing, isUnknown, refusalIn, whyOf } from './errors';
import type { Gateways } from './gateways';
import { type Placed, readBlock, type ReadBlock, readHead } from './messages';
import { type Patience, untilDone } from './patience';

export interface ChannelOptions {
  readonly gateways: Gateways;
  readonly channel: string;
  readonly chaincode: string;
  /** MSP id of the organisation whose peer is asked. */
  readonly home: string;
  /** MSP ids of the other members. */
  readonly others: readonly string[];
  /** Signs what is only read. */
  readonly reader: LedgerSigner;
  readonly patience: Patience;
  /** Milliseconds after which a failing call becomes LEDGER_DOWN. */
  readonly patienceMs: number;
}

export interface EndorseOptions {
  /** MSP ids whose peers are asked; without it the gateway's own plan. */
  readonly organisations?: readonly string[];
  /** For the endorsers alone: part of no transaction. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly patienceMs?: number;
}

/** A refusal heard only from other organisations' peers becomes final after this: until then they may just be behind. */
const LAG_MS = 3_000;
const KEPT_BLOCKS = 32;

const LAG_STEP_MS = 25;

/** gRPC's number for bytes the other side could not read; a plain number, as the gateway's errors carry it. */
const INVALID_ARGUMENT: number = status.INVALID_ARGUMENT;

export class FabricChannel {
  private readonly blocks = new Map<number, Promise<ReadBlock>>();

  constructor(private readonly options: ChannelOptions) {}

  /** Endorses one call; nothing is ordered. A chaincode's refusal is thrown as it is, passing failures are tried anew. */
  endorse(
    signer: LedgerSigner,
    name: string,
    args: readonly string[],
    { organisations, transient, patienceMs = this.options.patienceMs }: EndorseOptions = {},
  ): Promise<Transaction> {
    const proposal = {
      arguments: [...args],
      ...(organisations && { endorsingOrganizations: [...organisations] }),
      ...(transient && { transientData: { ...transient } }),
    };
    const elsewhere = organisations?.includes(this.options.home) === false;
    const contract = this.contractOf(signer);
    const endorse = () => contract.newProposal(name, proposal).endorse();
    const twice = async () => {
      try {
        return await endorse();
      } catch (error) {
        // The home peer's "no" may only be an old state's.
        if (refusalIn(error, this.options.home) === undefined || !(await this.caughtUp())) throw error;
        return endorse();
      }
    };
    return this.patiently(twice, patienceMs, elsewhere);
  }

  /** What the home peer alone says; unsigned, and never ordered. */
  evaluate(signer: LedgerSigner, name: string, args: readonly string[]): Promise<Uint8Array> {
    const proposal = { arguments: [...args] };
    const contract = this.contractOf(signer);
    return this.patiently(() => contract.newProposal(name, proposal).evaluate(), this.options.patienceMs, true);
  }

  private contractOf(signer: LedgerSigner, chaincode = this.options.chaincode): Contract {
    return this.gatewayOf(signer).getNetwork(this.options.channel).getContract(chaincode);
  }

  /**
   * Whether the home peer lacked blocks that another member's peer has, and now has them. Peers get blocks at their own pace:
   * what one organisation's peer has committed, another's may not know for a moment, so "no" there is not the last word.
   */
  async caughtUp(): Promise<boolean> {
    const heights = await Promise.all(this.options.others.map((mspId) => this.heightAt(mspId)));
    const wanted = Math.max(...heights, 0);
    const own = async () => heightIn(await this.query('GetChainInfo'));
    if ((await own()) >= wanted) return false;
    const { now, pause } = this.options.patience;
    const until = now() + LAG_MS;
    while (now() < until && (await own()) < wanted) await pause(LAG_STEP_MS);
    return true;
  }

  /** Blocks an organisation's peer has; 0 when it does not answer at once. */
  private async heightAt(mspId: string): Promise<number> {
    const contract = this.contractOf(this.options.reader, 'qscc');
    const ask = { arguments: [this.options.channel], endorsingOrganizations: [mspId] };
    try {
      return heightIn((await contract.newProposal('GetChainInfo', ask).endorse()).getResult());
    } catch {
      return 0;
    }
  }

  /** Asks the channel's query chaincode on the home peer. Unknown things come back as undefined. */
  query(name: string, ...args: readonly string[]): Promise<Uint8Array | undefined> {
    const contract = this.contractOf(this.options.reader, 'qscc');
    const ask = () =>
      contract.evaluateTransaction(name, this.options.channel, ...args).catch((error: unknown) => {
        if (isUnknown(error)) return undefined;
        throw error;
      });
    return this.patiently(ask, this.options.patienceMs);
  }

  /** `atOnce`: any peer's refusal is final, since no other will be asked. */
  private patiently<T>(work: () => Promise<T>, patienceMs: number, atOnce = false): Promise<T> {
    return untilDone(this.options.patience, work, (error, triedMs) => {
      const refusal = refusalIn(error, this.options.home, atOnce || triedMs > LAG_MS);
      if (refusal !== undefined) throw refusal;
      if (isForeign(error)) refuse('LEDGER_CERTIFICATE_FOREIGN', { why: whyOf(error) });
      if (!isPassing(error)) throw error;
      if (triedMs > patienceMs) refuse('LEDGER_DOWN', { why: whyOf(error) });
    });
  }

  /**
   * Sends the same bytes until their place in the chain is known: an orderer's acknowledgement is not durable, and sending
   * a committed transaction again changes nothing. SmartBFT orderers refuse what they have ordered already ("request already
   * processed"), so a failed submission is looked for before it is sent again. Refuses LEDGER_DOWN when patience ends.
   */
  async deliver(id: string, bytes: Uint8Array): Promise<Placed> {
    const gateway = this.gatewayOf(this.options.reader);
    const send = async () => {
      const sent = await gateway.newTransaction(bytes).submit();
      return this.placedAt(id, await sent.getStatus());
    };
    const sendOrFind = () =>
      send().catch(async (error: unknown) => {
        const placed = error instanceof GatewayError ? await this.findNow(id) : undefined;
        if (placed === undefined) throw error;
        return placed;
      });
    return untilDone(this.options.patience, sendOrFind, (error, triedMs) => {
      if (!(error instanceof GatewayError)) throw error;
      if (error.code === INVALID_ARGUMENT) refuse('LEDGER_BYTES_UNSOUND', { why: whyOf(error) });
      if (triedMs > this.options.patienceMs) refuse('LEDGER_DOWN', { why: whyOf(error) });
    });
  }

  private async placedAt(id: string, { blockNumber }: Status): Promise<Placed> {
    const block = await this.block(Number(blockNumber));
    return first(block, id) ?? (await this.find(id)) ?? refuse('LEDGER_DOWN', { why: 'block without transaction' });
  }

  /** Where a transaction stands, valid or not; undefined when the peer has none of this id. */
  async find(id: string): Promise<Placed | undefined> {
    const bytes = await this.query('GetBlockByTxID', id);
    return bytes && first(readBlock(bytes), id);
  }

  /** One look, for a caller that goes on either way. */
  private findNow(id: string): Promise<Placed | undefined> {
    const asked = this.contractOf(this.options.reader, 'qscc').evaluateTransaction(
      'GetBlockByTxID',
      this.options.channel,
      id,
    );
    return asked.then(
      (bytes) => first(readBlock(bytes), id),
      () => undefined,
    );
  }

  /** A block by number, from the home peer; the newest few are kept. */
  block(height: number): Promise<ReadBlock> {
    const known = this.blocks.get(height);
    if (known !== undefined) return known;
    const asked = this.rawBlock(height).then(readBlock);
    this.blocks.set(height, asked);
    asked.catch(() => this.blocks.delete(height));
    for (const old of [...this.blocks.keys()].slice(0, -KEPT_BLOCKS)) this.blocks.delete(old);
    return asked;
  }

  async rawBlock(height: number): Promise<Uint8Array> {
    return (await this.query('GetBlockByNumber', String(height))) ?? refuse('LEDGER_BROKEN', { height });
  }

  /** Chaincode events from a block on, this block included. */
  events(from: number): Promise<CloseableAsyncIterable<ChaincodeEvent>> {
    const network = this.gatewayOf(this.options.reader).getNetwork(this.options.channel);
    return network.getChaincodeEvents(this.options.chaincode, { startBlock: BigInt(Math.max(from, 0)) });
  }

  pause(ms: number): Promise<void> {
    return this.options.patience.pause(ms);
  }

  gatewayOf(signer: LedgerSigner): Gateway {
    return this.options.gateways.of(signer);
  }

  close(): void {
    this.options.gateways.close();
  }
}

const heightIn = (bytes: Uint8Array | undefined): number => (bytes === undefined ? 0 : readHead(bytes).height + 1);

/** The first occurrence counts: a second one of the same id is a duplicate, whatever its code says. */
const first = (block: ReadBlock, id: string): Placed | undefined => block.transactions.find((one) => one.id === id);
