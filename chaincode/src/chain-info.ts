// One number out of common.BlockchainInfo, without a protobuf library: field 1, a varint.

/** Number of blocks; 0 when the field is absent, as protobuf has it. */
export function chainHeightIn(payload: Uint8Array): number {
  if (payload[0] !== 0x08) return 0;
  let height = 0;
  for (let at = 1, factor = 1; at < payload.length; at += 1, factor *= 128) {
    const byte = payload[at] ?? 0;
    height += (byte & 0x7f) * factor;
    if (byte < 0x80) return height;
  }
  return height;
}
