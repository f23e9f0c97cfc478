// A road of steps with what is behind, what is under way and what lies ahead; a list to those who listen to it.
import { Loader } from '@mantine/core';
import styles from './steps.module.css';

export interface Step {
  readonly name: string;
  readonly label: string;
  readonly where?: string | undefined;
}

interface Road {
  readonly label: string;
  readonly steps: readonly Step[];
  /** How many steps are behind. */
  readonly done: number;
  /** Whether the next one is under way. */
  readonly moving: boolean;
}

export function Steps({ label, steps, done, moving }: Road) {
  return (
    <ol className={styles['road']} aria-label={label}>
      {steps.map(({ name, label: words, where }, at) => (
        <li
          key={name}
          className={styles['step']}
          data-done={at < done || undefined}
          data-past={at + 1 < done || undefined}
          aria-current={at === done - 1 ? 'step' : undefined}
        >
          <span className={styles['mark']} aria-hidden>
            {at < done ? '✓' : at === done && moving ? <Loader size={10} /> : at + 1}
          </span>
          <span>
            {words}
            {where !== undefined && <span className={styles['where']}>{where}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
