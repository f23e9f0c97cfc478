// Strength "chain": an anchor in a raw block is ORDERED; it is VALID when its successor or organisations' reads say so.
import { common } from '@hyperledger/fabric-protos';
import { z } from 'zod';
import { bytesEqual, fromB64u, readCanonical, type Json } from '../../canonical';
import { anchorHash, type Anchor } from '../anchors';
import { ledgerKeys } from '../keys';
import type { LedgerProof } from '../port';
import { Count } from '../shapes';
import { readProvenBlock } from './block';
import { endorsersOf, quorumMustHold, readCall, setsOf, type Call } from './endorsed';
import { identityIn, signed } from './identities';
import { readGenesis, type Genesis } from './members';
import { verifyFabricReceipt, type FabricProven, type FabricTrust } from './receipt';
import { must, present, step, wrong } from './steps';

const Placed = z.strictObject({ block: z.string(), index: Count });

export const FabricChain = z.strictObject({
  v: z.literal(1),
  channel: z.string(),
  chaincode: z.string(),
  key: z.string(),
  genesis: z.string().optional(),
  /** base64url of the raw block, and the transaction's place in it. */
  anchor: Placed,
  /** The participant's next anchor: its endorsed read names ours. */
  next: Placed.optional(),
  /** base64url of an endorsed read, as in a receipt. */
  read: z.string().optional(),
});
export type FabricChain = z.infer<typeof FabricChain>;

export interface FabricChained extends FabricProven {
  /** ORDERED: it stands in the chain, and whether it took effect is not shown. */
  readonly verdict: 'ORDERED' | 'VALID';
}

/** One AnchorBatch as it was endorsed. */
interface Anchored {
  readonly height: number;
  readonly index: number;
  readonly value: Anchor;
  readonly organisations: readonly string[];
  /** Where the head it read was written; undefined for a first anchor. */
  readonly after: { readonly height: number; readonly index: number } | undefined;
}

/** Refuses LEDGER_PROOF_WRONG with the step: those of the receipt, and block, orderer, creator, anchor, successor. */
export function verifyFabricChain(proof: LedgerProof, trust: FabricTrust): FabricChained {
  const parsed = FabricChain.safeParse(proof.document);
  if (proof.kind !== 'fabric-chain' || !parsed.success) return wrong('shape');
  const shown = parsed.data;
  must(shown.channel === trust.channel && shown.chaincode === trust.chaincode, 'channel');
  const bytes = shown.genesis === undefined ? trust.genesisBlock : step('shape', () => fromB64u(shown.genesis ?? ''));
  const genesis = readGenesis(present(bytes, 'genesis'), trust.genesis);
  must(genesis.channel === trust.channel, 'channel');
  const anchored = anchoredIn(shown.anchor, genesis, trust);
  must(ledgerKeys.anchor(anchored.value.participant, anchored.value.seq) === shown.key, 'anchor');
  const valid = [
    shown.next !== undefined && succeeds(anchoredIn(shown.next, genesis, trust), anchored),
    shown.read !== undefined && isRead(shown, shown.read, anchored, trust),
  ].includes(true);
  const { height, index, value, organisations } = anchored;
  const verdict = valid ? 'VALID' : 'ORDERED';
  return { key: shown.key, value, height, index, by: value.participant, organisations, verdict };
}

function anchoredIn({ block, index }: z.infer<typeof Placed>, genesis: Genesis, trust: FabricTrust): Anchored {
  const { number, envelopes } = readProvenBlock(
    step('shape', () => fromB64u(block)),
    genesis.ordering,
  );
  const envelope = common.Envelope.deserializeBinary(present(envelopes[index], 'block'));
  const call = readCall(envelope.getPayload_asU8());
  // The orderer's signature binds no channel: a block of another channel of the same members passes it.
  must(call.channel === trust.channel && call.chaincode === trust.chaincode, 'channel');
  step('creator', () => {
    const creator = present(identityIn(call.creator, genesis.organisations), 'creator');
    must(creator.role === 'client', 'creator');
    must(signed(creator.certificate, envelope.getPayload_asU8(), envelope.getSignature_asU8()), 'creator');
  });
  const organisations = endorsersOf(call, genesis.organisations);
  // The channel's own policy: a majority of its members. The auditor's wish may be stricter.
  must(organisations.length * 2 > genesis.organisations.size, 'quorum');
  quorumMustHold(organisations, trust);
  return { height: number, index, organisations, ...step('anchor', () => contentOf(call)) };
}

function contentOf(call: Call): Pick<Anchored, 'value' | 'after'> {
  const [name, command = '', participant = ''] = call.args;
  const said = readCanonical(Buffer.from(command)) as Readonly<Record<string, Json>>;
  must(name === 'ledger:Say' && call.args.length === 3 && said['type'] === 'AnchorBatch', 'question');
  must(call.action.getResponse()?.getStatus() === 200, 'answer');
  const set = present(setsOf(call).get(call.chaincode), 'reads');
  const [own, head] = [ledgerKeys.anchor(participant, Number(said['seq'])), ledgerKeys.anchorHead(participant)];
  const read = (key: string) =>
    present(
      set.getReadsList().find((one) => one.getKey() === key),
      'reads',
    ).getVersion();
  const written = (key: string) =>
    present(
      set.getWritesList().find((one) => one.getKey() === key),
      'anchor',
    ).getValue_asU8();
  must(set.getWritesList().length === 2 && bytesEqual(written(own), written(head)), 'anchor');
  must(read(own) === undefined, 'reads'); // write-once
  const value = readCanonical(written(own)) as Anchor;
  const same = (['seq', 'size', 'root', 'previous'] as const).every((field) => value[field] === said[field]);
  must(same && value.participant === participant, 'anchor');
  const version = read(head);
  return { value, after: version && { height: version.getBlockNum(), index: version.getTxNum() } };
}

/**
 * Whether `next` shows that `anchored` took effect: two organisations read the head that it wrote. Its place alone would not
 * do (a fork can put a loser there), so its content must be named too. Refuses at `successor` what is no successor.
 */
function succeeds(next: Anchored, anchored: Anchored): boolean {
  const { after, value } = next;
  must(value.participant === anchored.value.participant && value.seq === anchored.value.seq + 1, 'successor');
  must(after?.height === anchored.height && after.index === anchored.index, 'successor');
  must(value.previous === anchorHash(anchored.value), 'successor');
  return true;
}

function isRead(shown: FabricChain, payload: string, anchored: Anchored, trust: FabricTrust): boolean {
  const { v, channel, chaincode, key, genesis } = shown;
  const document = { v, channel, chaincode, key, payload, ...(genesis !== undefined && { genesis }) };
  const read = verifyFabricReceipt({ kind: 'fabric-receipt', document }, trust);
  must(read.height === anchored.height && read.index === anchored.index, 'value');
  must(anchorHash(read.value as Anchor) === anchorHash(anchored.value), 'value');
  return true;
}
