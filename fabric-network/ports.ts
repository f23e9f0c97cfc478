// Ports on loopback: free ones for a new network, and a check that remembered ones are still free.
import { createServer } from 'node:net';
import { NetworkError } from './network-error';

// Below the range systems hand to outgoing connections (32768 on Linux, 49152 elsewhere), so that a network which is
// stopped for an hour finds its ports again: they are written into the genesis block and cannot move.
const lowest = 20_000;
const span = 12_000;

/** Whether this machine lets us listen on 127.0.0.1:port right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** `count` different free ports; `start` (any whole number) says where the search begins. */
export async function freePorts(count: number, start: number): Promise<number[]> {
  const found: number[] = [];
  for (let step = 0; step < span && found.length < count; step += 1) {
    const port = lowest + ((start + step) % span);
    if (await isFree(port)) found.push(port);
  }
  if (found.length < count) throw new NetworkError('This machine has no free ports between 20000 and 32000.');
  return found;
}

/** Names in `ports` whose port somebody else holds. */
export async function takenPorts(ports: Readonly<Record<string, number>>): Promise<string[]> {
  const checked = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ((await isFree(port)) ? [] : [`${String(port)} (${name})`])),
  );
  return checked.flat();
}
