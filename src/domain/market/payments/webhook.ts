// A payment is recorded once: by a signed webhook or an operator, under the payment's own id.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../refusals';

const TOLERANCE_MS = 300_000;

/** Header `t=<ms>,v1=<hex>`: HMAC-SHA-256 over `<t>.<body>` under the shared secret. */
export function signWebhook(body: Uint8Array, at: number, secret: Uint8Array): string {
  return `t=${String(at)},v1=${mac(body, String(at), secret).toString('hex')}`;
}

/**
 * Returns when the signature is good and at most five minutes old; refuses WEBHOOK_SIGNATURE or WEBHOOK_OLD. Delivered
 * twice is not refused here: the payment's id is the journal entry's id, and the second insert meets the first.
 */
export function needSignedWebhook(header: string, body: Uint8Array, now: number, secret: Uint8Array): void {
  const [, at, hex] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (at === undefined || hex === undefined) throw new Refusal('WEBHOOK_SIGNATURE');
  if (!timingSafeEqual(mac(body, at, secret), Buffer.from(hex, 'hex'))) throw new Refusal('WEBHOOK_SIGNATURE');
  if (Math.abs(now - Number(at)) > TOLERANCE_MS) throw new Refusal('WEBHOOK_OLD');
}

function mac(body: Uint8Array, at: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${at}.`).update(body).digest();
}
