// The least that a signed, durable call can cost: one signature each way, one row on disk, one answer. What exchanges are compared with.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { signJws, verifyJws } from '../../../src/domain/identity';
import type { Keyring } from '../../../src/wire';

export interface Echo {
  call(): Promise<void>;
  close(): Promise<void>;
}

const TYP = 'bench-echo+jws';

export async function startEcho(databaseUrl: string, { receipt }: Keyring): Promise<Echo> {
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query('CREATE TABLE echoes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, statement text NOT NULL)');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const statement = Buffer.concat(chunks).toString('utf8');
      const said = verifyJws(statement, TYP, receipt.certificate);
      pool.query('INSERT INTO echoes (statement) VALUES ($1)', [statement]).then(
        () => response.end(signJws(TYP, said, receipt)),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  let count = 0;
  return {
    call: async () => {
      const body = signJws(TYP, { n: (count += 1), text: 'x'.repeat(400) }, receipt);
      const response = await fetch(url, { method: 'POST', body });
      verifyJws(await response.text(), TYP, receipt.certificate);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
}
