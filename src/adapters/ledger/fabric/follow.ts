// The ledger's events as they happen, each once: a stream that breaks is taken up where it stopped, and repeats are dropped.
import type { ChaincodeEvent, CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import type { LedgerEvent } from '../../../domain/ledger/port';
import type { FabricChannel } from './channel';
import { toldIn } from './events';
import type { Version } from './messages';

const REOPEN_MS = 200;

/**
 * Events after the place given (exclusive), in order, until `signal` aborts. The caller's checkpoint is the place of the last
 * event it has dealt with; one transaction's events share a place and come together.
 */
export async function* follow(
  channel: FabricChannel,
  after: Version,
  signal: AbortSignal,
): AsyncGenerator<LedgerEvent> {
  let last = after;
  for (;;) {
    for await (const [place, events] of opened(channel, last.height, signal)) {
      if (!isAfter(place, last)) continue;
      yield* events.map((event) => ({ ...place, ...event }));
      last = place;
    }
    if (signal.aborted) return;
    await channel.pause(REOPEN_MS);
  }
}

const isAfter = (a: Version, b: Version): boolean =>
  a.height > b.height || (a.height === b.height && a.index > b.index);

type Told = Omit<LedgerEvent, 'height' | 'index'>;

/** One stream until it breaks or is aborted. What broke it is no news: the next stream says what was missed. */
async function* opened(
  channel: FabricChannel,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<readonly [Version, readonly Told[]]> {
  let stream: CloseableAsyncIterable<ChaincodeEvent> | undefined;
  const end = (): void => stream?.close();
  signal.addEventListener('abort', end);
  try {
    stream = await channel.events(from);
    for await (const { blockNumber, transactionId, payload } of stream) {
      const block = await channel.block(Number(blockNumber));
      const placed = block.transactions.find(({ id }) => id === transactionId);
      if (placed !== undefined) yield [{ height: placed.height, index: placed.index }, toldIn(payload)];
    }
  } catch {
    return;
  } finally {
    signal.removeEventListener('abort', end);
    stream?.close();
  }
}
