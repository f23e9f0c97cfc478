// The life of one server process: start, say that it listens, stop gracefully when told.
import { ConfigurationError } from '../config';

interface Running {
  stop(): Promise<void>;
}

/** Runs until SIGTERM or SIGINT; exits 0 after a graceful stop, 2 when it could not start. */
export function runProgram(start: () => Promise<Running>): void {
  start().then(listen, (error: unknown) => {
    const known = error instanceof ConfigurationError || !(error instanceof Error);
    process.stderr.write(`${known ? String(error) : (error.stack ?? error.message)}\n`);
    process.exit(2);
  });
}

function listen(running: Running): void {
  process.send?.({ listening: true });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
