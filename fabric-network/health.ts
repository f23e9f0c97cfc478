// Waits until a program answers, and says why when it never does.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Folder } from './folder';
import { NetworkError } from './network-error';
import { type Network, type Seat, portOf } from './plan';
import { exitCodeOf, runningPid } from './programs';

/** Whether the program answers now: /healthz = 200, or an open port for a chaincode service. */
export function isHealthy(network: Network, seat: Seat): Promise<boolean> {
  return seat.kind === 'chaincode'
    ? isListening(portOf(network, seat.name, 'listen'))
    : fetch(`http://127.0.0.1:${String(portOf(network, seat.name, 'operations'))}/healthz`, {
        signal: AbortSignal.timeout(2_000),
      })
        .then(async (answer) => {
          await answer.arrayBuffer();
          return answer.status === 200;
        })
        .catch(() => false);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      done(true);
    });
    socket.once('error', () => {
      done(false);
    });
    socket.setTimeout(2_000, () => {
      done(false);
    });
  });
}

/** Returns when the program answers. Throws NetworkError with the end of its log when it died or took `patienceMs`. */
export async function untilHealthy(folder: Folder, network: Network, seat: Seat, patienceMs = 30_000): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!(await isHealthy(network, seat))) {
    if (runningPid(folder, seat.name) === undefined) {
      // The shell that saw it end may need a moment to write down how.
      for (let waited = 0; waited < 500 && exitCodeOf(folder, seat.name) === undefined; waited += 20) await sleep(20);
      throw endedError(folder, seat);
    }
    if (Date.now() > until) throw unwell(folder, seat, 'does not answer');
    await sleep(20);
  }
}

/** The error of a program that ended by itself, with its complaint and the end of its log. */
export const endedError = (folder: Folder, seat: Seat): NetworkError =>
  unwell(folder, seat, `ended (${endedHow(exitCodeOf(folder, seat.name))})`);

function unwell(folder: Folder, seat: Seat, what: string): NetworkError {
  const log = folder.log(seat.name);
  const complaint = lastComplaint(log);
  const lines = complaint === undefined ? lastLines(log, 5) : [complaint];
  return new NetworkError([`${seat.name} ${what}. From its log:`, ...lines.map((line) => `    ${line}`)].join('\n'), [
    `npm run fabric:logs -- ${seat.name}`,
  ]);
}

/** 'exit 2', 'killed by SIGKILL', … from a shell's exit code. */
export function endedHow(code: number | undefined): string {
  const signals: Record<number, string> = {
    129: 'SIGHUP',
    130: 'SIGINT',
    134: 'SIGABRT',
    137: 'SIGKILL',
    139: 'SIGSEGV',
    143: 'SIGTERM',
  };
  if (code === undefined) return 'nobody saw how';
  const signal = signals[code];
  return signal === undefined ? `exit ${String(code)}` : `killed by ${signal}`;
}

// Fabric colours its logs.
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Last lines of a log without colours; none when there is no log. */
export function lastLines(path: string, count: number): string[] {
  try {
    return readFileSync(path, 'utf8').replace(colours, '').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

/** The newest line that says something went wrong, or undefined. */
export const lastComplaint = (path: string): string | undefined =>
  lastLines(path, 400).findLast((line) => /\b(PANI|FATA|ERRO|panic|fatal error|Error:)/.test(line));
