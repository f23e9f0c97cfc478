// The plan is what a template and a binding become: everything a source must compute, in integers, and nothing else.
import type { ContentId } from '../canonical';

/** A literal as it goes to a source: category text, integer (fixed point already applied), boolean or ISO date. */
export type Literal = string | bigint | boolean;

export type Comparison = '=' | 'in' | '<' | '<=' | '>' | '>=' | 'between';

export interface Filter {
  readonly column: string;
  readonly op: Comparison;
  /** One literal; two for `between`; any number for `in`. */
  readonly values: readonly Literal[];
  /** Decimal digits of the column's fixed point: the source compares `round(column * 10^scale)` with the literal. */
  readonly scale: number;
  /** `day`: the literals are ISO dates and the column's UTC calendar day is compared. Absent: text, integer or boolean by literal. */
  readonly compare?: 'day';
}

/** How one part of a group key is made. Key parts are text; declared lists come from the element or the template. */
export type Grouping =
  | {
      readonly of: 'column';
      readonly column: string;
      readonly keys: readonly string[] | 'discovered';
      /** How a value becomes a key: its text (default), a rounded integer, `true`/`false`, or its UTC day. */
      readonly as?: 'text' | 'integer' | 'boolean' | 'day';
    }
  | {
      readonly of: 'bucket';
      readonly column: string;
      readonly by: 'hour' | 'day' | 'week' | 'month';
      readonly keys: readonly string[];
    }
  /** Bands [edges[i], edges[i+1]); the key is the text of the lower edge; rows outside all bands are dropped. Edges are scaled integers. */
  | { readonly of: 'band'; readonly column: string; readonly scale: number; readonly edges: readonly bigint[] }
  /** Cells of `cell` (scaled integer degrees) from (south, west); key `row:col`. */
  | {
      readonly of: 'grid';
      readonly lat: string;
      readonly lon: string;
      readonly scale: number;
      readonly south: bigint;
      readonly west: bigint;
      readonly cell: bigint;
      readonly rows: number;
      readonly cols: number;
    };

/**
 * One integer column of the result, per group, summed over units after clipping (Linf) and the cut to `groupsPerUnit` (L0).
 * `rows`: Σ min(n, perUnit); with `column` only rows where that column holds a number (not NULL, not NaN) are counted. `sum`: Σ clip(Σ_rows (clamp(round(v*10^scale), low, high) − offset), lowest, highest).
 */
export type Aggregate =
  | { readonly of: 'rows'; readonly perUnit: bigint; readonly column?: string }
  | {
      readonly of: 'sum';
      readonly column: string;
      readonly scale: number;
      readonly low: bigint;
      readonly high: bigint;
      /** Subtracted from every clamped row value (the midpoint for means); 0n for plain sums. */
      readonly offset: bigint;
      /** 1 for sums and means, 2 for second moments: the centred value is raised to this power after clamping. */
      readonly power: 1 | 2;
      /** Clip of the per-(unit, group) total. */
      readonly lowest: bigint;
      readonly highest: bigint;
    };

/** A variable of a correlation or regression: its clamped fixed-point value less the midpoint of its bounds. */
export interface Factor {
  readonly column: string;
  readonly scale: number;
  readonly low: bigint;
  readonly high: bigint;
  readonly offset: bigint;
  /** Not a number but a test: 1 where the column's text or truth is this, otherwise 0. */
  readonly is?: string | boolean;
}

/** Σ clip(Σ_rows Π factors, lowest, highest) over rows where all `complete` columns hold numbers and all `present` tests a value; no factor counts the rows. */
export interface Moment {
  readonly of: 'moment';
  readonly factors: readonly Factor[];
  readonly complete: readonly string[];
  readonly present?: readonly Factor[];
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** A linear predictor over centred factors, in units of 2^−40: constant + Σ slope·factor. */
export interface Link {
  readonly constant: bigint;
  readonly terms: readonly { readonly factor: Factor; readonly slope: bigint }[];
}

/**
 * Σ clip(Σ_rows v·Π factors, lowest, highest) over rows as of a moment. With p the row's chance at the
 * link's predictor (2^−20, see link.ts), v is target·2^20 − p, or p·(2^20 − p) for curvatures.
 */
export interface LinkMoment {
  readonly of: 'link';
  readonly link: Link;
  readonly value: { readonly of: 'residual'; readonly target: Factor } | { readonly of: 'curvature' };
  readonly factors: readonly Factor[];
  readonly complete: readonly string[];
  readonly present?: readonly Factor[];
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** A measure as people read it, and which aggregates (by index into `aggregates`) it is made of. */
export type PlannedMeasure =
  | { readonly as: string; readonly of: 'units' }
  | { readonly as: string; readonly of: 'count'; readonly rows: number }
  | { readonly as: string; readonly of: 'sum'; readonly total: number; readonly scale: number }
  | {
      readonly as: string;
      readonly of: 'mean';
      readonly total: number;
      readonly rows: number;
      readonly scale: number;
      readonly midpoint: bigint;
    }
  | {
      readonly as: string;
      readonly of: 'variance';
      readonly total: number;
      readonly squares: number;
      readonly rows: number;
      readonly scale: number;
      readonly halfWidth: bigint;
    }
  /** A histogram is planned as one more `band` grouping (the last) and counts units in it. */
  | { readonly as: string; readonly of: 'histogram' };

/** Variables in order, and which aggregates hold n, their sums and the products of each pair (a ≤ b, row by row). */
export interface Moments {
  readonly variables: readonly Factor[];
  readonly rows: number;
  readonly sums: readonly number[];
  readonly products: readonly number[];
}

/** Measures that only sums over several repositories answer: read from noisy bins or moments, never released by one alone. */
export type SumsMeasure =
  | PlannedMeasure
  /** Planned as one more `band` grouping (the last) that counts units, like a histogram; one value a group. */
  | {
      readonly as: string;
      readonly of: 'quantile';
      readonly quantile: { readonly num: bigint; readonly den: bigint };
      readonly scale: number;
      readonly edges: readonly bigint[];
    }
  | { readonly as: string; readonly of: 'correlation'; readonly moments: Moments }
  /** Units of two repositories that are in both; no vector is summed for it. */
  | { readonly as: string; readonly of: 'overlap'; readonly capacity: number }
  /** The first variable is the target. */
  | { readonly as: string; readonly of: 'regression'; readonly moments: Moments }
  /** One round of a logistic fit: first the moments of target and variables, then slopes at coefficients, last the curvature. */
  | { readonly as: string; readonly of: 'logistic'; readonly round: 'start'; readonly moments: Moments }
  | {
      readonly as: string;
      readonly of: 'logistic';
      readonly round: 'slopes' | 'curvature';
      readonly variables: readonly Factor[];
      /** Slopes by variable after the constant's; curvatures by pair a ≤ b, row by row, the constant first. */
      readonly links: readonly number[];
    };

export type SumsAggregate = Aggregate | Moment | LinkMoment;

/** What a source can run; every `Plan` is one. */
export interface SumsPlan extends Omit<Plan, 'aggregates' | 'measures'> {
  readonly aggregates: readonly SumsAggregate[];
  readonly measures: readonly SumsMeasure[];
}

export interface Plan {
  readonly template: ContentId;
  readonly element: ContentId;
  /** contentId('aggregora/binding/1', …) of the canonical parameters. */
  readonly binding: ContentId;
  readonly unit: string;
  readonly unitOf: string;
  readonly filters: readonly Filter[];
  readonly groups: readonly Grouping[];
  /** L0: the most groups one unit may be counted in; at least 1. */
  readonly groupsPerUnit: number;
  readonly aggregates: readonly Aggregate[];
  readonly measures: readonly PlannedMeasure[];
  readonly privacy: {
    readonly mechanism: 'gaussian' | 'laplace';
    /** Rational text such as `1/200`. */
    readonly rho: string;
    readonly minUnits: number;
  };
}

/** One group as a source returns it. Exact and secret: lives only between a source and `SafeAnswer.release`. */
export interface GroupRow {
  readonly key: readonly string[];
  /** Distinct units counted in this group after the L0 cut. */
  readonly contributors: bigint;
  /** One value per aggregate of the plan, same order. */
  readonly values: readonly bigint[];
}
