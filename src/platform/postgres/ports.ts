// Loopback ports: a free one, or the one a cluster had last time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** The port of last time when it is still free, else a new one. Callers write it back with `rememberPort`. */
export async function portFor(folder: string): Promise<number> {
  const file = join(folder, 'port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (!Number.isInteger(last) || last < 1024 || last > 65535) return freePort();
  return listenOnce(last).catch(() => freePort());
}

export function rememberPort(folder: string, port: number): void {
  writeFileSync(join(folder, 'port'), String(port));
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => {
        resolve(found);
      });
    });
  });
}
