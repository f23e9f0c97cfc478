// What a person at the desk sees of a group of records: states, answers, refusals in words, anchors.
import type { Json } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import { sealedRequestIn } from '../../domain/confidential';
import { readRequest, type ReceiptState } from '../../domain/receipts';
import type { RefusalRow } from '../../domain/refusals';
import { stateOf, type BookRecord } from '../book/book';
import type { ConfidentialShown } from '../confidential/book';
import type { Office } from '../office';

export type WordsFor = (code: string) => RefusalRow | undefined;

/** `confidential`: what is known of the question when it was asked so; its parts say nothing, the sum says all. */
export async function groupView(office: Office, group: string, wordsFor: WordsFor, confidential?: ConfidentialShown) {
  let answer = office.answer(group);
  if (answer.answers.some(({ status, body }) => status === 'ANSWERED' && body === null)) {
    await office.unseal(group);
    answer = office.answer(group);
  }
  const records = office.book.all().filter((record) => record.group === group);
  const request = readRequest((records[0] as BookRecord).request.bytes);
  const template = await office.catalogue.template(request.template);
  return {
    group,
    at: records[0]?.at ?? 0,
    template: request.template,
    title: template.document.title,
    words: template.words ?? template.document.title,
    purpose: request.purpose,
    parameters:
      request.mode === 'clear'
        ? request.parameters
        : (confidential?.asking.parameters ?? sealedRequestIn(request)?.parameters ?? null),
    mode: confidential?.asking.mode ?? request.mode,
    records: await Promise.all(
      answer.answers.map(async (one) => {
        const record = office.book.one(one.xid);
        return {
          xid: one.xid,
          repository: one.repository,
          state: shownState(office, record),
          status: one.status === 'REQUESTED' ? null : one.status,
          refusal: one.code === null ? null : inWords(one.code, wordsFor),
          answer: confidential === undefined ? one.body : null,
          left: one.left,
          e: record.leaf === undefined ? null : record.leaf.slice(4),
          anchors: await anchorsOf(office, record),
        };
      }),
    ),
    combined: confidential === undefined ? answer.combined : (confidential.body ?? null),
    /** A fit: how many of its rounds are answered, and its figures where it was stopped. */
    rounds: confidential?.rounds ?? null,
    soFar: confidential?.soFar ?? null,
    /** The file with the evidence of a confidential answer. */
    evidence: confidential?.evidence ?? null,
    error: null as Json,
  };
}

/** `fitOf`: the fit that a group is a later round of. The newest groups first. A group is as far as its last record: the road has few stations, and any side road counts as the first. */
export function groupList(office: Office, limit: number, fitOf: (group: string) => string | undefined) {
  const groups = new Map<string, GroupLine>();
  for (const record of office.book.all()) {
    const { group, at, request } = record;
    const { template, repository } = readRequest(request.bytes);
    const [state, known] = [shownState(office, record), groups.get(group)];
    groups.set(
      group,
      known === undefined
        ? { group, at, template, repositories: [repository], state }
        : { ...known, repositories: [...known.repositories, repository], state: earlier(known.state, state) },
    );
  }
  const newest = [...groups.values()].reverse().slice(0, Math.max(1, Math.min(200, limit)));
  return newest.map((line): GroupLine => {
    const fit = fitOf(line.group);
    return fit === undefined ? line : { ...line, fit };
  });
}

export interface GroupLine {
  readonly group: string;
  readonly at: number;
  readonly template: string;
  readonly repositories: readonly string[];
  readonly state: string;
  /** Of a later round of a fit: the group that the fit goes by. */
  readonly fit?: string;
}

const road: readonly string[] = ['REQUESTED', 'ANSWERED', 'ACKED', 'ANCHORED', 'FINAL'];
const earlier = (a: string, b: string): string => (road.indexOf(a) <= road.indexOf(b) ? a : b);

export function inWords(code: string, wordsFor: WordsFor) {
  const row = wordsFor(code);
  return {
    code,
    title: { en: row?.en ?? code, zh: row?.zh ?? code },
    do: { en: row?.doEn ?? '', zh: row?.doZh ?? '' },
  };
}

/** ANCHORED once our own anchor holds the leaf; the book itself keeps only what was exchanged. */
export function shownState(office: Office, record: BookRecord): ReceiptState {
  const state = stateOf(record);
  const index = record.leaf === undefined ? undefined : office.book.placeOf(record.leaf);
  return state === 'ACKED' && index !== undefined && office.book.anchoredOver(index) !== undefined ? 'ANCHORED' : state;
}

async function anchorsOf(office: Office, record: BookRecord) {
  const index = record.leaf === undefined ? undefined : office.book.placeOf(record.leaf);
  const batch = index === undefined ? undefined : office.book.anchoredOver(index);
  const { owner } = record;
  return {
    own: batch === undefined ? null : await placed(office, office.settings.keys.participant, batch.seq),
    owner: owner === undefined ? null : await placed(office, owner.participant, owner.head.seq),
  };
}

/** Where an anchor stands on the ledger; the transaction's id where the ledger is a chain of other people's blocks too. */
async function placed({ ledger }: Office, participant: string, seq: number) {
  const entry = await ledger.read(ledgerKeys.anchor(participant, seq));
  const tx = entry && (await ledger.transactionAt?.(entry.height, entry.index));
  return { seq, height: entry?.height ?? null, ...(tx === undefined ? {} : { tx }) };
}
