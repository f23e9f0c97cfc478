import 'reflect-metadata';
import { X509Certificate, generateKeyPairSync, webcrypto } from 'node:crypto';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { chaincodeTls, enrol, issue } from './certificates';
import { Folder } from './folder';

const now = Date.UTC(2026, 0, 1);
const owner = { role: 'owner', use: 'ledger' } as const;

// The part of cryptogen's folder that signing needs: an organisation's CA certificate and key.
async function folderWithCa(): Promise<Folder> {
  const folder = new Folder(mkdtempSync(join(tmpdir(), 'ca-')));
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      'pkcs8',
      pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
      algorithm,
      true,
      ['sign'],
    ),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      pair.publicKey.export({ format: 'der', type: 'spki' }),
      algorithm,
      true,
      ['verify'],
    ),
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'O=org1.example, CN=ca.org1.example',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now),
    notAfter: new Date(now * 2),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  mkdirSync(folder.organisation('org1', 'ca'), { recursive: true });
  writeFileSync(folder.organisation('org1', 'ca', 'ca.org1.example-cert.pem'), ca.toString('pem'));
  writeFileSync(folder.organisation('org1', 'ca', 'priv_sk'), pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return folder;
}

test('a certificate carries role and use where chaincode looks for them, as raw JSON', async () => {
  const folder = await folderWithCa();
  const identity = await enrol(folder, 'org1', 'city-transport', owner, now);
  const extension = new x509.X509Certificate(identity.certificate).getExtension('1.2.3.4.5.6.7.8.1');
  expect(Buffer.from(extension?.value ?? new ArrayBuffer(0)).toString()).toBe(
    '{"attrs":{"role":"owner","use":"ledger"}}',
  );
  expect(identity.mspId).toBe('Org1MSP');
});

test('it is signed by the organisation, says client, and is no CA', async () => {
  const folder = await folderWithCa();
  const certificate = new X509Certificate((await enrol(folder, 'org1', 'city', owner, now)).certificate);
  const { readFileSync } = await import('node:fs');
  const ca = new X509Certificate(readFileSync(folder.organisation('org1', 'ca', 'ca.org1.example-cert.pem')));
  expect(certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.checkIssued(ca)).toBe(true);
  expect(certificate.subject).toContain('OU=client');
  expect(certificate.ca).toBe(false);
});

test('the same question gives the same identity; another role or a past end gives a new one', async () => {
  const folder = await folderWithCa();
  const first = await enrol(folder, 'org1', 'city', owner, now);
  expect(await enrol(folder, 'org1', 'city', owner, now + 1_000)).toEqual(first);
  expect((await enrol(folder, 'org1', 'city', { role: 'auditor', use: 'ledger' }, now)).certificate).not.toBe(
    first.certificate,
  );
  const second = await enrol(folder, 'org1', 'city', owner, now);
  expect((await enrol(folder, 'org1', 'city', owner, now + 400 * 86_400_000)).certificate).not.toBe(second.certificate);
});

test('keys are readable by their owner alone', async () => {
  const folder = await folderWithCa();
  const { folder: path } = await issue(folder, {
    organisation: 'org1',
    participant: 'city',
    attributes: owner,
    notBefore: now,
    notAfter: now + 1_000,
  });
  expect(statSync(join(path, 'key.pem')).mode & 0o777).toBe(0o600);
});

test('the hop to chaincode has a CA of its own for both ends', async () => {
  const tls = await chaincodeTls(now);
  const ca = new X509Certificate(tls.ca);
  for (const pem of [tls.serverCertificate, tls.clientCertificate])
    expect(new X509Certificate(pem).verify(ca.publicKey)).toBe(true);
  expect(new X509Certificate(tls.serverCertificate).checkIP('127.0.0.1')).toBe('127.0.0.1');
});
