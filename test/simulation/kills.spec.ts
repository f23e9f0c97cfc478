// The simulation in small: it must pass before anybody runs the long one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './kills';
import { digestOfSchedule, scheduleOf } from './kills/schedule';

const wish = { seed: 3, kills: 4, questions: 8, victims: ['postgres', 'exchange', 'desk'], survey: true };
const built = existsSync(join(__dirname, '..', '..', 'dist', 'src', 'exchange', 'main.js'));

test('the same seed draws the same questions and the same kills', () => {
  expect(digestOfSchedule(scheduleOf(wish))).toBe(digestOfSchedule(scheduleOf(wish)));
  expect(digestOfSchedule(scheduleOf(wish))).not.toBe(digestOfSchedule(scheduleOf({ ...wish, seed: 4 })));
});

(built ? test : test.skip)(
  'kill −9 of database, exchange, data end and desk loses no acknowledged answer and no rho',
  async () => {
    const { ok, checks, kills } = await run({ kills: 4, questions: 8, seed: 7, small: true, quiet: true });
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect({ ok, kills: kills.length }).toEqual({ ok: true, kills: 4 });
  },
  600_000,
);
