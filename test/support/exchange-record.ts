// One good exchange record from request to promise; tests change what they care about.
import { b64u, sha256, utf8, contentId } from '../../src/domain/canonical';
import type { Key } from '../../src/domain/identity';
import {
  acknowledge,
  digestOf,
  makeAnswer,
  makeRequest,
  openAck,
  openAnswer,
  openPromise,
  openRequest,
  promise,
  type AnswerFields,
  type RequestFields,
} from '../../src/domain/receipts';

export const NOW = 1_790_000_000_000;
export const template = contentId('aggregora/template/1', { name: 'test' });

/** 32 bytes that look random and never change. */
export const salt = (seed: string): string => b64u(sha256(utf8(seed)));

export const requestFields = {
  xid: '0190f5fe-7c00-7a00-8000-0123456789ab',
  from: 'city-health',
  to: 'statistics',
  repository: 'wages-1985',
  template,
  permit: 'permit-1',
  purpose: 'research',
  mode: 'clear' as const,
  parameters: { minAge: 30, sex: 'Female' },
  salt: salt('searcher'),
  issuedAt: NOW,
} satisfies RequestFields;

export const answerFields = {
  status: 'ANSWERED' as const,
  engine: 'aggregora 0.1.0',
  permit: { id: 'permit-1', version: 1, decision: 'decision-1', height: 5 },
  answer: { cells: [{ key: ['12'], people: 40 }] },
  left: { rho: '9/10' },
  timing: { receivedAt: NOW + 10, answeredAt: NOW + 250 },
  salt: salt('owner'),
} satisfies AnswerFields;

export interface Sides {
  readonly searcher: Key;
  readonly owner: Key;
}

/** The four messages as both sides would make and check them. */
export function runExchange(sides: Sides, request: RequestFields = requestFields, answer: AnswerFields = answerFields) {
  const m1 = makeRequest(request, sides.searcher);
  openRequest(m1, sides.searcher.certificate, NOW + 10);
  const m2 = makeAnswer(answer, m1.bytes, sides.owner);
  const opened = openAnswer(m2, m1.bytes, sides.owner.certificate);
  const ack = acknowledge(opened, m2.bytes, NOW + 300, sides.searcher);
  const own = { xid: request.xid, e: m2.e, answerDigest: digestOf(m2.bytes) };
  const verdict = openAck(ack, own, sides.searcher.certificate, NOW + 310);
  const final = promise(own, NOW + 320, sides.owner);
  const anchorBy = openPromise(final, own, sides.owner.certificate, NOW + 330);
  return { m1, m2, opened, ack, own, verdict, final, anchorBy };
}
