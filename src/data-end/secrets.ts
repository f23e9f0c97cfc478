// Two secrets of a data end, made on the first start: the desk code of the owner's people, and the seal of stored answers.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { b64u, fromB64u } from '../domain/canonical';

export interface Secrets {
  readonly deskCode: string;
  readonly seal: Uint8Array;
}

export function readSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const made = { deskCode: b64u(randomBytes(18)), seal: b64u(randomBytes(32)) };
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
  }
  const { deskCode, seal } = JSON.parse(readFileSync(file, 'utf8')) as { deskCode: string; seal: string };
  return { deskCode, seal: fromB64u(seal, 32) };
}

/** Compared in constant time: a code is guessed character by character otherwise. */
export function isDeskCode(given: string | undefined, code: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(`Desk ${code}`)];
  return a.length === b.length && timingSafeEqual(a, b);
}
