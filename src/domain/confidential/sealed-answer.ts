// One repository's safe answer, sealed to the searcher's registered key: whoever relays it carries what it cannot read.
import { z } from 'zod';
import { b64u, canonicalBytes, fromB64u, isObject, readCanonical, utf8, type Json } from '../canonical';
import type { Request } from '../receipts';
import { Refusal } from '../refusals';
import { open, readKey, seal, type EnvelopeKeys } from './envelope';

const SCHEMA = 'aggregora/sealed-answer/1';

/** What stands in the parameters of a request whose answer is to be sealed. */
const SealedRequest = z.strictObject({
  schema: z.literal('aggregora/sealed-request/1'),
  /** The searcher's HPKE key; its hash is on the ledger. */
  key: z.string().length(87),
  parameters: z.record(
    z.string(),
    z.custom<Json>((value) => value !== undefined),
  ),
});
export type SealedRequest = z.infer<typeof SealedRequest>;

/** Undefined for requests in the clear, and for parts of confidential questions. */
export function sealedRequestIn(request: Request): SealedRequest | undefined {
  if (request.mode !== 'sealed') return undefined;
  try {
    return SealedRequest.parse(readCanonical(utf8(request.parameters)));
  } catch {
    return undefined;
  }
}

/** Bound to its request: moved to another one, it does not open. */
const header = ({ xid, from, to, repository, template }: Request): Json => ({
  schema: SCHEMA,
  xid,
  from,
  to,
  repository,
  template,
});

/** What an answer says instead of its body. Refuses ENVELOPE_BROKEN for a key that is none. */
export async function sealAnswer(
  request: Request,
  key: string,
  body: Json,
  random: (bytes: number) => Uint8Array,
): Promise<Json> {
  const envelope = await seal(readKey(key), header(request), canonicalBytes(body), random);
  return { schema: SCHEMA, envelope: b64u(envelope) };
}

export const isSealedAnswer = (answer: Json | null): boolean => isObject(answer) && answer['schema'] === SCHEMA;

/** The body, by the searcher. Refuses ENVELOPE_BROKEN. */
export async function openSealedAnswer(request: Request, answer: Json, keys: EnvelopeKeys): Promise<Json> {
  const envelope = isObject(answer) ? answer['envelope'] : undefined;
  if (typeof envelope !== 'string') throw new Refusal('ENVELOPE_BROKEN', { xid: request.xid });
  return readCanonical(await open(keys, header(request), fromB64u(envelope)));
}
