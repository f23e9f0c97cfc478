// Finding a question again: by its number or by the exchange id of one of its records; the last one when nothing is said.
import { Refusal } from '../../domain/refusals';
import type { GroupView } from '../../sdk';
import type { Asker } from '../asking/asker';

const MOST = 200;

export async function groupNamed(asker: Asker, given: string | undefined): Promise<string> {
  const groups = await asker.list(MOST);
  if (given === undefined) {
    const last = groups[0];
    if (last === undefined) throw new Refusal('EXCHANGE_UNKNOWN');
    return last.fit ?? last.group;
  }
  if (groups.some(({ group }) => group === given)) return given;
  for (const { group } of groups) {
    if ((await asker.one(group)).records.some(({ xid }) => xid === given)) return group;
  }
  throw new Refusal('EXCHANGE_UNKNOWN', { xid: given });
}

/** The record meant: the one named, or the only one. */
export function recordIn(view: GroupView, given: string | undefined): GroupView['records'][number] {
  const found = view.records.find(({ xid }) => xid === given) ?? view.records[0];
  if (found === undefined) throw new Refusal('EXCHANGE_UNKNOWN', { group: view.group });
  return found;
}
