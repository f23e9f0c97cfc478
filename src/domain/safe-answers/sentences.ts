// The two plain sentences on every label, in both languages.
import type { Sureness } from './loss';

const words = {
  person: ['person', '个人'],
  household: ['household', '家庭'],
  device: ['device', '设备'],
  vehicle: ['vehicle', '车辆'],
  event: ['event', '事件'],
} as const satisfies Record<string, readonly [string, string]>;

const wordsOf = (unit: string): readonly [string, string] =>
  Object.hasOwn(words, unit) ? words[unit as keyof typeof words] : [unit, unit];

/** Two sentences a language; `unit` is what the element protects. */
export function sentences({ inTable, fact }: Sureness, unit: string): { en: readonly string[]; zh: readonly string[] } {
  const [en, zh] = wordsOf(unit);
  return {
    en: [
      `Whoever sees every answer can be at most ${inTable} % sure that a given ${en} is in the table.`,
      `Whoever sees every answer can be at most ${fact} % sure of a yes/no fact about a given ${en}.`,
    ],
    zh: [
      `看到全部答案的人，对某一${zh}是否在表中的把握至多为 ${inTable} %。`,
      `看到全部答案的人，对某一${zh}的任一“是/否”事实的把握至多为 ${fact} %。`,
    ],
  };
}
