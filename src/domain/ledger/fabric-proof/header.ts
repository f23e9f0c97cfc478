// A Fabric block's header: the bytes that are hashed, and what they commit to.
import { concatBytes, hex, sha256 } from '../../canonical';

export interface BlockHeader {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

const tlv = (tag: number, body: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(tag, body.length), body);

/** Minimal two's-complement INTEGER (X.690 §8.3). */
function integer(value: number): Uint8Array {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return tlv(2, (bytes[0] ?? 0) > 0x7f ? concatBytes(new Uint8Array(1), bytes) : bytes);
}

/** DER SEQUENCE { number, previous_hash, data_hash }: what orderers sign, at most 127 bytes of content. */
export function headerDer({ number, previousHash, dataHash }: BlockHeader): Uint8Array {
  return tlv(0x30, concatBytes(integer(number), tlv(4, previousHash), tlv(4, dataHash)));
}

/** Hex SHA-256 of the header; the next block names it. */
export const headerHashOf = (header: BlockHeader): string => hex(sha256(headerDer(header)));
