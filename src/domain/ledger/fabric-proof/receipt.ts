// Strength "receipt": organisations' peers state that a key held this value, written by transaction (block, index).
import type { ledger } from '@hyperledger/fabric-protos';
import { z } from 'zod';
import { fromB64u, isObject, readCanonical, type JsonObject } from '../../canonical';
import { ledgerKeys } from '../keys';
import type { LedgerProof } from '../port';
import { endorsersOf, quorumMustHold, readCall, setsOf, type Call } from './endorsed';
import { readGenesis } from './members';
import { must, present, step, wrong } from './steps';

export const FabricReceipt = z.strictObject({
  v: z.literal(1),
  channel: z.string(),
  chaincode: z.string(),
  key: z.string(),
  /** base64url of the endorsed payload of the read. */
  payload: z.string(),
  /** base64url of the genesis block; may be left out where the auditor has it. */
  genesis: z.string().optional(),
});
export type FabricReceipt = z.infer<typeof FabricReceipt>;

/** What an auditor holds, received out of band. */
export interface FabricTrust {
  /** Hex hash of the genesis header. */
  readonly genesis: string;
  readonly channel: string;
  readonly chaincode: string;
  /** How many organisations must have signed, not counting the excluded. */
  readonly minimum: number;
  /** MSP ids that do not count: those of the parties, as far as others remain. */
  readonly excluded: readonly string[];
  /** The genesis block itself, for proofs that leave it out. */
  readonly genesisBlock?: Uint8Array;
}

export interface FabricProven {
  readonly key: string;
  readonly value: JsonObject;
  readonly height: number;
  readonly index: number;
  /** Whose anchor it is; '' for keys whose value names nobody. The receipt shows the value, not the transaction that wrote it. */
  readonly by: string;
  /** MSP ids that signed, excluded ones too. */
  readonly organisations: readonly string[];
}

/**
 * The value of a key and where it was written. Refuses LEDGER_PROOF_WRONG with the step: shape, genesis, channel, question,
 * proposal, endorsement, quorum, answer, reads, value.
 */
export function verifyFabricReceipt(proof: LedgerProof, trust: FabricTrust): FabricProven {
  const parsed = FabricReceipt.safeParse(proof.document);
  if (proof.kind !== 'fabric-receipt' || !parsed.success) return wrong('shape');
  const { key, payload, channel, chaincode, genesis } = parsed.data;
  must(channel === trust.channel && chaincode === trust.chaincode, 'channel');
  const block = genesis === undefined ? present(trust.genesisBlock, 'genesis') : step('shape', () => fromB64u(genesis));
  const { channel: named, organisations: members } = readGenesis(block, trust.genesis);
  const call = step('shape', () => readCall(fromB64u(payload)));
  must(named === trust.channel && call.channel === trust.channel, 'channel');
  must(isReadOf(call, key, trust.chaincode), 'question');
  const organisations = endorsersOf(call, members);
  quorumMustHold(organisations, trust);
  const version = step('reads', () => versionRead(call, key));
  const value = step('value', () => valueIn(call, key));
  return { key, value, ...version, by: authorIn(value), organisations };
}

const isReadOf = ({ args, chaincode }: Call, key: string, wanted: string): boolean =>
  chaincode === wanted && args.length === 2 && args[0] === 'ledger:Read' && args[1] === key;

function versionRead(call: Call, key: string): { height: number; index: number } {
  const sets = setsOf(call);
  for (const set of sets.values()) must(writesNothing(set) && set.getRangeQueriesInfoList().length === 0, 'reads');
  const reads = sets.get(call.chaincode)?.getReadsList() ?? [];
  const [read] = reads;
  must(reads.length === 1 && read?.getKey() === key, 'reads');
  // Absence is signed too, with no version; it proves that nothing is there.
  const version = present(read?.getVersion(), 'reads');
  return { height: version.getBlockNum(), index: version.getTxNum() };
}

const writesNothing = (set: ledger.rwset.kvrwset.KVRWSet): boolean =>
  set.getWritesList().length === 0 && set.getMetadataWritesList().length === 0;

/** Only the response inside the signed payload counts. */
function valueIn({ action, chaincode }: Call, key: string): JsonObject {
  const response = present(action.getResponse(), 'answer');
  must(response.getStatus() === 200 && action.getChaincodeId()?.getName() === chaincode, 'answer');
  const value = readCanonical(response.getPayload_asU8());
  if (!isObject(value)) return wrong('value');
  const { participant, seq } = value;
  if (key.startsWith('anchor/'))
    must(
      typeof participant === 'string' && typeof seq === 'number' && key === ledgerKeys.anchor(participant, seq),
      'value',
    );
  return value;
}

function authorIn({ participant, by }: JsonObject): string {
  return typeof participant === 'string' ? participant : typeof by === 'string' ? by : '';
}
