// The confidential story: three repositories answer one question in the clear and in both modes; nobody sees a part, anyone can check the sum.
import type { Json, JsonObject } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import type { ConfidentialAnswer, ConfidentialAsking, ConfidentialOffice } from '../../sdk/confidential/ask';

export type Level = 'A' | 'B' | 'C';

export interface ConfidentialContext {
  readonly office: ConfidentialOffice;
  readonly template: string;
  /** At least three, of three owners, with one element, template adopted and permit granted. */
  readonly repositories: readonly string[];
  readonly purpose: string;
  /**
   * The same rows in both, in two bindings: a set that was answered is not answered again in the same quarter, because noise
   * drawn twice could be averaged away.
   */
  readonly parameters: Readonly<Record<'shares' | 'homomorphic', JsonObject>>;
  /** How many are in both of two of the repositories. */
  readonly overlap: Pick<ConfidentialAsking, 'template' | 'repositories' | 'parameters'>;
  /** The same question in the clear, as every repository answers it alone. */
  readonly clear: (parameters: JsonObject) => Promise<Json>;
  /** Level C evidence, by an auditor under a mandate of two organisations. */
  readonly mandated: (evidence: Uint8Array) => Promise<Uint8Array>;
  /** What `aggregora verify` exits with for this evidence. */
  readonly verify: (evidence: Uint8Array, level: Level) => Promise<number>;
  /** Test build only: exact sums below all noise. Undefined where there is no test build. */
  readonly inner: InnerSums | undefined;
  readonly say: (line: string) => void;
  /** Shows a table of cells. */
  readonly show: (body: Json) => void;
}

/** What only a checkout with its tests can compute; no program of the exchange holds these figures. */
export interface InnerSums {
  /** From the sources themselves, as each data end computes them before it answers in the clear. */
  clear(repositories: readonly string[], template: string, parameters: JsonObject): Promise<readonly bigint[]>;
  /** From level C evidence: the certified sums less the three nodes' noise. */
  confidential(evidence: Uint8Array): readonly bigint[];
  /** Units that two sources have both, as each data end names them to itself. */
  both(repositories: readonly string[], template: string, parameters: JsonObject): Promise<bigint>;
}

export interface ConfidentialOutcome {
  readonly mode: ConfidentialAsking['mode'];
  /** Null when the nodes refused, because this set was answered before. */
  readonly answer: ConfidentialAnswer | null;
  /** Exit codes of `aggregora verify` by level. */
  readonly verified: Readonly<Partial<Record<Level, number>>>;
  readonly inner: readonly bigint[] | undefined;
}

export interface ConfidentialStory {
  readonly modes: readonly ConfidentialOutcome[];
  /** The exact inner sum in the clear, and whether it is the same in all paths that were told; undefined without a test build. */
  readonly identical: boolean | undefined;
  readonly holds: boolean;
}

/** Safe to tell again: then the nodes say that they have answered, and what was kept is checked again. */
export async function run(context: ConfidentialContext): Promise<ConfidentialStory> {
  const { say, show, parameters, inner, repositories, template } = context;
  say(
    `in the clear: ${repositories.join(', ')} each answer ${JSON.stringify(parameters.shares)}, and the parts are seen`,
  );
  show(await context.clear(parameters.shares));
  const exact = await inner?.clear(repositories, template, parameters.shares);
  const modes: ConfidentialOutcome[] = [];
  for (const mode of ['shares', 'homomorphic'] as const) modes.push(await told(context, mode));
  const identical = exact === undefined ? undefined : sameInAll(say, exact, modes);
  const overlap = await inBoth(context);
  modes.push(overlap.outcome);
  const verified = modes.flatMap((one) => Object.values(one.verified));
  const holds =
    identical !== false && overlap.identical !== false && verified.length >= 6 && verified.every((code) => code === 0);
  return { modes, identical, holds };
}

/** The last chapter: two of the repositories, and how many people both know. */
async function inBoth(
  context: ConfidentialContext,
): Promise<{ readonly outcome: ConfidentialOutcome; readonly identical: boolean | undefined }> {
  const { overlap, purpose, say, inner } = context;
  const outcome = await asked(context, { mode: 'overlap', purpose, ...overlap });
  if (inner === undefined) return { outcome, identical: undefined };
  const exact = await inner.both(overlap.repositories, overlap.template, overlap.parameters);
  const [found] = outcome.inner ?? [];
  say('\ntest build only: how many are in both, from the two sources and below the noise');
  say(`  sources      ${String(exact)}`);
  say(`  overlap      ${String(found)}`);
  return { outcome, identical: exact === found };
}

function told(context: ConfidentialContext, mode: 'shares' | 'homomorphic'): Promise<ConfidentialOutcome> {
  const { template, repositories, purpose, parameters } = context;
  return asked(context, { mode, template, repositories, purpose, parameters: parameters[mode] });
}

async function asked(context: ConfidentialContext, asking: ConfidentialAsking): Promise<ConfidentialOutcome> {
  const { office, say, show, inner } = context;
  const { mode, repositories, parameters } = asking;
  say(`\nmode ${mode}: one signed question to ${repositories.join(', ')}: ${JSON.stringify(parameters)}`);
  const { group } = await office.begin(asking);
  let answer: ConfidentialAnswer | null = null;
  try {
    answer = await office.settle(group);
    const { certificate, public: open } = answer.checks;
    say(
      mode === 'overlap'
        ? 'two hidden lists went through three nodes, each of which mixed in points of its own; nobody saw who is in either'
        : 'three nodes each released a sealed part; together they are one noisy sum, and no part was seen by anybody',
    );
    say(
      `certificate: ${String(certificate.length)} faults; signatures, chains and sets: ${String(open.length)} faults`,
    );
    show(answer.body);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ALREADY_ANSWERED') throw error;
    say(
      'this set was answered this quarter: the nodes refuse to draw noise for it again; the kept evidence is checked',
    );
  }
  const evidence = office.keptFor(asking);
  if (evidence === undefined) throw new Error('The nodes have answered this before, and the evidence is not here.');
  const mandated = await context.mandated(evidence('B'));
  const verified: Partial<Record<Level, number>> = {};
  for (const [level, bytes] of [
    ['A', evidence('A')],
    ['B', evidence('B')],
    ['C', mandated],
  ] as const)
    verified[level] = await context.verify(bytes, level);
  return { mode, answer, verified, inner: inner?.confidential(mandated) };
}

function sameInAll(
  say: ConfidentialContext['say'],
  exact: readonly bigint[],
  modes: readonly ConfidentialOutcome[],
): boolean {
  const paths = [['clear', exact] as const, ...modes.map(({ mode, inner }) => [mode, inner ?? []] as const)];
  say('\ntest build only: the exact inner sum, below all noise');
  for (const [path, cells] of paths) say(`  ${path.padEnd(12)} ${cells.join(' ')}`);
  const identical = paths.every(([, cells]) => cells.join() === exact.join());
  say(identical ? '  identical in all three paths' : '  NOT identical');
  return identical;
}
