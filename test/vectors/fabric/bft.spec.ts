// Anchors ordered by four SmartBFT orderers: three of the four must have signed, each named by its number in the genesis block.
import { common } from '@hyperledger/fabric-protos';
import { b64u, fromB64u } from '../../../src/domain/canonical';
import { verifyFabricProof, type FabricTrust } from '../../../src/domain/ledger/fabric-proof';
import { quorumOf } from '../../../src/domain/ledger/fabric-proof/members';
import { recorded } from './recorded';

const { trust: held, proof } = recorded.bft;
const trust: FabricTrust = { ...held, minimum: 2, excluded: [] };
const verdictOf = (change: Record<string, unknown>) =>
  verifyFabricProof({ kind: 'fabric-chain', document: { ...proof.document, ...change } }, trust);

/** The anchor's block with other signatures under it. */
function signed(
  change: (signatures: common.MetadataSignature[]) => common.MetadataSignature[],
): Record<string, unknown> {
  const block = common.Block.deserializeBinary(fromB64u(proof.document.anchor.block));
  const list = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const metadata = common.Metadata.deserializeBinary(list[0] ?? new Uint8Array());
  metadata.setSignaturesList(change(metadata.getSignaturesList()));
  block.getMetadata()?.setMetadataList(list.map((one, at) => (at === 0 ? metadata.serializeBinary() : one)));
  return { anchor: { ...proof.document.anchor, block: b64u(block.serializeBinary()) } };
}
const numbered = (signature: common.MetadataSignature, number: number): common.MetadataSignature => {
  const header = common.IdentifierHeader.deserializeBinary(signature.getIdentifierHeader_asU8());
  header.setIdentifier(number);
  signature.setIdentifierHeader(header.serializeBinary());
  return signature;
};
const numberOf = (signature: common.MetadataSignature): number =>
  common.IdentifierHeader.deserializeBinary(signature.getIdentifierHeader_asU8()).getIdentifier();

test('three signatures of four: ORDERED alone, VALID with successor and read', () => {
  expect(verdictOf({})).toMatchObject({ verdict: 'VALID', by: 'lab', value: { seq: 2 } });
  expect(verdictOf({ next: undefined, read: undefined }).verdict).toBe('ORDERED');
  expect(verdictOf(signed((all) => [...all].reverse())).verdict).toBe('VALID');
});

test.each<[string, (all: common.MetadataSignature[]) => common.MetadataSignature[]]>([
  ['two of four', (all) => all.slice(0, 2)],
  ['none', () => []],
  ['one repeated three times', ([first = new common.MetadataSignature()]) => [first, first, first]],
  [
    'two orderers’ numbers swapped',
    ([a, b, ...rest]) => {
      if (a === undefined || b === undefined) return [];
      const [x, y] = [numberOf(a), numberOf(b)];
      return [numbered(a, y), numbered(b, x), ...rest];
    },
  ],
  ['a number that no orderer has', ([first, ...rest]) => (first === undefined ? [] : [numbered(first, 9), ...rest])],
  [
    'a signature changed',
    ([first, ...rest]) => {
      if (first === undefined) return [];
      first.setSignature(first.getSignature_asU8().map((byte, at) => (at === 40 ? byte ^ 1 : byte)));
      return [first, ...rest];
    },
  ],
])('%s: refused at the orderers', (_, change) => {
  const refused = expect.objectContaining({ code: 'LEDGER_PROOF_WRONG', details: { at: 'orderer' } }) as Error;
  expect(() => verdictOf(signed(change))).toThrow(refused);
});

test.each([
  [1, 1],
  [4, 3],
  [7, 5],
  [10, 7],
])('of %i orderers %i must sign', (orderers, quorum) => {
  expect(quorumOf(orderers)).toBe(quorum);
});
