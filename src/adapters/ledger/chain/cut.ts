// Cutting a block: judge what is waiting against the state as it moves, sign the header, append.
import { sha256 } from '../../../domain/canonical';
import { thumbprint } from '../../../domain/identity';
import { headerBytes, nextHeader, readHeader, type BlockTransaction } from '../../../domain/ledger/blocks';
import { judge, type Versioned } from '../../../domain/ledger/judge';
import type { LedgerSigner } from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import { NO_CHAIN, type TransactionBody } from '../../../domain/ledger/transaction';
import type { ChainWriter, Recorded } from './store';

/** A transaction that passed the door: its signature holds and its form is right. */
export interface Waiting {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: TransactionBody;
}

/** Puts the waiting transactions into one block and tells where each stands; known ones keep the place they have. */
export async function cut(
  writer: ChainWriter,
  waiting: readonly Waiting[],
  chain: string,
  operator: LedgerSigner,
): Promise<ReadonlyMap<string, Recorded>> {
  const before = (await writer.head()) ?? refuse('LEDGER_NOT_FOUNDED');
  const known = await writer.find(waiting.map(({ id }) => id));
  const fresh = [...new Map(waiting.map((one) => [one.id, one])).values()].filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return known;
  return new Map([...known, ...(await append(writer, fresh, before.header, chain, operator))]);
}

/** The first block: the operator registers itself. */
export async function cutFirst(writer: ChainWriter, founding: Waiting, operator: LedgerSigner): Promise<void> {
  await append(writer, [founding], undefined, NO_CHAIN, operator);
}

async function append(
  writer: ChainWriter,
  fresh: readonly Waiting[],
  before: Uint8Array | undefined,
  chain: string,
  operator: LedgerSigner,
): Promise<ReadonlyMap<string, Recorded>> {
  const height = before === undefined ? 0 : readHeader(before).height + 1;
  const transactions = await judged(writer, fresh, height);
  const [founding] = transactions;
  if (before === undefined && founding?.verdict.code !== 'VALID')
    throw new Error(`cannot found: ${founding?.verdict.code ?? ''}`);
  const header = headerBytes(nextHeader(before, chain, transactions, thumbprint(operator.certificate)));
  const signature = await operator.sign(sha256(header));
  await writer.append({ header, signature, transactions }, height);
  return new Map(transactions.map(({ id, verdict }, index) => [id, { id, height, index, code: verdict.code }]));
}

async function judged(writer: ChainWriter, fresh: readonly Waiting[], height: number): Promise<BlockTransaction[]> {
  const keys = new Set(fresh.flatMap(({ body }) => body.reads.map(({ key }) => key)));
  const state = new Map<string, Versioned>(await writer.entries([...keys]));
  return fresh.map(({ id, bytes, signature, body }, index) => {
    const verdict = judge(body, id, height, state);
    for (const { key, value } of verdict.writes) state.set(key, { value, height, index });
    return { id, body: bytes, signature, verdict, by: body.by };
  });
}
