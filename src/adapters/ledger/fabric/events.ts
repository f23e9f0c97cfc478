// The ledger's events out of a block: valid transactions of our chaincode, in order, each with its place.
import { z } from 'zod';
import type { LedgerEvent } from '../../../domain/ledger/port';
import { type Placed, readEnvelope, type ReadBlock } from './messages';

const Told = z.object({ by: z.string(), events: z.array(z.object({ type: z.string(), key: z.string() })) });

export function eventsIn({ transactions }: ReadBlock, chaincode: string): readonly LedgerEvent[] {
  return transactions.filter(({ code }) => code === 0).flatMap((placed) => eventsOf(placed, chaincode));
}

function eventsOf({ envelope, height, index }: Placed, chaincode: string): LedgerEvent[] {
  const event = eventIn(envelope, chaincode);
  if (event === undefined) return [];
  return toldIn(event.payload).map((told) => ({ height, index, ...told }));
}

/** The events one chaincode event carries; none when its payload is not ours. */
export function toldIn(payload: Uint8Array): readonly Omit<LedgerEvent, 'height' | 'index'>[] {
  try {
    const { by, events } = Told.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return events.map(({ type, key }) => ({ type, key, by }));
  } catch {
    return [];
  }
}

/** Undefined for configuration and lifecycle transactions. */
function eventIn(envelope: Placed['envelope'], chaincode: string) {
  try {
    const { args, event } = readEnvelope(envelope, chaincode);
    return args[0] === 'ledger:Say' ? event : undefined;
  } catch {
    return undefined;
  }
}
