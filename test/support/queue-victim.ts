// A worker that takes a job, says so, and never finishes it: the queue's contract kills it.
import { openWorker, type QueueSettings } from '../../src/platform/queue';

const settings = JSON.parse(process.argv[2] ?? '{}') as QueueSettings;
openWorker(process.argv[3] ?? '', settings, { concurrency: 1, attempts: 1, onError: () => undefined }, () => {
  process.stdout.write('took it\n');
  return new Promise(() => undefined);
});
