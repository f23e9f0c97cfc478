// Runs one command line and gives its exit code: 0 done, 1 refused, 2 usage, 3 the other side is down, 10–30 verify.
import { CommanderError } from 'commander';
import { tell } from './show/faults';
import type { Io } from './io';
import { exits } from './exits';
import { program } from './program';

/** Never throws: what went wrong is told on standard error, or as JSON on standard output with --json. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const outcome = { code: exits.OK as number };
  try {
    await program(io, (code) => (outcome.code = code)).parseAsync([...argv], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.OK : exits.USAGE;
    return tell(error, io, argv);
  }
}
