// What the rooms of a data end ask Nest for: the owner's keys, the seal of stored answers, and the engine's name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex, sha256 } from '../domain/canonical';
export type { Keyring } from '../wire';

/** The owner's receipt, ledger and token keys. */
export const KEYRING = Symbol('keyring');
/** 32 secret bytes under which stored answers are tagged. */
export const SEAL = Symbol('seal');

/** Names the code that answers: version and a digest of the built package description. Goes into every receipt. */
export const ENGINE = engineName();

function engineName(): string {
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(join(__dirname, up, 'package.json'));
      const { version } = JSON.parse(text.toString('utf8')) as { version: string };
      return `aggregora/${version}+${hex(sha256(text)).slice(0, 16)}`;
    } catch {
      continue;
    }
  }
  return 'aggregora/unknown';
}
