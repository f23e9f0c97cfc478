// A document with the signature of the party it speaks for; keys stay with callers.
import { canonicalBytes, concatBytes, utf8, type Json } from '../canonical';

export interface Signed<T> {
  readonly document: T;
  /** The participant who signs. */
  readonly by: string;
  readonly signature: string;
}

/** Signs bytes as one participant; receipts' ES256 or any other scheme. */
export type Sign = (bytes: Uint8Array) => string;
/** True when the signature over the bytes is that of the participant's registered key. */
export type Verify = (by: string, bytes: Uint8Array, signature: string) => boolean;

/** Tag and canonical bytes: a signature for one kind of document says nothing about another. */
export const signingBytes = (tag: string, document: unknown): Uint8Array =>
  concatBytes(utf8(`${tag}\0`), canonicalBytes(document as Json));

export const signDocument = <T>(tag: string, document: T, by: string, sign: Sign): Signed<T> => ({
  document,
  by,
  signature: sign(signingBytes(tag, document)),
});

export const signatureHolds = (tag: string, signed: Signed<unknown>, verify: Verify): boolean =>
  verify(signed.by, signingBytes(tag, signed.document), signed.signature);
