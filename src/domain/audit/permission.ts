// Was the question a published one, was it allowed, and do the clocks agree? (exit codes 20 to 22)
import { ledgerKeys } from '../ledger/keys';
import { SKEW_MS } from '../receipts';
import { field, numberIn, permitUse, type Case } from './case';
import { factAt, proved, type LedgerFact } from './trust';

/** 20: the template stands on the ledger and was not withdrawn at the height the answer was decided at. */
export function templateHolds(found: Case): string | undefined {
  const { bundle, trust, said } = found;
  if (bundle.template === null) return allowedNull(found);
  const template = said.request?.template ?? '';
  const shown = factAt(trust, bundle.template, ledgerKeys.template(template));
  if (!shown) return 'not on the ledger';
  // A refusal may be because of the template: then the entry must be genuine, but need not be in force.
  if (bundle.kind === 'REFUSED') return undefined;
  const height = permitUse(found)?.height;
  if (height !== undefined && shown.value['status'] === 'published' && shown.height > height) return 'published later';
  const later = trust.known?.(ledgerKeys.template(template));
  return [shown, later].some((fact) => fact !== undefined && withdrawn(fact, height)) ? 'withdrawn' : undefined;
}

/** Withdrawn by the height of the decision; without an open height a withdrawn template never counts. */
function withdrawn(fact: LedgerFact, height: number | undefined): boolean {
  return fact.value['status'] !== 'published' && (height === undefined || fact.height <= height);
}

/** 21: the permit version stands on the ledger, covers this record, and nothing had replaced it at that height. */
export function permitHolds(found: Case): string | undefined {
  const { bundle, trust, said } = found;
  if (bundle.permit === null) return allowedNull(found);
  const permit = said.request?.permit ?? '';
  const use = permitUse(found);
  const shown = proved(trust, bundle.permit);
  const version = shown?.value['version'];
  if (typeof version !== 'number' || shown?.key !== ledgerKeys.permitVersion(permit, version)) {
    return 'not on the ledger';
  }
  if (use !== undefined && use.version !== version) return 'another version';
  if (bundle.kind === 'REFUSED') return undefined;
  if (shown.value['status'] !== 'granted') return 'revoked';
  if (use !== undefined && shown.height > use.height) return 'granted later';
  const next = trust.known?.(ledgerKeys.permitVersion(permit, version + 1));
  if (next && (use === undefined || next.height <= use.height)) return 'replaced';
  return covers(found, shown);
}

function allowedNull({ bundle }: Case): string | undefined {
  return bundle.kind === 'REFUSED' ? undefined : 'no ledger entry given';
}

function covers(found: Case, { value }: LedgerFact): string | undefined {
  const { bundle, said, trust } = found;
  if (value['owner'] !== bundle.owner.participant) return 'owner';
  if (value['template'] !== said.request?.template) return 'template';
  const repository = field(found, 'head', 'repository');
  if (repository !== undefined && value['repository'] !== repository) return 'repository';
  const [, name] = /^class:(.+)$/.exec(typeof value['searcher'] === 'string' ? value['searcher'] : '') ?? [];
  const searcher = bundle.searcher.participant;
  const meant = name === undefined ? value['searcher'] === searcher : trust.inClass?.(name, searcher) === true;
  if (!meant) return 'searcher';
  const at = numberIn(found, 'head', 'issuedAt');
  const { from, until } = value;
  const inTerm =
    typeof from === 'number' && typeof until === 'number' && (at === undefined || (from <= at && at < until));
  return inTerm ? undefined : 'term';
}

/** 22: the clocks both sides signed agree within 120 s and run forward. */
export function timesHold(found: Case): string | undefined {
  const received = numberIn(found, 'timing', 'receivedAt');
  const answered = numberIn(found, 'timing', 'answeredAt');
  if (received === undefined || answered === undefined) return undefined;
  if (answered < received) return 'answered before received';
  const issued = numberIn(found, 'head', 'issuedAt');
  if (issued !== undefined && Math.abs(received - issued) > SKEW_MS) return 'clocks apart';
  const promised = [found.said.ack, found.said.final].map((statement) => statement?.['anchor-by'] ?? 0);
  return promised.some((by) => by < answered - SKEW_MS) ? 'promise before answer' : undefined;
}
