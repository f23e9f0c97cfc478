// The operator's keys at start: its keyring, the keys that sign tokens, and the sentence that founds the ledger.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JWK } from 'jose';
import { b64u } from '../domain/canonical';
import type { Keyring } from '../wire';
import type { Founding } from '../adapters/ledger/embedded';
import type { ExchangeSettings } from './settings';

export interface TokenSecrets {
  readonly signingKeys: readonly JWK[];
  readonly cookieSecret: string;
}

/** Kept beside the operator's key file, made on the first start. */
export function tokenSecrets(keyFile: string): TokenSecrets {
  const file = join(dirname(keyFile), 'token-signing.json');
  if (!existsSync(file)) {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const signingKeys = [{ ...jwk, alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }];
    writeFileSync(file, JSON.stringify({ signingKeys, cookieSecret: b64u(randomBytes(32)) }), {
      mode: 0o600,
      flag: 'wx',
    });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as TokenSecrets;
}

export const foundingOf = (keys: Keyring, settings: ExchangeSettings): Founding => ({
  type: 'RegisterParticipant',
  participant: keys.participant,
  name: { en: settings.OPERATOR_NAME_EN, zh: settings.OPERATOR_NAME_ZH },
  roles: ['operator'],
  organisation: keys.participant,
  certificates: [
    { use: 'receipt', der: b64u(keys.receipt.certificate) },
    { use: 'ledger', der: b64u(keys.ledger.certificate) },
  ],
});
