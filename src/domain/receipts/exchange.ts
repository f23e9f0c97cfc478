// The four messages of dx/1 as pure functions: each makes or opens one message, and nothing here sends or stores.
import { hex } from '../canonical';
import type { Key } from '../identity';
import { Refusal } from '../refusals';
import { Answer, Request, VERSION } from './envelopes';
import { commonHash } from './parts';
import { digestOf, readAnswer, readRequest, shapedBytes } from './read';
import { ANCHOR_WITHIN_MS, mustBeSoon, mustSay, readStatement, SKEW_MS, state, type Verdict } from './statements';

/** A message as it travels: the envelope's exact bytes, and the compact JWS over their digest. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly statement: string;
}

/** `Omit` that keeps the branches of a union apart. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type RequestFields = Without<Request, 'v'>;
export type AnswerFields = Without<Answer, 'v' | 'xid' | 'request' | 'template'>;

/** M1. Refuses REQUEST_SHAPE and everything of `canonicalBytes`. Salt: 32 fresh random bytes, base64url. */
export function makeRequest(fields: RequestFields, key: Key): Message {
  const bytes = shapedBytes(Request, { ...fields, v: VERSION }, 'REQUEST_SHAPE');
  return { bytes, statement: state('request', requestStatement(bytes), key) };
}

/**
 * M1 as the data end takes it in. Refuses as `readRequest`, JWS_*, STATEMENT_*; REQUEST_STALE when the searcher's clock and
 * `now` (milliseconds) are more than 120 s apart. Whether certificate and `from` belong together is the caller's to ask.
 */
export function openRequest(message: Message, certificateDer: Uint8Array, now: number): Request {
  const request = readRequest(message.bytes);
  mustSay(readStatement('request', message.statement, certificateDer), requestStatement(message.bytes));
  if (Math.abs(now - request.issuedAt) > SKEW_MS) throw new Refusal('REQUEST_STALE', { xid: request.xid });
  return request;
}

/** M2. Refuses ANSWER_SHAPE, ANSWER_NOT_OURS and everything of `canonicalBytes`. `e` is the common hash, 32 bytes. */
export function makeAnswer(
  fields: AnswerFields,
  requestBytes: Uint8Array,
  key: Key,
): Message & { readonly e: Uint8Array } {
  const { xid, template } = readRequest(requestBytes);
  const answer = { ...fields, v: VERSION, xid, template, request: digestOf(requestBytes) };
  const bytes = shapedBytes(Answer, answer, 'ANSWER_SHAPE');
  const e = commonHash(requestBytes, bytes);
  const statement = { xid, E: hex(e), digest: digestOf(bytes), request: digestOf(requestBytes) };
  return { bytes, e, statement: state('answer', statement, key) };
}

/** An answer as the searcher sees it: E from the bytes it received, and whether the data end signed the same. */
export interface Opened {
  readonly answer: Answer;
  readonly e: Uint8Array;
  readonly verdict: Verdict;
}

/** M2 as the searcher takes it in. Refuses as `readAnswer`, JWS_*, STATEMENT_*. A different E is a verdict, not a refusal. */
export function openAnswer(message: Message, requestBytes: Uint8Array, certificateDer: Uint8Array): Opened {
  const answer = readAnswer(message.bytes, requestBytes);
  const said = readStatement('answer', message.statement, certificateDer);
  mustSay(said, { xid: answer.xid, digest: digestOf(message.bytes), request: answer.request });
  const e = commonHash(requestBytes, message.bytes);
  return { answer, e, verdict: said.E === hex(e) ? 'MATCH' : 'MISMATCH' };
}

/** M3: the searcher's E, its verdict, and its promise to anchor within 300 s of `now` (milliseconds). */
export function acknowledge(opened: Opened, answerBytes: Uint8Array, now: number, key: Key): string {
  const { answer, e, verdict } = opened;
  const promise = { 'anchor-by': now + ANCHOR_WITHIN_MS };
  return state('ack', { xid: answer.xid, E: hex(e), verdict, answer: digestOf(answerBytes), ...promise }, key);
}

/**
 * M3 as the data end takes it in: the verdict. MATCH only for its own E; an honest MISMATCH names another.
 * Refuses JWS_*, STATEMENT_*, PROMISE_TOO_LATE, and ACK_CONTRADICTS when verdict and E disagree.
 */
export function openAck(ack: string, own: OwnRecord, certificateDer: Uint8Array, now: number): Verdict {
  const said = readStatement('ack', ack, certificateDer);
  mustSay(said, { xid: own.xid, answer: own.answerDigest });
  mustBeSoon(said['anchor-by'], now);
  if ((said.E === hex(own.e)) !== (said.verdict === 'MATCH')) throw new Refusal('ACK_CONTRADICTS', { xid: own.xid });
  return said.verdict;
}

/** What a side keeps of an exchange record to check the other's later statements. */
export interface OwnRecord {
  readonly xid: string;
  readonly e: Uint8Array;
  /** Hex SHA-256 of the answer's bytes. */
  readonly answerDigest: string;
}

/** M4: the data end's promise to anchor the same E within 300 s of `now` (milliseconds). */
export function promise(own: Pick<OwnRecord, 'xid' | 'e'>, now: number, key: Key): string {
  return state('final', { xid: own.xid, E: hex(own.e), 'anchor-by': now + ANCHOR_WITHIN_MS }, key);
}

/** M4 as the searcher takes it in: the instant (milliseconds) by which the data end will have anchored. Refuses JWS_*, STATEMENT_*, PROMISE_TOO_LATE. */
export function openPromise(
  final: string,
  own: Pick<OwnRecord, 'xid' | 'e'>,
  certificateDer: Uint8Array,
  now: number,
): number {
  const said = readStatement('final', final, certificateDer);
  mustSay(said, { xid: own.xid, E: hex(own.e) });
  mustBeSoon(said['anchor-by'], now);
  return said['anchor-by'];
}

function requestStatement(bytes: Uint8Array) {
  const { xid, from, to, template, permit } = readRequest(bytes);
  return { xid, iss: from, aud: to, digest: digestOf(bytes), template, permit };
}
