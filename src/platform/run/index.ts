// The life of one server process: start, say that it listens, stop gracefully when told.
import { ConfigurationError } from '../config';

interface Running {
  stop(): Promise<void>;
}

/** Runs until SIGTERM or SIGINT; exits 0 after a graceful stop, 2 when it could not start. */
export function runProgram(start: () => Promise<Running>): void {
  process.on('unhandledRejection', outliveLostConnections);
  // A connection cut while it is lent out says so in an event that its borrower does not hear; its next statement fails anyway.
  process.on('uncaughtException', outliveLostConnections);
  start().then(listen, (error: unknown) => {
    const known = error instanceof ConfigurationError || !(error instanceof Error);
    process.stderr.write(`${known ? String(error) : (error.stack ?? error.message)}\n`);
    process.exit(2);
  });
}

/** A connection that was refused or cut off: Node's own codes, and SQLSTATE classes 08 and 57P (server stopping, killed, starting). */
const LOST = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P..)$/;
const LOST_TEXT = 'Connection terminated';

/**
 * A database that restarts must not take its programs along: libraries that look at it in the background (the queue does) leave such a
 * failure to nobody. Whoever asked something got the failure already; anything else unhandled is a bug and ends the program, as ever.
 */
function outliveLostConnections(reason: unknown): void {
  const { code, message } = reason as { readonly code?: unknown; readonly message?: unknown };
  const lost =
    (typeof code === 'string' && LOST.test(code)) || (typeof message === 'string' && message.startsWith(LOST_TEXT));
  if (!lost) throw reason;
  process.stderr.write(`${JSON.stringify({ level: 40, code: 'CONNECTION_LOST_UNHANDLED' })}\n`);
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
