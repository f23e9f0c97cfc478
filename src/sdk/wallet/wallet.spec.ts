// A wallet's keys are what the ledger registers: certificates that verify, each key for one purpose, one signature each.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf, signJws, verifyJws } from '../../domain/identity';
import { openKeyring, readKeyring } from '../../wire';
import { makeKeys, saveKeys } from './wallet';

const NOW = Date.UTC(2026, 6, 1);

test('both certificates verify under their own keys, name participant and purpose, and last two years', async () => {
  const keys = openKeyring(await makeKeys('a-city', NOW));
  for (const [use, { certificate, privateKey }] of Object.entries({ receipt: keys.receipt, ledger: keys.ledger })) {
    const read = new X509Certificate(certificate);
    expect(read.verify(createPublicKey(privateKey))).toBe(true);
    expect(read.checkPrivateKey(privateKey)).toBe(true);
    expect(read.subject.split('\n').sort()).toEqual([`CN=a-city ${use}`, 'O=a-city']);
    expect(Date.parse(read.validTo)).toBe(Date.UTC(2028, 6, 1));
    expect(publicKeyOf(certificate).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  }
});

test('three keys are three keys, and what one signs no other certificate verifies', async () => {
  const keys = openKeyring(await makeKeys('a-city', NOW));
  const publics = [keys.receipt.privateKey, keys.ledger.privateKey, keys.token].map(
    (key) => createPublicKey(key).export({ format: 'jwk' }).x,
  );
  expect(new Set(publics).size).toBe(3);
  const jws = signJws('dx-test+jws', { a: 1 }, keys.receipt);
  expect(verifyJws(jws, 'dx-test+jws', keys.receipt.certificate)).toEqual({ a: 1 });
  expect(() => verifyJws(jws, 'dx-test+jws', keys.ledger.certificate)).toThrow();
});

test('a key file reads back alike, is for its owner alone, and is never overwritten', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-wallet-'));
  try {
    const file = join(folder, 'keys', 'a-city.json');
    const made = await makeKeys('a-city', NOW);
    saveKeys(file, made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readKeyring(file).receipt.certificate).toEqual(openKeyring(made).receipt.certificate);
    expect(() => saveKeys(file, made)).toThrow('EEXIST');
    expect(() => readKeyring(join(folder, 'nothing.json'))).toThrow('KEYRING_UNREADABLE');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
