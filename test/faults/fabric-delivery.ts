// What a sender does with the bytes of one signed transaction until the ledger has them: the retry table, for the fault specs.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contract, type Gateway, GatewayError, type Network } from '@hyperledger/fabric-gateway';
import { common, peer } from '@hyperledger/fabric-protos';
import { envelopeIn, readBlock, readEnvelope } from '../../src/adapters/ledger/fabric/messages';

export interface Signed {
  readonly id: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Endorses one write and keeps its bytes; nothing has been sent to be ordered yet. Endorsing is tried anew while it fails. */
export async function sign(contract: Contract, key: string, patienceMs = 20_000): Promise<Signed> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      const transaction = await contract.newProposal('Put', { arguments: [key, `value of ${key}`] }).endorse();
      return { id: transaction.getTransactionId(), key, bytes: transaction.getBytes() };
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

export interface Delivered {
  /** A peer.TxValidationCode; 0 is VALID. */
  readonly code: number;
  readonly block: bigint;
  readonly attempts: number;
}

/**
 * Sends the same bytes until their commit is known. An acknowledgement alone counts for nothing: orderers forget. A failed
 * submission is looked for first: SmartBFT orderers refuse what they have ordered already ("request already processed").
 */
export async function deliver(
  gateway: Gateway,
  signed: Signed,
  statusMs = 2_000,
  patienceMs = 60_000,
): Promise<Delivered> {
  const until = Date.now() + patienceMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      const sent = await gateway.newTransaction(signed.bytes).submit();
      const status = await sent.getStatus({ deadline: Date.now() + statusMs });
      return { code: status.code, block: status.blockNumber, attempts };
    } catch (error) {
      const placed = error instanceof GatewayError ? await placeOf(gateway, signed).catch(() => undefined) : undefined;
      if (placed !== undefined) return { code: placed.code, block: BigInt(placed.height), attempts };
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

async function placeOf(gateway: Gateway, { id, bytes }: Signed) {
  const { channel } = readEnvelope(envelopeIn(bytes), 'aggregora');
  const qscc = gateway.getNetwork(channel).getContract('qscc');
  const block = readBlock(await qscc.evaluateTransaction('GetBlockByTxID', channel, id));
  return block.transactions.find((one) => one.id === id);
}

/** One attempt only: acknowledged by the orderer or not, nothing asked afterwards. */
export const acknowledged = (gateway: Gateway, { bytes }: Signed): Promise<boolean> =>
  gateway
    .newTransaction(bytes)
    .submit()
    .then(() => true)
    .catch(() => false);

/** Every transaction of a channel: id → validation codes in block order, read from the blocks themselves. */
export async function everyTransaction(network: Network): Promise<Map<string, number[]>> {
  const qscc = network.getContract('qscc');
  const chain = common.BlockchainInfo.deserializeBinary(
    await qscc.evaluateTransaction('GetChainInfo', network.getName()),
  );
  const seen = new Map<string, number[]>();
  for (let number = 0; number < chain.getHeight(); number += 1) {
    const block = common.Block.deserializeBinary(
      await qscc.evaluateTransaction('GetBlockByNumber', network.getName(), String(number)),
    );
    const codes =
      block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array();
    for (const [at, bytes] of (block.getData()?.getDataList_asU8() ?? []).entries()) {
      const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
      const header = common.ChannelHeader.deserializeBinary(
        payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
      );
      seen.set(header.getTxId(), [...(seen.get(header.getTxId()) ?? []), codes[at] ?? -1]);
    }
  }
  return seen;
}

/** How often each of these is VALID on the ledger; all ones means nothing lost and nothing twice. */
export async function timesValid(network: Network, sent: readonly Signed[]): Promise<number[]> {
  const all = await everyTransaction(network);
  return sent.map(({ id }) => (all.get(id) ?? []).filter((code) => code === peer.TxValidationCode.VALID).length);
}

export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${String(at)}`);
