// Puts one FINAL exchange record into one file that proves it offline.
import { b64u } from '../../domain/canonical';
import { thumbprint } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { makeBundle, type BundleSide, type PartName, proofField, readAnswer, readRequest } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { Keyring } from '../../wire';
import type { Searcher } from '../asking/searcher';
import type { Book, BookRecord } from '../book/book';
import { genesisOnce } from './genesis';

export interface Holder {
  readonly book: Book;
  readonly keys: Keyring;
  readonly ledger: Ledger;
  readonly searcher: Searcher;
}

/** The bundle's bytes. `open`: the parts to show, or everything. Refuses NOT_ANCHORED_YET until the record is FINAL. */
export async function evidence(
  holder: Holder,
  xid: string,
  open: readonly PartName[] | 'everything',
): Promise<Uint8Array> {
  const record = holder.book.one(xid);
  const { answer, ack, promise, owner } = record;
  if (answer === undefined || ack === undefined || promise === undefined || owner === undefined)
    throw new Refusal('NOT_ANCHORED_YET', { xid });
  const request = readRequest(record.request.bytes);
  const { status, permit } = readAnswer(answer.bytes, record.request.bytes);
  const version =
    permit === null ? ledgerKeys.permit(request.permit) : ledgerKeys.permitVersion(permit.id, permit.version);
  const [template, permitProof, searcher] = await Promise.all([
    holder.ledger.prove(ledgerKeys.template(request.template)),
    holder.ledger.prove(version),
    ownSide(holder, record),
  ]);
  return makeBundle(
    { request: record.request.bytes, answer: answer.bytes, open },
    genesisOnce({
      xid,
      kind: status === 'ANSWERED' ? 'COMPLETED' : 'REFUSED',
      statements: { request: record.request.statement, answer: answer.statement, ack, final: promise },
      searcher,
      owner,
      template: proofField(template),
      permit: proofField(permitProof),
    }),
  );
}

async function ownSide({ book, keys, ledger, searcher }: Holder, record: BookRecord): Promise<BundleSide> {
  const proof = await searcher.ownProof(record);
  const batch = proof && book.anchoredOver(proof.index);
  if (proof === undefined || batch === undefined) throw new Refusal('NOT_ANCHORED_YET', { xid: record.xid });
  const [registration, anchor] = await Promise.all([
    ledger.prove(ledgerKeys.certificate(thumbprint(keys.receipt.certificate))),
    ledger.prove(ledgerKeys.anchor(keys.participant, batch.seq)),
  ]);
  return {
    participant: keys.participant,
    certificate: b64u(keys.receipt.certificate),
    registration: proofField(registration),
    index: proof.index,
    inclusion: [...proof.inclusion],
    head: { seq: batch.seq, size: batch.size, root: batch.root },
    anchor: proofField(anchor),
  };
}
