// Waiting for a group to come as far as wanted, telling what is seen on the way.
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../../domain/refusals';
import type { GroupView } from '../../sdk';
import { exitOf, exits } from '../exits';
import type { Asker } from './asker';

const LOOK_MS = 250;

/** Each repository answers for itself. */
export const alone = ({ mode }: GroupView): boolean => mode === 'clear' || mode === 'sealed';

/** In the clear when all have spoken; confidentially when the sum is there. */
export const answered = (view: GroupView): boolean =>
  alone(view) ? view.records.every(({ status }) => status !== null) : view.combined !== null;
/** A fit that was stopped has figures so far, and the reason. */
export const stopped = (view: GroupView): boolean => view.error !== null && view.soFar !== null;

/** A repository that was left out of a confidential sum has nothing to anchor. */
export const final = (view: GroupView): boolean =>
  answered(view) && view.records.every(({ state, status }) => state === 'FINAL' || (!alone(view) && status === null));

/** The group once it is `ready`. Refuses STILL_WAITING after `patienceMs`, and what asking itself was refused. */
export async function until(
  asker: Asker,
  group: string,
  ready: (view: GroupView) => boolean,
  told: (view: GroupView) => void,
  clock: { readonly now: () => number; readonly patienceMs: number },
): Promise<GroupView> {
  const end = clock.now() + clock.patienceMs;
  const tried = <T>(work: () => Promise<T>): Promise<T | undefined> => unlessDown(work, () => clock.now() < end);
  for (;;) {
    const view = await tried(() => asker.one(group));
    if (view !== undefined) {
      told(view);
      if (ready(view)) return view;
      // A peer that is down is waited for as long as the patience lasts: the request is written down and goes again.
      if (view.error !== null && exitOf(view.error.code) === exits.REFUSED)
        throw new Refusal(view.error.code, { group });
    }
    if (clock.now() > end) throw new Refusal('STILL_WAITING', { group });
    await tried(() => asker.step());
    await pause(LOOK_MS);
  }
}

/** What came of it; undefined while a peer is down and there is patience left. */
async function unlessDown<T>(work: () => Promise<T>, patient: () => boolean): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && exitOf(error.code) === exits.PEER_DOWN && patient()) return undefined;
    throw error;
  }
}
