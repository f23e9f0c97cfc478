// What the exchange and the desk send, as far as the console reads it; written by hand after their controllers.

export interface Words {
  readonly en: string;
  readonly zh: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Given as `after` for the next page; absent or null on the last. */
  readonly next?: string | null;
}

export interface Metadata {
  readonly title: Words;
  readonly description: Words;
  readonly theme: string;
  readonly place: { readonly name: string; readonly zips?: readonly string[] };
  readonly time: { readonly from: string; readonly to: string };
  /** Powers of ten only: `1e3-1e4`. */
  readonly size: string;
  readonly rhythm: string;
  readonly operations: readonly string[];
  readonly licence: string;
  readonly synthetic: boolean;
}

export interface Repository {
  readonly id: string;
  readonly owner: string;
  readonly element: string;
  readonly state: string;
  readonly metadata: Metadata;
  readonly adoptions?: readonly { readonly template: string; readonly state: string }[];
}

export interface Participant {
  readonly id: string;
  readonly name: Words;
}

type Bound = number | string;

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly title: Words;
  readonly sensitivity: string;
  readonly unit?: string;
  readonly domain?: {
    readonly values?: readonly string[];
    readonly low?: Bound;
    readonly high?: Bound;
    readonly from?: string;
    readonly to?: string;
  };
}

export interface ElementDocument {
  readonly name: string;
  readonly version: string;
  readonly title: Words;
  readonly unit: { readonly of: string; readonly column: string };
  readonly columns: readonly Column[];
}

export interface ElementRow {
  readonly id: string;
  readonly publisher: string;
  readonly document: ElementDocument;
}

interface Asked {
  readonly optional?: boolean;
  readonly title?: Words;
}
export type Parameter =
  | (Asked & { readonly type: 'category'; readonly values: readonly string[]; readonly many?: boolean })
  | (Asked & { readonly type: 'boolean' })
  | (Asked & { readonly type: 'step'; readonly from: Bound; readonly to: Bound; readonly by: Bound })
  | (Asked & { readonly type: 'date'; readonly from: string; readonly to: string });

export type ParameterValue = string | number | boolean | readonly string[];
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface Group {
  readonly column?: string;
  readonly keys?: unknown;
  readonly bucket?: string;
  readonly band?: readonly Bound[];
  readonly grid?: Bound;
}

export interface Measure {
  readonly as: string;
  readonly of: string;
  readonly column?: string;
  readonly edges?: readonly Bound[];
  readonly target?: string | { readonly column: string };
  /** Of a logistic fit: the parameters that its rounds fill in. */
  readonly round?: string;
  readonly at?: readonly string[];
  readonly rounds?: number;
}

export interface TemplateDocument {
  readonly name: string;
  readonly version: string;
  readonly title: Words;
  readonly description?: Words;
  readonly element: string;
  readonly purposes: readonly string[];
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly where: readonly { readonly column: string; readonly parameter?: string | readonly string[] }[];
  readonly groupBy: readonly Group[];
  readonly measures: readonly Measure[];
  readonly privacy: { readonly mechanism: string; readonly rho: string; readonly minUnits: number };
}

export interface TemplateRow {
  readonly id: string;
  readonly element: string;
  readonly author: string;
  readonly state: string;
  readonly document: TemplateDocument;
}

export interface Review {
  readonly reviewer: string;
  readonly verdict: string;
  readonly comment: string;
  readonly reviewedAt: string;
}

export interface Template extends TemplateRow {
  readonly words: Words;
  readonly elementDocument: ElementDocument;
  readonly reviews?: readonly Review[];
  /** By dialect, where the exchange shows it. */
  readonly sql?: Readonly<Record<string, string>>;
}

export type Figure = number | string;
/** A figure with its interval, a figure alone (previews), a withheld one, or none (combined answers). */
export type CellValue =
  | Figure
  /** A fit may have no interval: noise left none. */
  | {
      readonly value: Figure;
      readonly low?: Figure;
      readonly high?: Figure;
      readonly error?: Figure;
      readonly noise?: Figure;
    }
  | { readonly withheld: string }
  | null;

export interface Cell {
  readonly key: readonly string[];
  readonly values: Readonly<Record<string, CellValue>>;
}

export interface Preview {
  readonly words: Words;
  readonly rho: string;
  readonly cells: readonly Cell[];
}

export interface Label {
  readonly dataVersion: string;
  readonly mechanism: { readonly name: string };
  readonly rho: string;
  readonly loss: { readonly epsilon: string; readonly delta: string };
  readonly interval: string;
  readonly unit: string;
  readonly groupsPerUnit: number;
  readonly minUnits: number;
  readonly withheld: { readonly cells: number };
  readonly sentences: { readonly en: readonly string[]; readonly zh: readonly string[] };
  readonly loosened: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
  readonly synthetic: boolean;
}

export interface AnswerBody {
  readonly cells: readonly Cell[];
  readonly label: Label;
}

export interface CombinedBody {
  readonly cells: readonly Cell[];
  readonly parts: number;
  readonly interval: string;
}

export interface DeskOwner {
  readonly participant: string;
  readonly name?: Words | string;
  readonly exchange: string;
}

export interface PermitRow {
  readonly id: string;
  readonly repository: string;
  readonly template: string;
  readonly state: string;
  readonly document: {
    readonly purposes: readonly string[];
    readonly from: number;
    readonly until: number;
    readonly quota: number;
    readonly rho: string;
  };
}

/** Exact texts: what is left. */
export interface Budget {
  readonly rho: string;
  readonly permitRho: string;
  readonly questions: string | number;
}

export interface Asking {
  readonly template: string;
  readonly repositories: readonly string[];
  readonly parameters: Parameters;
  readonly purpose: string;
  readonly mode: Mode;
}

/** How much others see: of each answer (`clear`, `sealed`), or of each repository's part in one sum. */
export type Mode = 'clear' | 'sealed' | 'shares' | 'homomorphic' | 'overlap';

export interface QuestionLine {
  readonly group: string;
  readonly at: string | number;
  readonly template: string;
  readonly repositories: readonly string[];
  readonly state: string;
}

export interface ProblemDocument {
  readonly title: string;
  /** The desk speaks both languages at once. */
  readonly titleZh?: string;
  readonly detailZh?: string;
  readonly detail?: string;
  readonly code: string;
  readonly status?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ExchangeRecord {
  readonly xid: string;
  readonly repository: string;
  readonly state: string;
  readonly status: 'ANSWERED' | 'REFUSED' | null;
  readonly refusal: { readonly code: string; readonly title: Words; readonly do: Words } | null;
  readonly answer: AnswerBody | null;
  readonly left: string | null;
  readonly e: string | null;
  readonly anchors: {
    readonly own: { readonly seq: number; readonly height: number | null; readonly tx?: string } | null;
    readonly owner: { readonly seq: number; readonly height?: number | null; readonly tx?: string } | null;
  };
}

export interface Question {
  readonly group: string;
  readonly at: string | number;
  readonly template: string;
  readonly words: Words;
  /** Where the desk tells them: then the question is said with its values. */
  readonly parameters?: Parameters;
  readonly records: readonly ExchangeRecord[];
  readonly combined: CombinedBody | null;
  /** How it was asked; a desk of before says nothing. */
  readonly mode?: Mode;
  readonly error: ProblemDocument | null;
  /** Of a fit: how many of its rounds are answered, and its figures where it was stopped. */
  readonly rounds?: { readonly done: number; readonly most: number } | null;
  readonly soFar?: CombinedBody | null;
}

export interface Verification {
  readonly code: number;
  readonly checks: readonly { readonly name: string; readonly holds: boolean; readonly note?: string }[];
}
