// An owner's policy: default numbers, tightened freely, loosened by two people and printed on the label.
import { z } from 'zod';
import type { Json } from '../canonical';
import { Refusal } from '../refusals';
import { compare, parseRational, toText, zero } from './rational';

function isFraction(text: string): boolean {
  try {
    const value = parseRational(text);
    return compare(value, zero) > 0 && toText(value) === text;
  } catch {
    return false;
  }
}
const fraction = z.string().refine(isFraction, 'a fraction above 0 in lowest terms, such as 1/200');
const count = z.int().min(1).max(1_000_000);

export const Limits = z.strictObject({
  /** Most rho of one question. */
  rhoPerQuestion: fraction,
  minUnits: count,
  groupsPerUnit: count,
  capPerSearcher: fraction,
  capPerRepository: fraction,
  /** Total delta; key selection also stays below 1/(10·units). */
  delta: fraction,
});
export type Limits = z.infer<typeof Limits>;

const Person = z.string().min(1).max(80);
const Loosening = z.strictObject({
  field: Limits.keyof(),
  from: z.union([z.string(), z.int()]),
  to: z.union([z.string(), z.int()]),
  by: Person,
  second: Person,
});

export const Policy = z.strictObject({
  schema: z.literal('aggregora/policy/1'),
  version: z.int().min(1),
  unit: z.string().regex(/^[a-z][a-z-]{0,30}$/),
  limits: Limits,
  /** Caps never refill by themselves. */
  refresh: z.literal('never'),
  loosened: z.array(Loosening),
});
export type Policy = z.infer<typeof Policy>;

/** The default of design/safe-answers.md. */
export const defaultPolicy: Policy = {
  schema: 'aggregora/policy/1',
  version: 1,
  unit: 'person',
  limits: {
    rhoPerQuestion: '1/200',
    minUnits: 10,
    groupsPerUnit: 4,
    capPerSearcher: '1/8',
    capPerRepository: '1/2',
    delta: '1/1000000',
  },
  refresh: 'never',
  loosened: [],
};

/** A policy document from outside. Refuses POLICY_UNREADABLE. */
export function readPolicy(document: unknown): Policy {
  const read = Policy.safeParse(document);
  if (!read.success) throw new Refusal('POLICY_UNREADABLE');
  return read.data;
}

/** Smaller is stricter everywhere but at the floor. */
function isLooser(field: keyof Limits, before: Limits, after: Limits): boolean {
  if (field === 'minUnits') return after.minUnits < before.minUnits;
  return compare(parseRational(`${after[field]}`), parseRational(`${before[field]}`)) > 0;
}

const fields = Object.keys(Limits.shape) as (keyof Limits)[];
const looserFields = (before: Limits, after: Limits): (keyof Limits)[] =>
  fields.filter((f) => isLooser(f, before, after));

function changed(policy: Policy, change: Partial<Limits>): Limits {
  const read = Limits.safeParse({ ...policy.limits, ...change });
  if (!read.success) throw new Refusal('POLICY_UNREADABLE');
  return read.data;
}

/** Notes stay only as long as the field is looser than the default. */
const stillLooser = (policy: Policy): Policy => ({
  ...policy,
  loosened: policy.loosened.filter((note) => isLooser(note.field, defaultPolicy.limits, policy.limits)),
});

/** The next version with stricter or equal limits. Refuses POLICY_WOULD_LOOSEN, POLICY_UNREADABLE. */
export function tighten(policy: Policy, change: Partial<Limits>): Policy {
  const limits = changed(policy, change);
  const looser = looserFields(policy.limits, limits);
  if (looser.length > 0) throw new Refusal('POLICY_WOULD_LOOSEN', { fields: looser });
  return stillLooser({ ...policy, version: policy.version + 1, limits });
}

/** The next version with any limits, on the word of two people. Refuses POLICY_SECOND_PERSON, POLICY_UNREADABLE. */
export function loosen(policy: Policy, change: Partial<Limits>, people: { by: string; second: string }): Policy {
  if (people.by === people.second || people.by === '' || people.second === '')
    throw new Refusal('POLICY_SECOND_PERSON');
  const limits = changed(policy, change);
  const fresh = looserFields(policy.limits, limits);
  const notes = fresh.map((field) => ({ field, from: defaultPolicy.limits[field], to: limits[field], ...people }));
  const kept = policy.loosened.filter((note) => !fresh.includes(note.field));
  return stillLooser({ ...policy, version: policy.version + 1, limits, loosened: [...kept, ...notes] });
}

/** What the label prints of a loosened policy: field, default, now; no names of people. */
export const loosenedNotes = (policy: Policy): readonly Json[] =>
  policy.loosened.map(({ field, from }) => ({ field, from, to: policy.limits[field] }));
