// Do the shown parts, the commitments and E belong together? (exit codes 11 and 12)
import { bytesEqual, fromHex, hex } from '../canonical';
import { commitmentOf, digestOf, everyPart, hashOfCommitments, partNames } from '../receipts';
import { field, type Case } from './case';

/** 11: each open part hashes to its commitment and agrees with what the bundle says around it. */
export function partsHold(found: Case): string | undefined {
  const { bundle, opened } = found;
  if (bundle.envelopes && Object.keys(bundle.openings).length > 0) return 'openings beside envelopes';
  for (const part of partNames) {
    const shown = opened[part];
    if (shown && hex(commitmentOf(part, shown.salt, shown.bytes)) !== bundle.commitments[part]) return part;
  }
  return headAgrees(found) ?? answerAgrees(found);
}

function headAgrees(found: Case): string | undefined {
  const { bundle, opened, envelopes } = found;
  if (!opened.head) return undefined;
  if (field(found, 'head', 'xid') !== bundle.xid) return 'head.xid';
  if (field(found, 'head', 'from') !== bundle.searcher.participant) return 'head.from';
  if (field(found, 'head', 'to') !== bundle.owner.participant) return 'head.to';
  if (envelopes && field(found, 'head', 'request') !== digestOf(envelopes.request)) return 'head.request';
  return undefined;
}

function answerAgrees(found: Case): string | undefined {
  if (!found.opened.answer) return undefined;
  const status = found.bundle.kind === 'COMPLETED' ? 'ANSWERED' : 'REFUSED';
  return field(found, 'answer', 'status') === status ? undefined : 'answer.status';
}

/** 12: E is the tree hash over the six commitments. */
export function commonHashHolds({ bundle }: Case): string | undefined {
  const commitments = everyPart((part) => fromHex(bundle.commitments[part], 32));
  return bytesEqual(hashOfCommitments(commitments), fromHex(bundle.E, 32)) ? undefined : 'E';
}
