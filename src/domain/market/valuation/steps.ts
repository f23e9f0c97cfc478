// What every calculator returns: the value, the steps that led there, and what the value is sensitive to.
import { Refusal } from '../../refusals';

/** A named intermediate figure. Floats are fine here: these are estimates with shown inputs, not promises or payments. */
export interface Step {
  readonly name: string;
  readonly value: number;
}

export interface Valued {
  readonly value: number;
  readonly steps: readonly Step[];
}

export interface Swing {
  readonly input: string;
  readonly low: number;
  readonly high: number;
}

/** Refuses VALUATION_INPUT with the input's name when it is not a finite number inside [low, high]. */
export function needInput(input: string, value: number, low = -Infinity, high = Infinity): number {
  if (!Number.isFinite(value) || value < low || value > high) throw new Refusal('VALUATION_INPUT', { input });
  return value;
}

/** Tornado: the value with each input 'part' lower and higher, widest swing first; the other inputs stay. */
export function tornado<T extends Readonly<Record<string, number>>>(
  inputs: T,
  part: number,
  value: (changed: T) => number,
): readonly Swing[] {
  const swings = Object.entries(inputs).map(([input, base]) => {
    const at = (factor: number) => value({ ...inputs, [input]: base * factor });
    const [a, b] = [at(1 - part), at(1 + part)];
    return { input, low: Math.min(a, b), high: Math.max(a, b) };
  });
  return swings.sort((a, b) => b.high - b.low - (a.high - a.low) || (a.input < b.input ? -1 : 1));
}
