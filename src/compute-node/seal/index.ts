// SEAL behind a wall: jobs go to a worker thread that is thrown away on any error, and never block or crash the program.
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalDetails } from '../../domain/refusals';
import type { Jobs } from './jobs';

type Args<J extends keyof Jobs> = Jobs[J] extends (tools: never, ...args: infer A) => unknown ? A : never;
type Value<J extends keyof Jobs> = ReturnType<Jobs[J]>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Refusal) => void;
}

interface Answer {
  /** Absent when the worker says that it is ready. */
  readonly id?: number;
  readonly value?: unknown;
  readonly refusal?: string;
  readonly details?: RefusalDetails;
  readonly lost?: string;
}

/** From sources the worker needs the TypeScript hook; from the build it needs nothing. */
function spawn(): Worker {
  const extension = extname(__filename);
  const hook = extension === '.ts' ? ['-r', '@swc-node/register'] : [];
  return new Worker(join(__dirname, `worker${extension}`), {
    execArgv: hook,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
}

export class SealWorker {
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  /** How many workers were thrown away so far. */
  thrownAway = 0;

  #isReady = false;
  #watch: NodeJS.Timeout | undefined;

  /** `timeoutMs` is the longest one job may take; jobs that wait for others, or for the first start, are not counted as slow. */
  constructor(
    private readonly timeoutMs = 60_000,
    private readonly startMs = 300_000,
  ) {}

  /** Runs one job. Throws the guard's refusals, and SEAL_WORKER_LOST when the worker failed, hung or died. */
  run<J extends keyof Jobs>(job: J, ...args: Args<J>): Promise<Value<J>> {
    const worker = this.#alive();
    const id = this.#next++;
    return new Promise<Value<J>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      if (this.#watch === undefined) this.#look(worker);
      worker.postMessage({ id, job, args });
    });
  }

  /** Ends the thread; jobs still waiting are refused. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#refuseAll('closed');
    await worker?.terminate();
  }

  #alive(): Worker {
    if (this.#worker) return this.#worker;
    const worker = spawn();
    worker.on('message', (answer: Answer) => {
      this.#settle(worker, answer);
    });
    worker.on('error', (error) => {
      this.#lose(worker, error.message);
    });
    worker.on('exit', () => {
      this.#lose(worker, 'exit');
    });
    worker.unref();
    this.#worker = worker;
    this.#isReady = false;
    return worker;
  }

  /** From now on the worker has its time for the next word. */
  #look(worker: Worker): void {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    if (this.#waiting.size === 0) return;
    const limit = this.#isReady ? this.timeoutMs : this.startMs;
    this.#watch = setTimeout(() => {
      this.#lose(worker, 'too slow');
    }, limit);
  }

  #settle(worker: Worker, answer: Answer): void {
    if (this.#worker !== worker) return;
    if (answer.lost !== undefined) {
      this.#lose(worker, answer.lost);
      return;
    }
    this.#isReady = true;
    const waiting = answer.id === undefined ? undefined : this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id ?? 0);
    this.#look(worker);
    if (!waiting) return;
    if (answer.refusal === undefined) waiting.resolve(answer.value);
    else waiting.reject(new Refusal(answer.refusal, answer.details));
  }

  #lose(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.thrownAway += 1;
    this.#refuseAll(why);
    void worker.terminate();
  }

  #refuseAll(why: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    clearTimeout(this.#watch);
    this.#watch = undefined;
    for (const { reject } of all) {
      reject(new Refusal('SEAL_WORKER_LOST', { why: why.slice(0, 80) }));
    }
  }
}
