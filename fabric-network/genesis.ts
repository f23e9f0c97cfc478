// The header hash of a block, the one number an auditor holds about a channel.
import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';

const tlv = (tag: number, body: Uint8Array): Buffer => Buffer.concat([Buffer.from([tag, body.length]), body]);

/** Minimal two's-complement INTEGER of a block number. */
function derInteger(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return tlv(2, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Hex SHA-256 over DER SEQUENCE { number, previous_hash, data_hash }: the next block's previous_hash. */
export function headerHash(block: Uint8Array): string {
  const header = common.Block.deserializeBinary(block).getHeader();
  if (header === undefined) throw new Error('a block without a header');
  const body = [
    derInteger(header.getNumber()),
    tlv(4, header.getPreviousHash_asU8()),
    tlv(4, header.getDataHash_asU8()),
  ];
  return createHash('sha256')
    .update(tlv(0x30, Buffer.concat(body)))
    .digest('hex');
}
