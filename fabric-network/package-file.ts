// A chaincode package made here byte for byte, so that its id is known before any peer installs it.
import { createHash } from 'node:crypto';
import { crc32 } from './crc32';

export interface PackageEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How a peer reaches the running chaincode; PEM texts when the hop is mutual TLS. */
export interface Connection {
  readonly address: string;
  readonly tls?: { readonly clientKey: string; readonly clientCertificate: string; readonly rootCertificate: string };
}

/** POSIX ustar of plain files: fixed times, owners and modes, so the same entries give the same bytes everywhere. */
export function tar(entries: readonly PackageEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, bytes }) => [
    header(name, bytes.length),
    bytes,
    Buffer.alloc(-bytes.length & 511),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`tar: name too long: ${name}`);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(`${octal(0o644, 8)}${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(0, 12)}`, 100);
  block.write('        0', 148); // checksum counts as spaces while it is computed; '0' = plain file
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** RFC 1952 with stored blocks (RFC 1951 §3.2.4): no compressor, so no compressor's version changes the bytes. */
export function gzipStored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let from = 0; from < bytes.length || from === 0; from += 65_535) {
    const part = bytes.subarray(from, from + 65_535);
    const head = Buffer.alloc(5);
    head.writeUInt8(from + 65_535 >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    parts.push(head, part);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, tail]);
}

const file = (name: string, value: unknown): PackageEntry => ({ name, bytes: Buffer.from(JSON.stringify(value)) });

/** The package a peer installs: metadata.json and code.tar.gz with connection.json (chaincode as a service). */
export function chaincodePackage(label: string, connection: Connection): Uint8Array {
  const { address, tls } = connection;
  const body = {
    address,
    dial_timeout: '10s',
    tls_required: tls !== undefined,
    ...(tls && {
      client_auth_required: true,
      client_key: tls.clientKey,
      client_cert: tls.clientCertificate,
      root_cert: tls.rootCertificate,
    }),
  };
  const code = gzipStored(tar([file('connection.json', body)]));
  return gzipStored(tar([file('metadata.json', { type: 'ccaas', label }), { name: 'code.tar.gz', bytes: code }]));
}

/** `label:sha256(package)`, which is exactly what `peer lifecycle chaincode install` will answer. */
export const packageId = (label: string, bytes: Uint8Array): string =>
  `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
