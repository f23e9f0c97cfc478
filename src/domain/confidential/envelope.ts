// HPKE envelopes (RFC 9180, base mode, DHKEM(P-256), HKDF-SHA256, AES-256-GCM): one receiver, bound to its header.
import type { webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { b64u, canonicalBytes, concatBytes, fromB64u, hex, sha256, utf8, type Json } from '../canonical';
import { Refusal } from '../refusals';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const INFO = utf8('aggregora/envelope/1');
const ENCAPSULATED = 65;

export interface EnvelopeKeys {
  /** 65 bytes, uncompressed point. */
  readonly publicKey: Uint8Array;
  readonly privateKey: webcrypto.CryptoKey;
}

/** Keys of 32 or more random bytes, by RFC 9180's DeriveKeyPair: keep the bytes and the keys come back. */
export async function envelopeKeys(seed: Uint8Array): Promise<EnvelopeKeys> {
  const pair = await suite.kem.deriveKeyPair(bufferOf(seed));
  return { publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)), privateKey: pair.privateKey };
}

/** Encapsulated key ‖ ciphertext: 81 bytes more than the content. `header` is authenticated, not carried. */
export async function seal(
  receiver: Uint8Array,
  header: Json,
  content: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Promise<Uint8Array> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bufferOf(receiver)).catch(() => {
    throw new Refusal('ENVELOPE_BROKEN');
  });
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: bufferOf(INFO),
    ekm: bufferOf(random(32)),
  });
  const sealed = await sender.seal(bufferOf(content), bufferOf(canonicalBytes(header)));
  return concatBytes(new Uint8Array(sender.enc), new Uint8Array(sealed));
}

/** The content; refuses ENVELOPE_BROKEN for any other receiver, header or byte. */
export async function open(keys: EnvelopeKeys, header: Json, envelope: Uint8Array): Promise<Uint8Array> {
  if (envelope.length < ENCAPSULATED + 16) throw new Refusal('ENVELOPE_BROKEN', { bytes: envelope.length });
  try {
    const enc = bufferOf(envelope.subarray(0, ENCAPSULATED));
    const receiver = await suite.createRecipientContext({ recipientKey: keys.privateKey, enc, info: bufferOf(INFO) });
    return new Uint8Array(
      await receiver.open(bufferOf(envelope.subarray(ENCAPSULATED)), bufferOf(canonicalBytes(header))),
    );
  } catch {
    throw new Refusal('ENVELOPE_BROKEN', { bytes: envelope.length });
  }
}

/** base64url of SHA-256 of the raw public key: how a registry names it. */
export const keyThumbprint = (publicKey: Uint8Array): string => b64u(sha256(publicKey));
export const envelopeHash = (envelope: Uint8Array): string => hex(sha256(envelope));
export const readKey = (text: string): Uint8Array => fromB64u(text, ENCAPSULATED);

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
