// Templates by id or by name: people remember names, the ledger knows ids.
import type { TemplateEntry } from '../../sdk';
import { UsageError } from '../exits';
import type { Session } from '../session';

const STATES = ['approved', 'in-review', 'submitted', 'draft'] as const;

/** The template; of a name, the newest version among the most advanced. */
export async function templateNamed({ catalogue }: Session, given: string): Promise<TemplateEntry> {
  if (given.startsWith('sha256:')) return catalogue.template(given);
  for (const state of STATES) {
    const found = (await catalogue.templates({ state })).filter(({ document }) => document.name === given);
    const newest = found.toSorted((a, b) => compareVersions(b.document.version, a.document.version))[0];
    if (newest === undefined) continue;
    const rivals = found.filter(({ document }) => document.version === newest.document.version);
    if (rivals.length > 1) {
      const ids = rivals.map(({ id }) => id).join(', ');
      throw new UsageError(
        `Several templates are called ${given}: name one by its id (${ids}).`,
        `有多个模板名为 ${given}：请用标识指明（${ids}）。`,
      );
    }
    return catalogue.template(newest.id);
  }
  throw new UsageError(
    `No template is called ${given}. Look at: aggregora template list.`,
    `没有名为 ${given} 的模板。请查看：aggregora template list。`,
  );
}

/** Semantic versions: numbers compared as numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
