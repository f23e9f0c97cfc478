// The two ways to a data end: through the exchange, which queues and relays, or straight to it. Same messages, same bytes.
import type { Message } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { BundleSide } from '../../domain/receipts';
import type { Client } from '../../wire';

const STATEMENT = 'dx-signature';

export interface Proof {
  readonly seq: number;
  readonly index: number;
  readonly inclusion: readonly string[];
}

/** Every call may be repeated: the exchange id is the idempotency key. */
export interface Path {
  ask(xid: string, request: Message): Promise<Message>;
  acknowledge(xid: string, ack: string): Promise<string>;
  ownerSide(xid: string, e: string): Promise<BundleSide>;
  giveProof(xid: string, proof: Proof): Promise<void>;
}

export function direct(dataEnd: Client): Path {
  return {
    async ask(_xid, request) {
      return messageIn(await dataEnd.send('/v1/exchanges', posted(request, 90_000)));
    },
    ...rest(dataEnd, (_xid, e) => `/v1/exchanges/proofs/${e}`),
  };
}

/** Through the exchange the answer may take its time: it is asked for again until it is there. */
export function relayed(exchange: Client, patienceMs: number, now: () => number): Path {
  return {
    async ask(xid, request) {
      await exchange.send('/v1/exchanges', posted(request, 30_000));
      for (const end = now() + patienceMs; now() < end;) {
        const response = await exchange.send(`/v1/exchanges/${xid}/answer?wait=20`, { timeoutMs: 40_000 });
        if (response.status === 200) return messageIn(response);
      }
      throw new Refusal('STILL_WAITING', { xid });
    },
    ...rest(exchange, (xid, e) => `/v1/exchanges/${xid}/proof/${e}`),
  };
}

function rest(client: Client, proofPath: (xid: string, e: string) => string): Omit<Path, 'ask'> {
  return {
    acknowledge: async (xid, ack) =>
      (await client.json<{ final: string }>(`/v1/exchanges/${xid}/ack`, { json: { ack } })).final,
    ownerSide: (xid, e) => client.json<BundleSide>(proofPath(xid, e)),
    giveProof: async (xid, proof) => {
      await client.json(`/v1/exchanges/${xid}/proof`, { json: proof });
    },
  };
}

const posted = ({ bytes, statement }: Message, timeoutMs: number) => ({
  bytes,
  headers: { [STATEMENT]: statement },
  timeoutMs,
});

async function messageIn(response: Response): Promise<Message> {
  const statement = response.headers.get(STATEMENT);
  if (statement === null) throw new Refusal('PEER_UNREADABLE', { status: response.status });
  return { bytes: new Uint8Array(await response.arrayBuffer()), statement };
}
