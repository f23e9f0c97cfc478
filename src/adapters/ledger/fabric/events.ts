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
  const told = Told.safeParse(JSON.parse(Buffer.from(event.payload).toString('utf8')));
  if (!told.success) return [];
  const { by, events } = told.data;
  return events.map(({ type, key }) => ({ height, index, type, key, by }));
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
