// From bytes to a checked document, and back: the same two steps for every message of dx/1.
import type { z } from 'zod';
import { canonicalBytes, hex, isObject, readCanonical, sha256, type Json } from '../canonical';
import { Refusal } from '../refusals';
import { Answer, Request, VERSION } from './envelopes';

/** Hex SHA-256 of a message's bytes. Each envelope holds 32 random bytes, so its digest gives nothing away. */
export function digestOf(bytes: Uint8Array): string {
  return hex(sha256(bytes));
}

/** A request from its bytes. Refuses everything of `readCanonical`, VERSION_UNKNOWN, REQUEST_SHAPE. */
export function readRequest(bytes: Uint8Array): Request {
  return shaped(Request, versioned(readCanonical(bytes)), 'REQUEST_SHAPE');
}

/**
 * An answer from its bytes, belonging to this request. Refuses everything of `readCanonical`, VERSION_UNKNOWN, ANSWER_SHAPE,
 * and ANSWER_NOT_OURS when xid, request digest, template or permit are another request's.
 */
export function readAnswer(bytes: Uint8Array, requestBytes: Uint8Array): Answer {
  const request = readRequest(requestBytes);
  const answer = shaped(Answer, versioned(readCanonical(bytes)), 'ANSWER_SHAPE');
  const same =
    answer.xid === request.xid &&
    answer.request === digestOf(requestBytes) &&
    answer.template === request.template &&
    (answer.permit === null || answer.permit.id === request.permit);
  if (!same) throw new Refusal('ANSWER_NOT_OURS', { xid: request.xid });
  return answer;
}

/** Canonical bytes of a document after its schema has agreed; refuses `code` with the path of the first disagreement. */
export function shapedBytes(schema: z.ZodType<Json>, value: unknown, code: string): Uint8Array {
  return canonicalBytes(shaped(schema, value, code));
}

/** The value as the schema types it; refuses `code` with the path of the first disagreement, never the value. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown, code: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Refusal(code, { at: issue?.path.join('.') ?? '', why: issue?.code ?? '' });
}

function versioned(value: Json): Json {
  const version = isObject(value) ? value['v'] : undefined;
  if (version !== VERSION) throw new Refusal('VERSION_UNKNOWN');
  return value;
}
