// Mutual TLS between programs that know each other: each side's key is the one that the other recorded on the ledger, and no issuer is asked.
import { X509Certificate } from 'node:crypto';
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { Agent } from 'undici';
import { fromB64u, hex, sha256 } from '../domain/canonical';
import { type PairText, selfSigned } from './self-signed';

/** How fetch makes its connections. */
export type Connections = NonNullable<RequestInit['dispatcher']>;

export interface TlsPair {
  /** PKCS#8 PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** What goes on the ledger: hex SHA-256 of the SubjectPublicKeyInfo (as RFC 7469 §2.4 pins keys). */
  readonly pin: string;
}

/** The pair beside a participant's key file, made on the first call. A renewed certificate of the same key keeps the pin. */
export async function tlsPair(keyFile: string, participant: string, now: number): Promise<TlsPair> {
  const file = keyFile.replace(/(\.json)?$/, '.tls.json');
  if (!existsSync(file)) {
    const made = await selfSigned(participant, 'tls', now);
    keepFirst(file, `${JSON.stringify(made)}\n`, made.certificate.slice(-16));
  }
  const { privateKey, certificate } = JSON.parse(readFileSync(file, 'utf8')) as PairText;
  const read = new X509Certificate(fromB64u(certificate));
  return { key: privateKey, cert: read.toString(), pin: pinOf(read) };
}

/** Whole or not at all, and never over another's: of two that make a pair at once the first one counts for both. */
function keepFirst(file: string, text: string, mark: string): void {
  const own = `${file}.${mark}`;
  writeFileSync(own, text, { mode: 0o600, flush: true });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(own);
  }
}

const pinOf = (certificate: X509Certificate): string =>
  hex(sha256(new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' }))));

/** The other side's pin; undefined when it showed no certificate. TLS 1.3 has proven that it holds the key. */
export function pinAt(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? undefined : pinOf(certificate);
}

/** For a server: TLS 1.3, and every client shows a certificate. Whose it must be is decided when the caller is known. */
export const serverTls = ({ key, cert }: TlsPair) => ({
  key,
  cert,
  requestCert: true,
  // Certificates are their own issuers here: the ledger says whose key is whose.
  rejectUnauthorized: false,
  minVersion: 'TLSv1.3' as const,
});

const CONNECT_MS = 10_000;

/** For a client of one server: a connection over which nothing is sent unless the server holds the key that `expected` says. */
export function pinnedDispatcher({ key, cert }: TlsPair, expected: () => Promise<string>): Connections {
  const agent = new Agent({
    connect: ({ hostname, port }, done) => {
      const opened = async (): Promise<TLSSocket> => {
        const pin = await expected();
        const options = {
          key,
          cert,
          rejectUnauthorized: false,
          minVersion: 'TLSv1.3',
          ALPNProtocols: ['http/1.1'],
        } as const;
        return secured(connect({ ...options, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }), pin);
      };
      opened().then(
        (socket) => {
          done(null, socket);
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)), null);
        },
      );
    },
  });
  // The same class as the one inside fetch, whose types come from another package.
  return agent as unknown as Connections;
}

function secured(socket: TLSSocket, pin: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(CONNECT_MS, () => {
      fail(new Error('TLS took too long'));
    });
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      if (pinAt(socket) !== pin) {
        fail(new Error('The server does not hold the key on the ledger'));
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** Compute nodes are spoken to over TLS, whatever their registration says. */
export const secureAddress = (endpoint: string): string => endpoint.replace(/^http:/, 'https:');
