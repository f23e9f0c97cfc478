// Forgeries that need the network's own keys: a creator and an orderer who collude, made while recording and kept as blocks.
import { createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { Folder } from '../../../fabric-network/folder';
import { b64u, concatBytes, sha256 } from '../../../src/domain/canonical';
import { toLowS } from '../../../src/domain/identity';
import { derOf, headerDer } from '../../../src/domain/ledger/fabric-proof';
import { makeMember } from '../../support/stand-in/material';
import { rewritten, withEndorsements } from './rewrite';

export interface Forger {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
}

const only = (folder: string): string => readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
/** An identity as cryptogen leaves it. */
const forgerIn = (mspId: string, folder: string): Forger => ({
  mspId,
  certificate: only(join(folder, 'signcerts')),
  key: createPrivateKey(only(join(folder, 'keystore'))),
});
export const ordererOf = (folder: Folder): Forger => forgerIn('OrdererMSP', folder.orderer(1, 'msp'));
export const ordererAdminOf = (folder: Folder): Forger => forgerIn('OrdererMSP', folder.ordererAdmin('msp'));

const signature = (bytes: Uint8Array, { key }: Forger): Uint8Array =>
  derOf(toLowS(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })));

function identityOf({ mspId, certificate }: Forger): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

export function endorsedBy(signedPayload: Uint8Array, forger: Forger): peer.Endorsement {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(identityOf(forger));
  endorsement.setSignature(signature(concatBytes(signedPayload, identityOf(forger)), forger));
  return endorsement;
}

export interface Placed {
  readonly block: string;
  readonly index: number;
}

/** The block with these entries instead of its own, ordered by `by`; `lastConfig` is what it says about its configuration. */
export function ordered(block: Uint8Array, entries: readonly Uint8Array[], by: Forger, lastConfig = 0): string {
  const whole = common.Block.deserializeBinary(block);
  const header = whole.getHeader() ?? new common.BlockHeader();
  header.setDataHash(sha256(...entries));
  whole.setHeader(header);
  whole.getData()?.setDataList([...entries]);
  const last = new common.LastConfig();
  last.setIndex(lastConfig);
  const value = new common.OrdererBlockMetadata();
  value.setLastConfig(last);
  const said = new common.SignatureHeader();
  said.setCreator(identityOf(by));
  said.setNonce(randomBytes(24));
  const der = headerDer({
    number: header.getNumber(),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
  });
  const one = new common.MetadataSignature();
  one.setSignatureHeader(said.serializeBinary());
  one.setSignature(signature(concatBytes(value.serializeBinary(), said.serializeBinary(), der), by));
  const metadata = new common.Metadata();
  metadata.setValue(value.serializeBinary());
  metadata.setSignaturesList([one]);
  const list = whole.getMetadata()?.getMetadataList_asU8() ?? [];
  whole.getMetadata()?.setMetadataList(list.map((part, at) => (at === 0 ? metadata.serializeBinary() : part)));
  return b64u(whole.serializeBinary());
}

/** The envelope around another payload (base64url), with the old signature, or signed again by its creator. */
function envelopeWith(envelope: common.Envelope, payload: string, creator?: Forger): Uint8Array {
  const changed = new common.Envelope();
  const bytes = Buffer.from(payload, 'base64url');
  changed.setPayload(bytes);
  changed.setSignature(creator === undefined ? envelope.getSignature_asU8() : signature(bytes, creator));
  return changed.serializeBinary();
}

const withArgument = (payload: string, change: (command: string) => string): string =>
  rewritten(payload, ({ action }) => {
    const proposal = peer.ChaincodeProposalPayload.deserializeBinary(action.getChaincodeProposalPayload_asU8());
    const invocation = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
    const input = invocation.getChaincodeSpec()?.getInput();
    const [name = '', command = '', by = ''] = (input?.getArgsList_asU8() ?? []).map((arg) =>
      Buffer.from(arg).toString(),
    );
    input?.setArgsList([name, change(command), by].map((arg) => Buffer.from(arg)));
    proposal.setInput(invocation.serializeBinary());
    action.setChaincodeProposalPayload(proposal.serializeBinary());
  });

const withResults = (payload: string, change: (results: Uint8Array) => Uint8Array): string =>
  rewritten(payload, ({ endorsed }) => {
    const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
    const action = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
    action.setResults(change(action.getResults_asU8()));
    response.setExtension$(action.serializeBinary());
    endorsed.setProposalResponsePayload(response.serializeBinary());
  });

export interface Material {
  readonly folder: Folder;
  /** The participant whose anchors these are. */
  readonly creator: Forger;
  /** A client of a member. */
  readonly client: Forger;
  /** Raw block and envelope of one anchor alone in its block, and of the next. */
  readonly anchor: { readonly block: Uint8Array; readonly envelope: common.Envelope };
  readonly next: { readonly envelope: common.Envelope };
  /** The block of a race: its winner's place and the loser's envelope. */
  readonly race: { readonly block: Uint8Array; readonly index: number; readonly loser: Uint8Array };
}

/** By the number in the table of forgeries. */
export async function forgeries(material: Material): Promise<Record<string, Placed>> {
  const { folder, creator, client, anchor, next, race } = material;
  const [orderer, payload] = [ordererOf(folder), b64u(anchor.envelope.getPayload_asU8())];
  const whole = anchor.envelope.serializeBinary();
  const at = (entry: Uint8Array, by = orderer, lastConfig = 0): Placed => ({
    block: ordered(anchor.block, [entry], by, lastConfig),
    index: 0,
  });
  const collusion = (changed: string): Placed => at(envelopeWith(anchor.envelope, changed, creator));
  const otherRoot = withArgument(payload, (command) => command.replace(/"root":"[0-9a-f]{4}/, '"root":"0000'));
  const { org3, orderers } = { org3: await foreign('org3'), orderers: await foreign('orderer') };
  const nextPayload = b64u(next.envelope.getPayload_asU8());
  let others: peer.Endorsement[] = [];
  withEndorsements(nextPayload, (all) => (others = all));
  const endorsedAs = (change: Parameters<typeof withEndorsements>[1]) => collusion(withEndorsements(payload, change));
  return {
    '06': at(envelopeWith(anchor.envelope, otherRoot)),
    '07': collusion(otherRoot),
    '08': collusion(
      withResults(payload, (bytes) => Uint8Array.from(bytes, (byte, n) => (n === bytes.length - 20 ? byte ^ 1 : byte))),
    ),
    '09': endorsedAs(() => others),
    '10': endorsedAs((all) => all.slice(0, 1)),
    '10 neutral': endorsedAs((all) => all.filter((one) => !Buffer.from(one.getEndorser_asU8()).includes('Org3MSP'))),
    '11': endorsedAs(([first]) => (first === undefined ? [] : [first, first, first])),
    '12b': endorsedAs((all, bytes) => [...all.slice(0, 2), endorsedBy(bytes, org3)]),
    '13': endorsedAs((all, bytes) => [...all.slice(0, 2), endorsedBy(bytes, client)]),
    '15': at(whole, ordererAdminOf(folder)),
    '16': at(whole, { ...orderers, mspId: 'OrdererMSP' }),
    '25': {
      block: ordered(
        race.block,
        Array.from({ length: race.index + 1 }, (_, n) => (n === race.index ? race.loser : whole)),
        orderer,
      ),
      index: race.index,
    },
    '26': at(whole, orderer, 3),
    control: at(whole),
  };
}

/** A peer under an authority of the forger's own making, with a member's name on it. */
async function foreign(organisation: string): Promise<Forger> {
  const made = await makeMember(new Folder(mkdtempSync(join(tmpdir(), 'aggregora-forger-'))), organisation);
  return { mspId: made.mspId, ...made.peer };
}
