// The job queue: BullMQ, on the program's own PostgreSQL by default and on Redis where REDIS_URL names one. Handlers run at least once.
import { createPostgresBackend, type Job, Queue as RedisQueue, Worker as RedisWorker, withBackend } from 'bullmq';
import IORedis from 'ioredis';

export interface QueueSettings {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** A Redis that forgets on a crash is refused unless this says that jobs may be lost. */
  readonly allowVolatile?: boolean;
}

export interface JobQueue<T> {
  /** Adding the same id twice is adding it once. Ids may not hold a colon. */
  add(id: string, data: T): Promise<void>;
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface JobWorker {
  close(): Promise<void>;
}

export interface WorkerSettings {
  readonly concurrency: number;
  readonly attempts: number;
  /** At most one report per kind every ten seconds: a lost connection repeats itself. */
  readonly onError: (code: string) => void;
}

const PREFIX = 'aggregora';
const KEEP_SECONDS = 3600;
const JOB = { removeOnComplete: { age: KEEP_SECONDS }, removeOnFail: { age: 24 * KEEP_SECONDS } };
const RETRY = { attempts: 60, backoff: { type: 'exponential', delay: 200, jitter: 0.2 } } as const;
const SCHEMA = 'jobs';

/** Thrown at start when a Redis would lose jobs on a crash. */
export class VolatileRedis extends Error {
  constructor() {
    super(
      'This Redis keeps no append-only file (appendonly no): a crash would lose jobs. Start it with --appendonly yes, or set ALLOW_VOLATILE_REDIS=1.',
    );
  }
}

/** Recovery of a killed worker's job: its lock runs out, and the next look finds it. A job may be found so as often as it takes. */
const RECOVERY = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 1_000 } as const;

/** Refuses (throws VolatileRedis) a Redis without append-only file; makes BullMQ's tables where they are missing. */
export async function openQueue<T>(name: string, settings: QueueSettings): Promise<JobQueue<T>> {
  const { redisUrl } = settings;
  if (redisUrl !== undefined) await refuseVolatile(redisUrl, settings.allowVolatile === true);
  const queue =
    redisUrl === undefined
      ? new (withBackend(createPostgresBackend).Queue)(name, { connection: pool(settings.databaseUrl) })
      : new RedisQueue(name, { prefix: PREFIX, connection: redis(redisUrl) });
  queue.on('error', () => undefined); // Every failing call throws by itself; the event would only repeat it.
  return {
    add: async (id, data) => {
      await queue.add('run', data, { jobId: id, ...RETRY, ...JOB });
    },
    counts: () => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
    close: () => queue.close(),
  };
}

/** Runs `handle` for each job; a throw brings the job back later, so `handle` must be idempotent. */
export function openWorker<T>(
  name: string,
  settings: QueueSettings,
  work: WorkerSettings,
  handle: (data: T, id: string) => Promise<void>,
): JobWorker {
  const run = (job: Job<T>) => handle(job.data, job.id ?? '');
  const options = { concurrency: work.concurrency, ...RECOVERY };
  const make = () =>
    settings.redisUrl === undefined
      ? new (withBackend(createPostgresBackend).Worker)<T>(name, run, {
          ...options,
          connection: pool(settings.databaseUrl),
        })
      : new RedisWorker<T>(name, run, { ...options, prefix: PREFIX, connection: redis(settings.redisUrl) });
  return supervised(make, throttled(work.onError));
}

interface Supervised {
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

/** So many errors within the window are no lost connection that comes back, but a worker that fails at every turn. */
const SPINNING = 40;
const WINDOW_MS = 2_000;
const ANEW_MS = 1_000;

/**
 * A worker whose first connection failed (the database was just restarting) keeps that failure for ever and spins on it, without
 * a pause in which anything else of the program could run. It is closed from within its own error event and made anew.
 */
function supervised(make: () => Supervised, report: (error: Error) => void): JobWorker {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Supervised;
  const begin = (): Supervised => {
    const worker = make();
    let failures = 0;
    let since = performance.now();
    worker.on('error', (error) => {
      report(error);
      if (performance.now() - since > WINDOW_MS) [failures, since] = [0, performance.now()];
      failures += 1;
      if (failures !== SPINNING || closed) return;
      worker.close(true).catch(() => undefined);
      timer = setTimeout(() => (current = begin()), ANEW_MS);
    });
    return worker;
  };
  current = begin();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      return current.close();
    },
  };
}

/** `migrate` takes BullMQ's own advisory lock, so any number of processes may start at once. */
const pool = (connectionString: string) => ({ connectionString, schema: SCHEMA, max: 8, migrate: true });

/** Options and not a connection: BullMQ closes only what it opened itself. */
const redis = (url: string) => ({ url, maxRetriesPerRequest: null });

async function refuseVolatile(url: string, allowed: boolean): Promise<void> {
  const connection = new IORedis(url, { maxRetriesPerRequest: 3 });
  connection.on('error', () => undefined); // The command below throws.
  try {
    const [, appendonly] = (await connection.config('GET', 'appendonly')) as string[];
    if (appendonly !== 'yes' && !allowed) throw new VolatileRedis();
  } finally {
    connection.disconnect();
  }
}

function throttled(report: (code: string) => void): (error: Error) => void {
  const last = new Map<string, number>();
  return (error) => {
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    const now = performance.now();
    if (now - (last.get(code) ?? -Infinity) < 10_000) return;
    last.set(code, now);
    report(code);
  };
}
