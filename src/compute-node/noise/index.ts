// Noise of large questions from a thread of its own: the node goes on answering, and whoever waits too long is told to ask again.
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { questionId, type large, type Question } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';

type Noise = large.LargeNoise;
interface Answer {
  readonly id: number;
  readonly noise: Noise;
}
interface Waiting {
  readonly resolve: (noise: Noise) => void;
  readonly reject: (error: Refusal) => void;
}

/** Shorter than any caller's patience for one answer. */
const HOLD_MS = 15_000;

@Injectable()
export class LargeNoises implements OnModuleDestroy {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly drawn = new Map<string, Promise<Noise>>();
  private next = 1;
  /** How long one call waits before it is told to come again. */
  holdMs = HOLD_MS;

  /** The noise of this question's seed: the same whenever it is asked for. Refuses STILL_UNDERWAY while it is being drawn. */
  async of(question: Question, node: string, seed: Uint8Array): Promise<Noise> {
    const id = questionId(question);
    const drawing = this.drawn.get(id) ?? this.draw(question, node, seed);
    this.drawn.set(id, drawing);
    drawing.catch(() => this.drawn.delete(id));
    let timer: NodeJS.Timeout | undefined;
    const hold = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Refusal('STILL_UNDERWAY', { computation: id }));
      }, this.holdMs);
    });
    return Promise.race([drawing, hold]).finally(() => {
      clearTimeout(timer);
    });
  }

  /** Frees the memory; asked for again, it is drawn again. */
  forget(id: string): void {
    this.drawn.delete(id);
  }

  async onModuleDestroy(): Promise<void> {
    const { worker } = this;
    this.lose('closed');
    await worker?.terminate();
  }

  private draw(question: Question, node: string, seed: Uint8Array): Promise<Noise> {
    const worker = this.alive();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, question, node, seed });
    });
  }

  /** From sources the worker needs the TypeScript hook; from the build it needs nothing. */
  private alive(): Worker {
    if (this.worker) return this.worker;
    const extension = extname(__filename);
    const execArgv = extension === '.ts' ? ['-r', '@swc-node/register'] : [];
    const worker = new Worker(join(__dirname, `worker${extension}`), { execArgv });
    worker.on('message', ({ id, noise }: Answer) => {
      this.waiting.get(id)?.resolve(noise);
      this.waiting.delete(id);
    });
    worker.on('error', () => {
      this.lose('failed');
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.lose('exit');
    });
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private lose(why: string): void {
    this.worker = undefined;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(new Refusal('STILL_UNDERWAY', { why }));
  }
}
