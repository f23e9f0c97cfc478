// Did both sides sign exactly this exchange record? (exit codes 13 and 14)
import { digestOf, mustSay, readStatement } from '../receipts';
import { field, type Case } from './case';

/** 13: M1 and M3 are the searcher's, about this record, and M3 says MATCH. Refuses JWS_*, STATEMENT_*. */
export function searcherSigned(found: Case): string | undefined {
  const { bundle, certificates, said, envelopes } = found;
  said.request = readStatement('request', bundle.statements.request, certificates.searcher);
  mustSay(said.request, {
    xid: bundle.xid,
    iss: bundle.searcher.participant,
    aud: bundle.owner.participant,
    ...present('digest', envelopes ? digestOf(envelopes.request) : field(found, 'head', 'request')),
    ...present('template', field(found, 'template', 'template')),
    ...present('permit', field(found, 'permit', 'permit')),
  });
  said.ack = readStatement('ack', bundle.statements.ack, certificates.searcher);
  mustSay(said.ack, {
    xid: bundle.xid,
    E: bundle.E,
    verdict: 'MATCH',
    ...present('answer', envelopes && digestOf(envelopes.answer)),
  });
  return undefined;
}

/** 14: M2 and M4 are the owner's, about this record. Refuses JWS_*, STATEMENT_*. */
export function ownerSigned(found: Case): string | undefined {
  const { bundle, certificates, said, envelopes } = found;
  said.answer = readStatement('answer', bundle.statements.answer, certificates.owner);
  mustSay(said.answer, {
    xid: bundle.xid,
    E: bundle.E,
    ...present('request', said.request?.digest),
    ...present('digest', envelopes ? digestOf(envelopes.answer) : said.ack?.answer),
  });
  said.final = readStatement('final', bundle.statements.final, certificates.owner);
  mustSay(said.final, { xid: bundle.xid, E: bundle.E });
  return undefined;
}

function present(name: string, value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'string' ? { [name]: value } : {};
}
