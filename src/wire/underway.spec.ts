// Two who want the same at once get it once; afterwards it is done anew, also after a failure.
import { Underway } from '.';

test('work under one name is begun once while it lasts, and anew when it has ended, well or badly', async () => {
  const underway = new Underway<number>();
  let begun = 0;
  const work = (fails: boolean) => () => {
    begun += 1;
    const mine = begun;
    return fails ? Promise.reject(new Error('broken')) : Promise.resolve(mine);
  };
  expect(await Promise.all([underway.of('a', work(false)), underway.of('a', work(false))])).toEqual([1, 1]);
  expect(underway.has('a')).toBe(false);
  const broken = underway.of('a', work(true));
  expect(underway.has('a')).toBe(true);
  const other = underway.of('b', work(false));
  await expect(broken).rejects.toThrow('broken');
  expect([await other, await underway.of('a', work(false))]).toEqual([3, 4]);
});
