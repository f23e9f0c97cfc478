// A ledger proof of strength "receipt": the read of one key, endorsed by several organisations and never submitted.
import type { Transaction } from '@hyperledger/fabric-gateway';
import { b64u } from '../../../domain/canonical';
import type { Entry, LedgerProof } from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import type { LedgerParts } from './ledger';
import { envelopeIn } from './messages';

/** A group with a peer away fails at once; the next group is asked instead. */
const PATIENCE_MS = 1_500;

/** Refuses LEDGER_ENTRY_UNKNOWN, and LEDGER_DOWN when no two organisations answer alike. */
export async function receiptOf(parts: LedgerParts, key: string): Promise<LedgerProof> {
  const transaction = await endorsedBy(parts, key);
  if (transaction.getResult().length === 0) refuse('LEDGER_ENTRY_UNKNOWN', { key });
  const genesis = await parts.channel.rawBlock(0);
  const document = {
    v: 1,
    channel: parts.names.channel,
    chaincode: parts.names.chaincode,
    key,
    // The endorsed payload: question, answer with its read version, and each organisation's signature over them.
    payload: b64u(envelopeIn(transaction.getBytes()).getPayload_asU8()),
    genesis: b64u(genesis),
  };
  return { kind: 'fabric-receipt', document };
}

async function endorsedBy(parts: LedgerParts, key: string): Promise<Transaction> {
  let failure: unknown;
  for (const group of groupsOf(parts.names.members)) {
    try {
      const options = { organisations: group, patienceMs: PATIENCE_MS };
      return await parts.channel.endorse(parts.reader, 'ledger:Read', [key], options);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** All members; then all but one, each left out in turn; never fewer than two. */
export function groupsOf(members: readonly string[]): readonly (readonly string[])[] {
  const smaller = members.map((left) => members.filter((one) => one !== left));
  return [[...members], ...smaller].filter(({ length }) => length >= 2);
}

/**
 * Strength "chain" for an anchor: its raw block, the next anchor's where there is one, and a receipt's read. Refuses
 * LEDGER_ENTRY_UNKNOWN for a key that holds no anchor.
 */
export async function chainOf(parts: LedgerParts, anchor: Entry, next: Entry | undefined): Promise<LedgerProof> {
  const { v, channel, chaincode, key, genesis, payload } = (await receiptOf(parts, anchor.key)).document;
  const placed = async ({ height, index }: Entry) => ({ block: b64u(await parts.channel.rawBlock(height)), index });
  const document = {
    ...{ v, channel, chaincode, key, genesis },
    anchor: await placed(anchor),
    ...(next && { next: await placed(next) }),
    read: payload,
  };
  return { kind: 'fabric-chain', document };
}
