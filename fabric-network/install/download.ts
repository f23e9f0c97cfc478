// Fetches one file over HTTP, going on where an earlier attempt stopped, and keeps it only if its SHA-256 is right.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ReadableStreamDefaultReader } from 'node:stream/web';
import { NetworkError } from '../network-error';

export interface Download {
  readonly url: string;
  readonly target: string;
  /** Lower-case hex SHA-256 of the whole file. */
  readonly sha256: string;
  /** Bytes so far and, when the server says so, in all. */
  readonly progress: (bytes: number, total: number | undefined) => void;
  /** Give up when nothing arrives for so long. */
  readonly stallMs: number;
}

/** Returns when `target` is there with the right hash. Throws NetworkError; a part that arrived stays for the next attempt. */
export async function download(wanted: Download): Promise<void> {
  if (existsSync(wanted.target) && (await sha256Of(wanted.target)) === wanted.sha256) return;
  const part = `${wanted.target}.part`;
  await fetchInto(part, wanted);
  const got = await sha256Of(part);
  if (got !== wanted.sha256) {
    rmSync(part, { force: true });
    throw new NetworkError(
      `What ${wanted.url} gave is not the pinned file: SHA-256 ${got}, wanted ${wanted.sha256}. It was deleted.`,
    );
  }
  renameSync(part, wanted.target);
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

async function fetchInto(part: string, wanted: Download): Promise<void> {
  const have = sizeOf(part);
  const answer = await ask(wanted, have);
  // 416: nothing lies beyond what we have, so it is whole, or wrong, which the hash will tell.
  if (answer.status === 416 && have > 0) return;
  if (answer.status !== 200 && answer.status !== 206) throw unreachable(wanted, `answered ${String(answer.status)}`);
  // 200 to a Range request: this server starts from the beginning, so do we (RFC 9110 §14.2).
  const from = answer.status === 206 ? rangeStart(answer, have, wanted) : 0;
  const length = Number(answer.headers.get('content-length'));
  const total = length > 0 ? from + length : undefined;
  const bytes = await receive(
    answer,
    part,
    from,
    (now) => {
      wanted.progress(now, total);
    },
    wanted,
  );
  if (total !== undefined && bytes !== total)
    throw unreachable(wanted, `stopped after ${String(bytes)} of ${String(total)} bytes`);
}

function rangeStart(answer: Response, have: number, wanted: Download): number {
  const start = Number(/^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? NaN);
  if (start !== have) throw unreachable(wanted, 'sent another part than asked for');
  return start;
}

async function ask({ url, stallMs, ...wanted }: Download, have: number): Promise<Response> {
  const control = new AbortController();
  const timer = setTimeout(() => {
    control.abort();
  }, stallMs);
  try {
    return await fetch(url, { headers: have > 0 ? { range: `bytes=${String(have)}-` } : {}, signal: control.signal });
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    throw unreachable(
      { url, stallMs, ...wanted },
      control.signal.aborted ? 'does not answer' : `cannot be reached (${cause ?? String(error)})`,
    );
  } finally {
    clearTimeout(timer);
  }
}

async function receive(
  answer: Response,
  part: string,
  from: number,
  progress: (bytes: number) => void,
  wanted: Download,
): Promise<number> {
  const file = await open(part, from === 0 ? 'w' : 'r+');
  let at = from;
  try {
    if (answer.body === null) return at;
    const reader = answer.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    for (;;) {
      const { done, value } = await stallAfter(reader.read(), wanted);
      if (done) return at;
      await file.write(value, 0, value.length, at);
      at += value.length;
      progress(at);
    }
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    throw unreachable(wanted, `broke off after ${String(at)} bytes`);
  } finally {
    await file.close();
  }
}

async function stallAfter<T>(work: Promise<T>, wanted: Download): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unreachable(wanted, `sent nothing for ${String(wanted.stallMs / 1000)} s`));
    }, wanted.stallMs);
  });
  return Promise.race([work, stalled]).finally(() => {
    clearTimeout(timer);
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const unreachable = ({ url }: Download, what: string): NetworkError =>
  new NetworkError(
    `${url} ${what}.`,
    [
      'Run the command again: what has arrived is kept, it goes on from there.',
      'FABRIC_RELEASES=<address> names a mirror with the same layout (<address>/v3.1.5/<file>).',
      'FABRIC_BIN=<folder> names programs you have already.',
    ],
    4,
  );
