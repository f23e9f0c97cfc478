// The confidential story: three repositories answer one question in both modes; nobody sees a part, and anyone can check the sum.
import type { Json, JsonObject } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import type { ConfidentialAnswer, ConfidentialOffice } from '../../sdk/confidential/ask';
import { verifyConfidential, type ConfidentialVerdict } from '../../sdk/confidential/verify';
import type { AuditTrust } from '../../sdk/verify/trust';

export interface ConfidentialContext {
  readonly office: ConfidentialOffice;
  readonly trust: AuditTrust;
  readonly template: string;
  /** At least three, of three owners, with one element, template adopted and permit granted. */
  readonly repositories: readonly string[];
  readonly purpose: string;
  /** One binding a mode: a set that was answered is not answered again in the same quarter. */
  readonly parameters: Readonly<Record<'shares' | 'homomorphic', JsonObject>>;
  readonly say: (line: string) => void;
  /** Shows a table of cells. */
  readonly show?: (body: Json) => void;
}

export interface ConfidentialOutcome {
  readonly mode: 'shares' | 'homomorphic';
  /** Null when the nodes refused, because this set was answered before. */
  readonly answer: ConfidentialAnswer | null;
  readonly verdicts: readonly ConfidentialVerdict[];
}

/** Safe to tell again: then the nodes say that they have answered, which is part of the story. */
export async function run(context: ConfidentialContext): Promise<readonly ConfidentialOutcome[]> {
  const outcomes: ConfidentialOutcome[] = [];
  for (const mode of ['shares', 'homomorphic'] as const) outcomes.push(await told(context, mode));
  return outcomes;
}

async function told(context: ConfidentialContext, mode: ConfidentialOutcome['mode']): Promise<ConfidentialOutcome> {
  const { office, template, repositories, purpose, parameters, say, show, trust } = context;
  say(`mode ${mode}: one signed question to ${repositories.join(', ')}`);
  try {
    const answer = await office.askConfidentially({
      mode,
      template,
      repositories,
      purpose,
      parameters: parameters[mode],
    });
    say(
      `three nodes each released a sealed part; together they are one noisy sum over ${String(repositories.length)} repositories`,
    );
    show?.(answer.body);
    const verdicts = [];
    for (const level of ['A', 'B'] as const) {
      const verdict = verifyConfidential(await office.evidence(answer, level), trust);
      for (const { name, holds } of verdict.checks) say(`  level ${level}: ${holds ? 'holds' : 'FAILS'}: ${name}`);
      if (verdict.code !== 0) throw new Error(`The evidence of ${answer.question} does not verify at level ${level}.`);
      verdicts.push(verdict);
    }
    return { mode, answer, verdicts };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ALREADY_ANSWERED') throw error;
    say('  this set was answered this quarter: the nodes refuse to draw noise for it again');
    return { mode, answer: null, verdicts: [] };
  }
}
