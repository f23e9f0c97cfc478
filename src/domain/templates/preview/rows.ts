// Invented rows from declared domains only: uniform, without any relation to a real table, and the same for the same seed.
import { sha256, utf8 } from '../../canonical';
import { boundsOf, fromScaled, type Column, type DataElement } from '../../elements';
import { dayMs, dayNumber, dayText } from '../domains';
import type { Row, Value } from './values';

/** Rows of one unit, on average. */
const ROWS_PER_UNIT = 3;

/** 64-bit draws of one digest. */
const DRAWS = 4;

/** A whole number in [0, below). */
export type Chance = (below: bigint) => bigint;

/** SHA-256 in counter mode under a seed. For pictures only: noise never comes from here. */
export function chanceOf(seed: string): Chance {
  let turn = 0;
  let block = Buffer.alloc(0);
  return (below) => {
    if (turn % DRAWS === 0) block = Buffer.from(sha256(utf8(`${seed}\0${String(turn / DRAWS)}`)));
    return block.readBigUInt64BE((turn++ % DRAWS) * 8) % below;
  };
}

/** `count` rows, about three of every unit; same element, seed and count, same rows. */
export function syntheticRows(element: DataElement, seed: string, count: number): Row[] {
  const chance = chanceOf(seed);
  const units = BigInt(Math.max(1, Math.ceil(count / ROWS_PER_UNIT)));
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      element.columns.map((column): [string, Value] => [column.name, invented(column, chance, units)]),
    ),
  );
}

function invented(column: Column, chance: Chance, units: bigint): Value {
  switch (column.type) {
    case 'text-id':
      return `synthetic-${chance(units).toString()}`;
    case 'boolean':
      return chance(2n) === 1n;
    case 'category':
      return column.domain.values[Number(chance(BigInt(column.domain.values.length)))] ?? null;
    case 'date':
      return dayText(dayIn(column.domain, chance));
    case 'timestamp':
      return `${new Date(dayIn(column.domain, chance) * dayMs + Number(chance(BigInt(dayMs)))).toISOString().slice(0, 19)}Z`;
    case 'integer':
    case 'decimal': {
      const bounds = boundsOf(column);
      return bounds === undefined ? null : fromScaled(bounds.low + chance(bounds.high - bounds.low + 1n), bounds.scale);
    }
  }
}

function dayIn({ from, to }: { readonly from: string; readonly to: string }, chance: Chance): number {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  return first + Number(chance(BigInt(last - first + 1)));
}
