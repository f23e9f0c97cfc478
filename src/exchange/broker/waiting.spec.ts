// Nobody sleeps through an answer, and nobody waits longer than asked.
import { Waiting } from './waiting';

const after = async (promise: Promise<void>): Promise<string> => promise.then(() => 'awake');
const NEVER = 3_600_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('everybody who waits for an answer is woken when it comes, and nobody else', async () => {
  const waiting = new Waiting();
  const [one, two] = [after(waiting.for('a', NEVER)), after(waiting.for('a', NEVER))];
  let other = 'asleep';
  void after(waiting.for('b', NEVER)).then((now) => (other = now));
  waiting.over('a');
  expect(await Promise.all([one, two])).toEqual(['awake', 'awake']);
  expect(other).toBe('asleep');
});

test('without a word it is time to look again after a tenth of a second: another process may have brought the answer', async () => {
  const one = after(new Waiting().for('a', NEVER));
  await jest.advanceTimersByTimeAsync(100);
  expect(await one).toBe('awake');
});

test('a shorter wait ends when it was asked to, and leaves no timer behind', async () => {
  const waiting = new Waiting();
  const one = after(waiting.for('a', 5));
  await jest.advanceTimersByTimeAsync(5);
  expect(await one).toBe('awake');
  const two = after(waiting.for('a', NEVER));
  waiting.over('a');
  await two;
  expect(jest.getTimerCount()).toBe(0);
});
