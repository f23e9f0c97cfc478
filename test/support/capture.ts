// Every byte that programs of ours write to any socket (HTTP, PostgreSQL, queue), in one file a process: for specs that look for leaks.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** NODE_OPTIONS under which programs record into `folder`. */
export function capturing(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const preload = join(folder, 'preload.cjs');
  writeFileSync(preload, source(folder));
  return `--require ${preload}`;
}

/** What was written so far, by process id. */
export function captured(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.bin'));
  return new Map(files.map((name) => [name.replace('.bin', ''), readFileSync(join(folder, name))]));
}

const source = (folder: string): string => `
const { Socket } = require('node:net');
const { appendFileSync } = require('node:fs');
const file = ${JSON.stringify(folder)} + '/' + process.pid + '.bin';
const { write } = Socket.prototype;
Socket.prototype.write = function (chunk, encoding, done) {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array)
    appendFileSync(file, typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : chunk);
  return write.call(this, chunk, encoding, done);
};
`;

/** A text in every form in which bytes travel here: as it is, hexadecimal, and base64url at each of its three places. */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((by) => {
    const encoded = Buffer.concat([Buffer.alloc(by), bytes]).toString('base64url');
    // Characters that also hold bits of what stands before or after are not ours.
    return encoded.slice(by === 0 ? 0 : by + 1, encoded.length - 2);
  });
  return [text, bytes.toString('hex'), ...shifted];
}
