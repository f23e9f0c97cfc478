// Keys and certificates of the stand-in's organisations, laid out as cryptogen does, so that the launcher's `issue` works on them.
import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { Folder, writeWhole } from '../../../fabric-network/folder';
import { mspIdOf } from '../../../fabric-network/shape';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dates = () => ({ notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3600_000) });

interface Pair {
  readonly pem: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function pair(): Promise<Pair> {
  const made = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = made.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const pkcs8 = made.privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = made.publicKey.export({ format: 'der', type: 'spki' });
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']);
  return { pem, keys: { privateKey, publicKey } };
}

async function root(name: string, keys: webcrypto.CryptoKeyPair): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.createSelfSigned({
    ...dates(),
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

interface Leaf {
  readonly certificate: string;
  readonly key: string;
}

async function leaf(subject: x509.JsonName, ca: x509.X509Certificate, signingKey: webcrypto.CryptoKey): Promise<Leaf> {
  const own = await pair();
  const certificate = await x509.X509CertificateGenerator.create({
    ...dates(),
    subject,
    issuer: ca.subjectName,
    publicKey: own.keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: own.pem };
}

/** One organisation of the stand-in: its root as PEM, and its peer's identity. */
export interface Member {
  readonly name: string;
  readonly mspId: string;
  readonly root: string;
  readonly peer: { readonly certificate: string; readonly key: KeyObject };
}

export async function makeMember(folder: Folder, name: string): Promise<Member> {
  const ca = await pair();
  const certificate = await root(`O=${name}.example, CN=ca.${name}.example`, ca.keys);
  const pem = `${certificate.toString('pem')}\n`;
  writeWhole(folder.organisation(name, 'ca', `ca.${name}.example-cert.pem`), pem);
  writeWhole(folder.organisation(name, 'ca', 'priv_sk'), ca.pem, 0o600);
  const subject = [{ O: [name] }, { OU: ['peer'] }, { CN: [`peer.${name}.example`] }];
  const peer = await leaf(subject, certificate, ca.keys.privateKey);
  const identity = { certificate: peer.certificate, key: createPrivateKey(peer.key) };
  return { name, mspId: mspIdOf(name), root: pem, peer: identity };
}

/** TLS of the stand-in's one endpoint; the root is written where a profile can name it. */
export async function makeTls(folder: Folder): Promise<Leaf & { readonly rootFile: string }> {
  const ca = await pair();
  const certificate = await root('CN=tlsca.stand-in', ca.keys);
  const rootFile = folder.at('tls-root.pem');
  writeWhole(rootFile, `${certificate.toString('pem')}\n`);
  return { ...(await leaf([{ CN: ['localhost'] }], certificate, ca.keys.privateKey)), rootFile };
}

export const isIssuedBy = (certificate: X509Certificate, rootPem: string): boolean => {
  const authority = new X509Certificate(rootPem);
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
};
