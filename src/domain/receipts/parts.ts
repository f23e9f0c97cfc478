// The six parts of an exchange record, and the common hash E both sides arrive at (design: receipts).
import { hkdfSync } from 'node:crypto';
import { canonicalBytes, concatBytes, fromB64u, sha256, utf8, type Json } from '../canonical';
import { leafHash, rootOf } from '../merkle';
import type { Answer, Request } from './envelopes';
import { digestOf, readAnswer, readRequest } from './read';

/** In the order of the tree under E. */
export const partNames = ['head', 'template', 'permit', 'parameters', 'answer', 'timing'] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Readonly<Record<PartName, Uint8Array>>;

/** Canonical bytes of each part. Refuses as `readRequest` and `readAnswer`. */
export function partsOf(requestBytes: Uint8Array, answerBytes: Uint8Array): Parts {
  const request = readRequest(requestBytes);
  const answer = readAnswer(answerBytes, requestBytes);
  return everyPart((part) => canonicalBytes(contentOf(part, request, answer, digestOf(requestBytes))));
}

function contentOf(part: PartName, request: Request, answer: Answer, digest: string): Json {
  switch (part) {
    case 'head': {
      const { v, xid, from, to, repository, mode, issuedAt } = request;
      return { v, xid, from, to, repository, mode, issuedAt, request: digest };
    }
    case 'template':
      return { template: answer.template, engine: answer.engine };
    case 'permit':
      return { permit: request.permit, purpose: request.purpose, use: answer.permit };
    case 'parameters':
      return { parameters: request.parameters };
    case 'answer':
      return { status: answer.status, answer: answer.answer, left: answer.left };
    case 'timing':
      return answer.timing;
  }
}

/**
 * The salt of each part: xs = HKDF-SHA256(sS ‖ sR, salt = xid, "dx/v1/xs"), salt_p = HKDF-SHA256(xs, "dx/v1/salt/" + p).
 * Both sides' bytes go in, so neither can fix a salt alone, and opening one part tells nothing of another's (RFC 5869).
 */
export function saltsOf(requestSalt: string, answerSalt: string, xid: string): Parts {
  const joint = concatBytes(fromB64u(requestSalt, 32), fromB64u(answerSalt, 32));
  const xs = hkdf(joint, utf8(xid), 'dx/v1/xs');
  return everyPart((part) => hkdf(xs, new Uint8Array(0), `dx/v1/salt/${part}`));
}

/** c_p = SHA-256( SHA-256("dx/v1/part/" + p) ‖ salt_p ‖ SHA-256(bytes_p) ): 96 bytes in, so nothing can be moved across a border. */
export function commitmentOf(part: PartName, salt: Uint8Array, bytes: Uint8Array): Uint8Array {
  return sha256(sha256(utf8(`dx/v1/part/${part}`)), salt, sha256(bytes));
}

/** Everything needed to open each part of an exchange record. Refuses as `partsOf`. */
export function openingsOf(requestBytes: Uint8Array, answerBytes: Uint8Array): { parts: Parts; salts: Parts } {
  const request = readRequest(requestBytes);
  const parts = partsOf(requestBytes, answerBytes);
  return { parts, salts: saltsOf(request.salt, readAnswer(answerBytes, requestBytes).salt, request.xid) };
}

/** The six commitments of an exchange record. Refuses as `partsOf`. */
export function commitmentsOf(requestBytes: Uint8Array, answerBytes: Uint8Array): Parts {
  const { parts, salts } = openingsOf(requestBytes, answerBytes);
  return everyPart((part) => commitmentOf(part, salts[part], parts[part]));
}

/** E from the six commitments: RFC 9162 Merkle tree hash over them as entries. 32 bytes. */
export function hashOfCommitments(commitments: Parts): Uint8Array {
  return rootOf(partNames.map((part) => leafHash(commitments[part])));
}

/** E of an exchange record, from the bytes as they travelled. 32 bytes. Refuses as `partsOf`. */
export function commonHash(requestBytes: Uint8Array, answerBytes: Uint8Array): Uint8Array {
  return hashOfCommitments(commitmentsOf(requestBytes, answerBytes));
}

/** One value for every part. */
export function everyPart<T>(make: (part: PartName) => T): Readonly<Record<PartName, T>> {
  return Object.fromEntries(partNames.map((part) => [part, make(part)])) as Record<PartName, T>;
}

function hkdf(key: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, purpose, 32));
}
