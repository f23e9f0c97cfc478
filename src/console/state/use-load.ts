// Loads something once for a key and again when the key changes; a late answer to an old key is dropped.
import { useCallback, useEffect, useState } from 'react';
import { problemFrom } from '../api/request';
import type { ProblemDocument } from '../api/types';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: ProblemDocument | undefined;
  readonly busy: boolean;
  again(): void;
}

interface Held<T> {
  readonly key: string;
  readonly value?: T;
  readonly problem?: ProblemDocument;
}

/**
 * What `load` gives for `key`; nothing is loaded while `key` is undefined. The last value stays while the next one loads,
 * so that a page does not blink.
 */
export function useLoad<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [held, hold] = useState<Held<T>>({ key: '' });
  const [turn, setTurn] = useState(0);
  const wanted = key === undefined ? undefined : `${key}\u0000${String(turn)}`;
  useEffect(() => {
    if (wanted === undefined) return;
    const ending = new AbortController();
    load(ending.signal).then(
      (value) => {
        if (!ending.signal.aborted) hold({ key: wanted, value });
      },
      (error: unknown) => {
        if (!ending.signal.aborted) hold({ key: wanted, problem: problemFrom(error) });
      },
    );
    return () => ending.abort();
    // `load` closes over what `key` names; the key alone decides.
  }, [wanted]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return {
    value: wanted === undefined ? undefined : held.value,
    problem: wanted === undefined ? undefined : held.problem,
    busy: wanted !== undefined && held.key !== wanted,
    again,
  };
}
