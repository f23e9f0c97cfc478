// The lattice worker's own thread: one job at a time, in order, until it is thrown away.
import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../domain/refusals';
import { createTools } from './context';
import { jobs } from './jobs';

interface Asked {
  readonly id: number;
  readonly job: keyof typeof jobs;
  readonly args: readonly unknown[];
}

const port = parentPort;
if (!port) throw new Error('the lattice worker runs in a worker thread');
const tools = createTools();
tools.then(
  () => {
    port.postMessage({});
  },
  (error: unknown) => {
    port.postMessage({ lost: error instanceof Error ? error.message : String(error) });
  },
);

port.on('message', ({ id, job, args }: Asked) => {
  tools
    .then((ready) => {
      const run = jobs[job] as (...all: unknown[]) => unknown;
      port.postMessage({ id, value: run(ready, ...args) });
    })
    .catch((error: unknown) => {
      // Refusals come from our guard, before SEAL: the worker is still sound. Anything else condemns it.
      if (error instanceof Refusal) port.postMessage({ id, refusal: error.code, details: error.details });
      else port.postMessage({ id, lost: error instanceof Error ? error.message : String(error) });
    });
});
