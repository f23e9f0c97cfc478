// The three rights over a repository's element: holding, processing, usage. Who may sell what is read from these records.
import { Refusal } from '../../refusals';

export const rightKinds = ['holding', 'processing', 'usage'] as const;
export type RightKind = (typeof rightKinds)[number];

/** One record, as the ledger commands RegisterRight, LicenseRight and TransferRight write it. */
export interface Right {
  readonly right: string;
  readonly repository: string;
  readonly kind: RightKind;
  readonly holder: string;
  /** Basis points; all rights of one kind on one repository, licences aside, sum to 10,000 at most. */
  readonly shareBp: number;
  readonly from: number;
  /** Null holds without end. */
  readonly until: number | null;
  readonly parent: string | null;
  readonly version: number;
}

const WHOLE = 10_000;

/** True while the right is in force: half-open [from, until). */
export function inForce(right: Right, now: number): boolean {
  return now >= right.from && (right.until === null || now < right.until);
}

/** A new root right beside those registered. Refuses RIGHT_SHARES (more than the whole), RIGHT_TERM. */
export function register(rights: readonly Right[], draft: Omit<Right, 'version' | 'parent'>): Right {
  needTerm(draft.from, draft.until);
  const beside = rights.filter(
    (each) =>
      each.parent === null && each.repository === draft.repository && each.kind === draft.kind && overlaps(each, draft),
  );
  const sum = beside.reduce((total, each) => total + each.shareBp, draft.shareBp);
  if (draft.shareBp <= 0 || sum > WHOLE)
    throw new Refusal('RIGHT_SHARES', { repository: draft.repository, sumBp: sum });
  return { ...draft, parent: null, version: 1 };
}

/**
 * A usage licence under `parent`. Refuses RIGHT_NOT_YOURS (the licensor does not hold it), RIGHT_NOT_LICENSABLE
 * (processing cannot be licensed on), RIGHT_TERM (outlives its parent), LICENCE_UNSIGNED.
 */
export function license(
  parent: Right,
  terms: {
    right: string;
    licensor: string;
    holder: string;
    shareBp: number;
    from: number;
    until: number;
    signedBy: readonly string[];
  },
): Right {
  if (parent.holder !== terms.licensor) throw new Refusal('RIGHT_NOT_YOURS', { right: parent.right });
  if (parent.kind === 'processing') throw new Refusal('RIGHT_NOT_LICENSABLE', { right: parent.right });
  needTerm(terms.from, terms.until);
  if (terms.from < parent.from || (parent.until !== null && terms.until > parent.until))
    throw new Refusal('RIGHT_TERM');
  if (terms.shareBp <= 0 || terms.shareBp > parent.shareBp)
    throw new Refusal('RIGHT_SHARES', { repository: parent.repository, sumBp: terms.shareBp });
  needSignatures([terms.licensor, terms.holder], terms.signedBy);
  const { right, holder, shareBp, from, until } = terms;
  return {
    right,
    repository: parent.repository,
    kind: 'usage',
    holder,
    shareBp,
    from,
    until,
    parent: parent.right,
    version: 1,
  };
}

/** A change of holder, signed by both at the present version. Refuses RIGHT_VERSION, RIGHT_NOT_YOURS, LICENCE_UNSIGNED. */
export function transfer(
  right: Right,
  by: { from: string; to: string; version: number; signedBy: readonly string[] },
): Right {
  if (right.holder !== by.from) throw new Refusal('RIGHT_NOT_YOURS', { right: right.right });
  if (right.version !== by.version) throw new Refusal('RIGHT_VERSION', { right: right.right, version: right.version });
  needSignatures([by.from, by.to], by.signedBy);
  return { ...right, holder: by.to, version: right.version + 1 };
}

/**
 * May `seller` list a product over `repository` for [from, until)? It must hold, for the whole term, a holding right or
 * a usage licence whose chain of parents is in force for the term. Refuses SALE_WITHOUT_RIGHT.
 */
export function needRightToSell(
  rights: readonly Right[],
  sale: { seller: string; repository: string; from: number; until: number },
): Right {
  const found = rights.find(
    (each) =>
      each.holder === sale.seller &&
      each.repository === sale.repository &&
      each.kind !== 'processing' &&
      coversChain(rights, each, sale),
  );
  if (found === undefined)
    throw new Refusal('SALE_WITHOUT_RIGHT', { seller: sale.seller, repository: sale.repository });
  return found;
}

function coversChain(rights: readonly Right[], right: Right, span: { from: number; until: number }): boolean {
  if (right.from > span.from || (right.until !== null && right.until < span.until)) return false;
  if (right.parent === null) return true;
  const parent = rights.find((each) => each.right === right.parent);
  return (
    parent !== undefined &&
    coversChain(
      rights.filter((each) => each !== right),
      parent,
      span,
    )
  );
}

function overlaps(a: { from: number; until: number | null }, b: { from: number; until: number | null }): boolean {
  return (b.until === null || a.from < b.until) && (a.until === null || b.from < a.until);
}

function needTerm(from: number, until: number | null): void {
  if (until !== null && until <= from) throw new Refusal('RIGHT_TERM');
}

function needSignatures(parties: readonly string[], signedBy: readonly string[]): void {
  const missing = parties.filter((party) => !signedBy.includes(party));
  if (missing.length > 0) throw new Refusal('LICENCE_UNSIGNED', { missing });
}
