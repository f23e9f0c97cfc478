// Follows one question at the desk until every record is final or refused.
import { useEffect, useState } from 'react';
import type { Desk } from '../api/desk';
import { problemFrom } from '../api/request';
import type { ExchangeRecord, ProblemDocument, Question } from '../api/types';

const PACE_MS = 700;
const AFTER_A_FAILURE_MS = 3_000;
const over: readonly string[] = ['FINAL', 'RESOLVED', 'DEFAULTED', 'ERASED'];

/** Nothing more will happen to this record that a reader waits for. */
const isOver = (record: ExchangeRecord): boolean => record.status === 'REFUSED' || over.includes(record.state);

export interface Followed {
  readonly question: Question | undefined;
  /** The last failure to ask the desk; the question stays shown, and asking goes on. */
  readonly problem: ProblemDocument | undefined;
}

/** The question as the desk told it last, asked again every 700 ms while it moves. */
export function useQuestion(desk: Desk | undefined, group: string): Followed {
  const [followed, follow] = useState<Followed>({ question: undefined, problem: undefined });
  useEffect(() => {
    if (desk === undefined) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const question = await desk.question(group, ending.signal);
        if (ending.signal.aborted) return;
        follow({ question, problem: undefined });
        // A fit shows the records of its first round: it moves on when those are final.
        const fitting = question.rounds != null && question.combined === null && question.error === null;
        const moving = fitting || question.records.length === 0 || !question.records.every(isOver);
        // One record that failed does not hold the others up, and the desk tries it again by itself.
        later(moving, question.error === null ? PACE_MS : AFTER_A_FAILURE_MS);
      } catch (error) {
        if (ending.signal.aborted) return;
        const problem = problemFrom(error);
        follow((before) => ({ question: before.question, problem }));
        later(problem.code === 'DESK_UNREACHABLE', AFTER_A_FAILURE_MS);
      }
    };
    const later = (wanted: boolean, ms: number): void => {
      if (wanted) timer = setTimeout(() => void look(), ms);
    };
    void look();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [desk, group]);
  return followed;
}
