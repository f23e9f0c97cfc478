// The one form in which a question is asked of several repositories: blocks of an integer vector with bound and sensitivity.
import { contentId, type ContentId, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { ceilDiv, floorDiv, rational, type Rational } from '../../safe-answers/rational';
import type { Axis } from './axes';

/** Every block is brought to this sensitivity, so that one noise scale serves all and each gets the same share of epsilon. */
export const EVEN = 16n;

export interface Block {
  readonly as: string;
  readonly from: number;
  readonly length: number;
  /** Most that one privacy unit changes the block's exact cells by, summed over cells (L1). */
  readonly sensitivity: string;
  /** Most that one repository's exact cell can be, as absolute value. */
  readonly bound: string;
  /** A cell travels as ⌊exact · gauge⌋. */
  readonly gauge: { readonly num: string; readonly den: string };
}

export interface ContributionPlan {
  readonly schema: 'aggregora/contribution-plan/1';
  readonly kind: 'table' | 'overlap';
  /** What the cells of a block stand for, in order: the product of these, the first one slowest. */
  readonly axes: readonly Axis[];
  readonly blocks: readonly Block[];
  /** Of an overlap: the capacity. */
  readonly cells: number;
  /** Bound of a travelling cell: goes into the question. */
  readonly bound: string;
  /** L1 sensitivity of the whole travelling vector: noise scale = this / epsilon. */
  readonly sensitivity: string;
}

export interface BlockWish {
  readonly as: string;
  readonly length: number;
  readonly sensitivity: bigint;
  /** Most cells of the block that one privacy unit changes. */
  readonly changed: bigint;
  readonly bound: bigint;
}

export const planId = (plan: ContributionPlan): ContentId =>
  contentId('aggregora/contribution-plan/1', plan as unknown as Json);

/** Lays blocks one after another. A single block of small sensitivity travels as it is; otherwise all are gauged to EVEN. */
export function layOut(
  kind: ContributionPlan['kind'],
  axes: readonly Axis[],
  wishes: readonly BlockWish[],
): ContributionPlan {
  if (
    wishes.length === 0 ||
    wishes.some(({ sensitivity, changed, length }) => sensitivity <= 0n || changed <= 0n || length <= 0)
  )
    throw new Refusal('PLAN_NOT_LINEAR', { blocks: wishes.length });
  const asItIs = wishes.length === 1 && (wishes[0]?.sensitivity ?? 0n) <= EVEN;
  let from = 0;
  let [bound, sensitivity] = [0n, 0n];
  const blocks = wishes.map((wish): Block => {
    const gauge = asItIs ? rational(1n) : rational(EVEN, wish.sensitivity);
    // A changed cell moves by less than |a − b|·g + 1, so `changed` cells move by less than EVEN + changed, in integers.
    const l1 = gauge.den === 1n ? wish.sensitivity * gauge.num : EVEN + wish.changed - 1n;
    const travelled = ceilDiv(wish.bound * gauge.num, gauge.den);
    bound = travelled > bound ? travelled : bound;
    sensitivity += l1;
    const block = {
      as: wish.as,
      from,
      length: wish.length,
      sensitivity: String(wish.sensitivity),
      bound: String(wish.bound),
      gauge: { num: String(gauge.num), den: String(gauge.den) },
    };
    from += wish.length;
    return block;
  });
  return {
    schema: 'aggregora/contribution-plan/1',
    kind,
    axes,
    blocks,
    cells: from,
    bound: String(bound),
    sensitivity: String(sensitivity),
  };
}

const gaugeOf = ({ gauge }: Block): Rational => ({ num: BigInt(gauge.num), den: BigInt(gauge.den) });

/** Travelling cells being made from exact ones; cells that nobody sets stay zero, as an exact zero does. */
export class Encoder<T extends bigint[] | BigInt64Array> {
  private readonly blocks: readonly {
    readonly block: Block;
    readonly gauge: Rational;
    readonly bound: bigint;
  }[];

  constructor(
    plan: ContributionPlan,
    readonly cells: T,
  ) {
    if (cells.length !== plan.cells) throw new Refusal('PLAN_NOT_LINEAR', { cells: cells.length });
    this.blocks = plan.blocks.map((block) => ({ block, gauge: gaugeOf(block), bound: BigInt(block.bound) }));
  }

  /** Sets cell `at` of every block to `exact(block's name)`. Refuses VALUE_OUT_OF_BOUND. */
  set(at: number, exact: (as: string) => bigint): void {
    for (const { block, gauge, bound } of this.blocks) {
      const value = exact(block.as);
      if (value > bound || value < -bound) throw new Refusal('VALUE_OUT_OF_BOUND', { block: block.as, at });
      this.cells[block.from + at] = floorDiv(value * gauge.num, gauge.den);
    }
  }
}

/** Combined cells in the measure's own unit, one at a time. Each repository's floor costs at most 1/gauge. */
export function decoder(
  plan: ContributionPlan,
  as: string,
  cells: ArrayLike<bigint>,
): (at: number) => Rational | undefined {
  const block = plan.blocks.find((one) => one.as === as);
  if (!block || cells.length !== plan.cells) throw new Refusal('PLAN_NOT_LINEAR', { block: as });
  const { num, den } = gaugeOf(block);
  return (at) => {
    const cell = at < block.length ? cells[block.from + at] : undefined;
    return cell === undefined ? undefined : rational(cell * den, num);
  };
}

/** The whole block at once. */
export function decode(plan: ContributionPlan, as: string, cells: ArrayLike<bigint>): readonly Rational[] {
  const at = decoder(plan, as, cells);
  const length = plan.blocks.find((one) => one.as === as)?.length ?? 0;
  return Array.from({ length }, (_, index) => at(index) ?? rational(0n));
}

/** Half width in the measure's unit of a noise half width in travelling units. */
export function halfWidth(plan: ContributionPlan, as: string, travelling: bigint): Rational {
  const block = plan.blocks.find((one) => one.as === as);
  if (!block) throw new Refusal('PLAN_NOT_LINEAR', { block: as });
  const { num, den } = gaugeOf(block);
  return rational(travelling * den, num);
}

/** `n/d` for the question: sensitivity / epsilon. */
export function noiseScale(plan: ContributionPlan, epsilon: Rational): string {
  const { num, den } = rational(BigInt(plan.sensitivity) * epsilon.den, epsilon.num);
  return den === 1n ? String(num) : `${String(num)}/${String(den)}`;
}
