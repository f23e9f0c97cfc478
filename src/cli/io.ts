// What the command needs of the world: where it stands, what surrounds it, where it writes. Tests bring their own.
import { homedir } from 'node:os';

export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether somebody watches standard error: only then anything spins. */
  readonly watched: boolean;
  readonly colours: boolean;
  readonly width: number;
  readonly folder: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

/** The real one. Under `npm run`, relative paths still mean the folder where the person stands. */
export function terminal(): Io {
  const { env, stdout, stderr } = process;
  const colours = stdout.isTTY && env['NO_COLOR'] === undefined;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    watched: stderr.isTTY,
    colours: colours || env['FORCE_COLOR'] !== undefined,
    width: stdout.columns || 120,
    folder: env['npm_lifecycle_event'] === 'aggregora' ? (env['INIT_CWD'] ?? process.cwd()) : process.cwd(),
    home: homedir(),
    environment: env,
    now: () => Date.now(),
  };
}
