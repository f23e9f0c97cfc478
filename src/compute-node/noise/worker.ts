// The noise worker's own thread: one vector after another, each handed over without being copied.
import { parentPort } from 'node:worker_threads';
import { large, type Question } from '../../domain/confidential';

interface Asked {
  readonly id: number;
  readonly question: Question;
  readonly node: string;
  readonly seed: Uint8Array;
}

const port = parentPort;
if (!port) throw new Error('the noise worker runs in a worker thread');

port.on('message', ({ id, question, node, seed }: Asked) => {
  const noise = large.largeNoise(question, node, seed);
  port.postMessage({ id, noise }, [noise.cells.buffer as ArrayBuffer]);
});
