// The one port every source meets: a plan goes in, integer group rows come out.
import type { GroupRow, SumsPlan } from '../../domain/templates/plan';

export interface RunOptions {
  /** 32 bytes of the data version: keys the choice of which groups a unit keeps. */
  readonly secret: Uint8Array;
  readonly timeoutMs: number;
}

/** A column as the source itself describes it, for checking a mapping before the first question. */
export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

export interface Source {
  readonly dialect: 'duckdb' | 'postgres' | 'trino';
  /** Columns of the registered table. Refuses SOURCE_DOWN, SOURCE_TABLE_UNKNOWN. */
  describe(): Promise<readonly SourceColumn[]>;
  /** Only groups with at least one contributor; order is not promised. Refuses SOURCE_DOWN before data were touched; after that any failure is a bare Error. */
  run(plan: SumsPlan, options: RunOptions): Promise<readonly GroupRow[]>;
  /**
   * Names of the distinct units that the plan's filters leave, as text, at most `most` of them: where there are more, those whose
   * keyed hash comes first. Fails as `run` does.
   */
  units(plan: SumsPlan, options: RunOptions, most: number): Promise<readonly string[]>;
  /** A digest of content and mapping: two equal versions answer alike. */
  version(): Promise<string>;
  close(): Promise<void>;
}
