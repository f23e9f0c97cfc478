// Turns a failed schema check into one refusal that names the exact place (RFC 6901) and the rule, never the value.
import type { z } from 'zod';
import { Refusal } from '../refusals';

type Issue = z.core.$ZodIssue;

/** A JSON pointer of RFC 6901 §3. */
export const pointer = (...path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');

// A union reports every branch; the branch that got furthest is the one the writer meant.
function deepest(issue: Issue, path: readonly PropertyKey[] = []): { path: readonly PropertyKey[]; rule: string } {
  const here = [...path, ...issue.path];
  if (issue.code === 'unrecognized_keys') return { path: [...here, issue.keys[0] ?? ''], rule: 'unknown field' };
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { path: here, rule: ruleOf(issue) };
  const branches = issue.errors.flatMap((branch) =>
    branch[0] ? [{ at: deepest(branch[0], here), count: branch.length }] : [],
  );
  branches.sort((a, b) => b.at.path.length - a.at.path.length || a.count - b.count);
  return branches[0]?.at ?? { path: here, rule: issue.code };
}

function ruleOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  return issue.code === 'custom' ? issue.message : issue.code.replace(/_/g, ' ');
}

/** The parsed document; refuses with `code` and {at, rule} of the first fault. */
export function parsed<T>(schema: z.ZodType<T>, document: unknown, code: string): T {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  const at = first === undefined ? { path: [], rule: 'invalid' } : deepest(first);
  throw new Refusal(code, { at: pointer(...at.path), rule: at.rule });
}
