// The orderers' channel participation API: join a channel, list channels. It wants a client certificate, so no fetch.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { Folder } from './folder';
import { NetworkError } from './network-error';
import { type Network, type Seat, portOf } from './plan';

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(
  folder: Folder,
  network: Network,
  seat: Seat,
  path: string,
  body?: Buffer,
  boundary = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: 'localhost',
        family: 4,
        port: portOf(network, seat.name, 'admin'),
        path: `/participation/v1/channels${path}`,
        method: body === undefined ? 'GET' : 'POST',
        ca: readFileSync(folder.ordererOrganisation('tlsca', 'tlsca.orderer.example-cert.pem')),
        cert: readFileSync(folder.ordererAdmin('tls', 'client.crt')),
        key: readFileSync(folder.ordererAdmin('tls', 'client.key')),
        agent: false,
        timeout: 10_000,
        headers:
          body === undefined
            ? {}
            : { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() });
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', reject);
    call.end(body);
  });
}

/** Lets an orderer join a channel; returns true when it joined now, false when it had before. */
export async function joinOrderer(folder: Folder, network: Network, seat: Seat, block: Uint8Array): Promise<boolean> {
  const boundary = 'aggregora-config-block';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="config.block"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), block, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const answer = await ask(folder, network, seat, '', body, boundary);
  if (answer.status === 201) return true;
  if (answer.status === 405) return false;
  throw new NetworkError(`${seat.name} refused the channel: ${String(answer.status)} ${answer.text}`);
}

export interface OrdererChannel {
  readonly name: string;
  readonly status: string;
  readonly height: number;
}

/** The channels of an orderer with their heights. */
export async function channelsOf(folder: Folder, network: Network, seat: Seat): Promise<OrdererChannel[]> {
  const list = JSON.parse((await ask(folder, network, seat, '')).text) as { channels?: { name: string }[] | null };
  return Promise.all(
    (list.channels ?? []).map(
      async ({ name }) => JSON.parse((await ask(folder, network, seat, `/${name}`)).text) as OrdererChannel,
    ),
  );
}
