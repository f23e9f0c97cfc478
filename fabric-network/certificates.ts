// Certificates without a CA server: signed here with the keys cryptogen left, with the attributes chaincode reads.
import 'reflect-metadata';
import { X509Certificate, createPrivateKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import { Folder, readText, writeWhole } from './folder';
import { mspIdOf } from './shape';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** What chaincode may ask of a certificate; `use` keeps a receipt key from signing ledger transactions. */
export interface Attributes {
  readonly role: string;
  readonly use: 'ledger' | 'receipt';
}

/** One identity, PEM texts, and the folder they are kept in (cert.pem, key.pem, both 0600). */
export interface Identity {
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly folder: string;
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

// Fabric CA puts attributes here, as raw JSON, not wrapped in a DER string; fabric's cid library reads the same.
const attributesOid = '1.2.3.4.5.6.7.8.1';
const yearMs = 365 * 24 * 3600 * 1000;

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
}

async function newKey(): Promise<{ pem: string; privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const publicKey = await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']);
  return { pem, privateKey: await importKey(pem), publicKey };
}

async function issuerOf(folder: Folder, organisation: string): Promise<Issuer> {
  const ca = folder.organisation(organisation, 'ca');
  const certificate = new x509.X509Certificate(readFileSync(`${ca}/ca.${organisation}.example-cert.pem`, 'utf8'));
  return { certificate, key: await importKey(readFileSync(`${ca}/priv_sk`, 'utf8')) };
}

const serial = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .replace(/^./, '1');

export interface Enrolment {
  readonly organisation: string;
  /** Participant id; becomes the common name. */
  readonly participant: string;
  readonly attributes: Attributes;
  /** Milliseconds since 1970; a test of expiry puts both into the past. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Issues a client certificate under the organisation's CA and stores it; an existing one of the same name is replaced. */
export async function issue(folder: Folder, enrolment: Enrolment): Promise<Identity> {
  const { organisation, participant, attributes } = enrolment;
  const issuer = await issuerOf(folder, organisation);
  const key = await newKey();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    // Node OUs: OU=client is what makes this a client to Fabric.
    subject: [{ O: [organisation] }, { OU: ['client'] }, { CN: [participant] }],
    issuer: issuer.certificate.subjectName,
    notBefore: new Date(enrolment.notBefore),
    notAfter: new Date(enrolment.notAfter),
    signingAlgorithm: algorithm,
    publicKey: key.publicKey,
    signingKey: issuer.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(key.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
      new x509.Extension(attributesOid, false, Buffer.from(JSON.stringify({ attrs: attributes }))),
    ],
  });
  return store(folder, organisation, participant, attributes.use, certificate.toString('pem'), key.pem);
}

const identityFolder = (folder: Folder, organisation: string, participant: string, use: string): string =>
  folder.at('identities', organisation, `${participant}-${use}`);

function store(
  folder: Folder,
  organisation: string,
  participant: string,
  use: string,
  certificate: string,
  key: string,
): Identity {
  const path = identityFolder(folder, organisation, participant, use);
  writeWhole(`${path}/key.pem`, key, 0o600);
  const text = `${certificate.trimEnd()}\n`;
  writeWhole(`${path}/cert.pem`, text, 0o600);
  return { mspId: mspIdOf(organisation), certificate: text, privateKey: key, folder: path };
}

/** The stored identity if it fits what is asked for and is valid at `now`; otherwise undefined. */
export function stored(
  folder: Folder,
  organisation: string,
  participant: string,
  attributes: Attributes,
  now: number,
): Identity | undefined {
  const path = identityFolder(folder, organisation, participant, attributes.use);
  const certificate = readText(`${path}/cert.pem`);
  const privateKey = readText(`${path}/key.pem`);
  if (certificate === undefined || privateKey === undefined) return undefined;
  const extension = new x509.X509Certificate(certificate).getExtension(attributesOid);
  const same = extension !== null && Buffer.from(extension.value).toString() === JSON.stringify({ attrs: attributes });
  const valid = new Date(new X509Certificate(certificate).validTo).getTime() > now;
  return same && valid ? { mspId: mspIdOf(organisation), certificate, privateKey, folder: path } : undefined;
}

/** The organisation's identity for a participant: the stored one, or a new one valid for a year from `now`. */
export const enrol = async (
  folder: Folder,
  organisation: string,
  participant: string,
  attributes: Attributes,
  now: number,
): Promise<Identity> =>
  stored(folder, organisation, participant, attributes, now) ??
  issue(folder, { organisation, participant, attributes, notBefore: now - 60_000, notAfter: now + yearMs });

/** A small CA of its own for the hop from peers to chaincode: PEM texts of both ends, valid ten years. */
export async function chaincodeTls(
  now: number,
): Promise<Record<'ca' | 'serverCertificate' | 'serverKey' | 'clientCertificate' | 'clientKey', string>> {
  const days = { notBefore: new Date(now - 60_000), notAfter: new Date(now + 10 * yearMs) };
  const ca = await newKey();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...days,
    serialNumber: serial(),
    name: 'CN=chaincode-tls-ca',
    keys: { privateKey: ca.privateKey, publicKey: ca.publicKey },
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const leaf = async (name: string) => {
    const key = await newKey();
    const certificate = await x509.X509CertificateGenerator.create({
      ...days,
      serialNumber: serial(),
      subject: `CN=${name}`,
      issuer: root.subjectName,
      signingAlgorithm: algorithm,
      publicKey: key.publicKey,
      signingKey: ca.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    });
    return { certificate: certificate.toString('pem'), key: key.pem };
  };
  const [server, client] = [await leaf('chaincode'), await leaf('peer')];
  return {
    ca: root.toString('pem'),
    serverCertificate: server.certificate,
    serverKey: server.key,
    clientCertificate: client.certificate,
    clientKey: client.key,
  };
}
