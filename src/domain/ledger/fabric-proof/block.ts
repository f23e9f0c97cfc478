// One raw block: its header, its content, and the orderer's signature over both. It proves ORDERED and nothing more.
import { common, msp } from '@hyperledger/fabric-protos';
import { bytesEqual, concatBytes, sha256 } from '../../canonical';
import { headerDer } from './header';
import { identityIn, signed } from './identities';
import { type Member, type Ordering, quorumOf } from './members';
import { must, present, step } from './steps';

export interface ProvenBlock {
  readonly number: number;
  /** Envelope bytes in order. No validation code: the orderer signs before there is one. */
  readonly envelopes: readonly Uint8Array[];
}

/**
 * Refuses at `block` when data hash or form is wrong, at `orderer` when no orderer (Raft) or fewer than a quorum of them
 * (SmartBFT) signed it under the genesis configuration.
 */
export function readProvenBlock(bytes: Uint8Array, ordering: Ordering): ProvenBlock {
  const { number, der, envelopes, block } = step('block', () => contentOf(bytes));
  step('orderer', () => {
    const stored = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.SIGNATURES];
    const metadata = common.Metadata.deserializeBinary(present(stored, 'orderer'));
    const value = metadata.getValue_asU8();
    // Signed: which configuration governs this block. Only the genesis block's is known here.
    const governing = common.OrdererBlockMetadata.deserializeBinary(value).getLastConfig()?.getIndex() ?? 0;
    must(governing === 0, 'orderer');
    const signatures = metadata.getSignaturesList();
    if (ordering.consenters.size > 0) quorumMustHaveSigned(signatures, value, der, ordering);
    else
      must(
        signatures.some((one) => signedByOrderer(one, value, der, ordering.organisations)),
        'orderer',
      );
  });
  return { number, envelopes };
}

function contentOf(bytes: Uint8Array) {
  const block = common.Block.deserializeBinary(bytes);
  const header = present(block.getHeader(), 'block');
  const [number, previousHash, dataHash] = [
    header.getNumber(),
    header.getPreviousHash_asU8(),
    header.getDataHash_asU8(),
  ];
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  must(bytesEqual(sha256(...envelopes), dataHash), 'block');
  // The data hash runs over all entries together and knows no boundaries: two glued into one would pass it.
  for (const one of envelopes) must(bytesEqual(common.Envelope.deserializeBinary(one).serializeBinary(), one), 'block');
  return { number, envelopes, block, der: headerDer({ number, previousHash, dataHash }) };
}

function signedByOrderer(
  signature: common.MetadataSignature,
  value: Uint8Array,
  der: Uint8Array,
  orderers: ReadonlyMap<string, Member>,
): boolean {
  const header = signature.getSignatureHeader_asU8();
  const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
  const identity = identityIn(creator, orderers);
  // The role matters: an administrator of the ordering organisation is a member too, and orders nothing.
  if (identity?.role !== 'orderer') return false;
  return signed(identity.certificate, concatBytes(value, header, der), signature.getSignature_asU8());
}

/**
 * SmartBFT: each signature names its signer by number instead of by certificate. Each peer may hold another three of four,
 * so this list is never compared or hashed; a number that signed twice counts once, and a wrong signature is not ignored.
 */
function quorumMustHaveSigned(
  signatures: readonly common.MetadataSignature[],
  value: Uint8Array,
  der: Uint8Array,
  { consenters, organisations }: Ordering,
): void {
  const signers = signatures.map((one) => {
    const header = one.getIdentifierHeader_asU8();
    const number = common.IdentifierHeader.deserializeBinary(header).getIdentifier();
    const { mspId, identity } = present(consenters.get(number), 'orderer');
    const known = identityIn(serialized(mspId, identity), organisations);
    must(known?.role === 'orderer', 'orderer');
    const bytes = concatBytes(value, header, der);
    must(known !== undefined && signed(known.certificate, bytes, one.getSignature_asU8()), 'orderer');
    return number;
  });
  must(new Set(signers).size >= quorumOf(consenters.size), 'orderer');
}

function serialized(mspId: string, certificate: Uint8Array): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(certificate);
  return identity.serializeBinary();
}
