// One raw block: its header, its content, and the orderer's signature over both. It proves ORDERED and nothing more.
import { common } from '@hyperledger/fabric-protos';
import { bytesEqual, concatBytes, sha256 } from '../../canonical';
import { headerDer } from './header';
import { identityIn, signed } from './identities';
import type { Member } from './members';
import { must, present, step } from './steps';

export interface ProvenBlock {
  readonly number: number;
  /** Envelope bytes in order. No validation code: the orderer signs before there is one. */
  readonly envelopes: readonly Uint8Array[];
}

/** Refuses at `block` when data hash or form is wrong, at `orderer` when no orderer signed it under the genesis configuration. */
export function readProvenBlock(bytes: Uint8Array, orderers: ReadonlyMap<string, Member>): ProvenBlock {
  const { number, der, envelopes, block } = step('block', () => contentOf(bytes));
  step('orderer', () => {
    const stored = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.SIGNATURES];
    const metadata = common.Metadata.deserializeBinary(present(stored, 'orderer'));
    const value = metadata.getValue_asU8();
    // Signed: which configuration governs this block. Only the genesis block's is known here.
    const governing = common.OrdererBlockMetadata.deserializeBinary(value).getLastConfig()?.getIndex() ?? 0;
    must(governing === 0, 'orderer');
    const good = metadata.getSignaturesList().some((one) => signedByOrderer(one, value, der, orderers));
    must(good, 'orderer');
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
