// A refusal is a typed "no": a stable code, ids and numbers that explain it, and never a row, a value or a parameter.

/** One line of a room's table: the HTTP status, what happened, and what to do, in both languages. */
export interface RefusalRow {
  readonly http: number;
  readonly en: string;
  readonly zh: string;
  readonly doEn: string;
  readonly doZh: string;
}

export type RefusalRows = Readonly<Record<string, RefusalRow>>;

/** Ids, codes and counts only: everything in here may be shown, logged and stored. */
export type RefusalDetails = Readonly<Record<string, string | number | readonly string[]>>;

export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly details: RefusalDetails = {},
  ) {
    super(code);
    this.name = 'Refusal';
  }
}
