// Anchors in raw blocks of a real network: ORDERED alone, VALID with a successor or a read, and each forgery refused or held at ORDERED.
import { common } from '@hyperledger/fabric-protos';
import { readBlock, readEnvelope } from '../../../src/adapters/ledger/fabric/messages';
import { b64u, fromB64u, sha256 } from '../../../src/domain/canonical';
import { ledgerKeys } from '../../../src/domain/ledger';
import { verifyFabricProof, type FabricTrust } from '../../../src/domain/ledger/fabric-proof';
import { recorded } from './recorded';

const trust: FabricTrust = { ...recorded.trust, minimum: 2, excluded: [] };
const fails = (at: string) => expect.objectContaining({ code: 'LEDGER_PROOF_WRONG', details: { at } }) as Error;

interface Found {
  readonly seq: number;
  readonly code: number;
  readonly place: { readonly block: string; readonly index: number };
}
const found: Found[] = recorded.blocks.slice(1).flatMap((block) =>
  readBlock(fromB64u(block)).transactions.flatMap(({ envelope, index, code }) => {
    try {
      const { args } = readEnvelope(envelope, recorded.trust.chaincode);
      const said = JSON.parse(args[1] ?? '{}') as { type?: string; seq?: number };
      return said.type === 'AnchorBatch' ? [{ seq: said.seq ?? 0, code, place: { block, index } }] : [];
    } catch {
      return [];
    }
  }),
);
const anchor = (seq: number) => found.find((one) => one.seq === seq && one.code === 0)?.place;
const loser = found.find(({ code }) => code === 11);
const chain = (seq: number, change: Record<string, unknown> = {}) => ({
  kind: 'fabric-chain' as const,
  document: {
    v: 1,
    channel: recorded.trust.channel,
    chaincode: recorded.trust.chaincode,
    key: ledgerKeys.anchor('lab', seq),
    genesis: recorded.proof.document.genesis,
    anchor: anchor(seq),
    ...change,
  },
});
const read = (seq: number) => recorded.reads[seq - 1];

/** A block changed in one place. */
function forged(block: string, change: (block: common.Block) => void): string {
  const whole = common.Block.deserializeBinary(fromB64u(block));
  change(whole);
  return b64u(whole.serializeBinary());
}
const at = (seq: number) => anchor(seq) ?? { block: '', index: 0 };
const withBlock = (seq: number, change: (block: common.Block) => void) => ({
  anchor: { ...at(seq), block: forged(at(seq).block, change) },
});
const metadata = (block: common.Block, slot: number, bytes: Uint8Array) => {
  const list = block.getMetadata()?.getMetadataList_asU8() ?? [];
  block.getMetadata()?.setMetadataList(list.map((one, here) => (here === slot ? bytes : one)));
};

test('the recording holds six anchors and a loser of one race', () => {
  expect(found.filter(({ code }) => code === 0).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(loser).toMatchObject({ seq: 5 });
});

test.each<[string, () => Record<string, unknown>, string]>([
  ['a block alone', () => ({}), 'ORDERED'],
  ['with its successor', () => ({ next: anchor(3) }), 'VALID'],
  ['with a signed read', () => ({ read: read(2) }), 'VALID'],
  ['with both', () => ({ next: anchor(3), read: read(2) }), 'VALID'],
])('%s: %s', (_, change, verdict) => {
  const proven = verifyFabricProof(chain(2, change()), trust);
  expect(proven).toMatchObject({ verdict, by: 'lab', value: { seq: 2, size: 3 } });
});

test('20: the loser of a race is ORDERED, whatever the filter byte says', () => {
  const place = loser?.place ?? { block: '', index: 0 };
  const flippedFilter = forged(place.block, (block) => {
    metadata(block, common.BlockMetadataIndex.TRANSACTIONS_FILTER, new Uint8Array(8));
  });
  for (const block of [place.block, flippedFilter])
    expect(verifyFabricProof(chain(5, { anchor: { ...place, block } }), trust).verdict).toBe('ORDERED');
});

test.each<[string, () => ReturnType<typeof chain>, string]>([
  ['20e: the winner’s read attached to the loser', () => chain(5, { anchor: loser?.place, read: read(5) }), 'value'],
  [
    '20: the winner’s successor attached to the loser',
    () => chain(5, { anchor: loser?.place, next: anchor(6) }),
    'successor',
  ],
  [
    '01: previous hash flipped',
    () =>
      chain(
        2,
        withBlock(2, (b) => b.getHeader()?.setPreviousHash(new Uint8Array(32))),
      ),
    'orderer',
  ],
  [
    '02: number changed',
    () =>
      chain(
        2,
        withBlock(2, (b) => b.getHeader()?.setNumber(99)),
      ),
    'orderer',
  ],
  [
    '05: orderer signature gone',
    () =>
      chain(
        2,
        withBlock(2, (b) => {
          metadata(b, 0, new Uint8Array());
        }),
      ),
    'orderer',
  ],
  [
    '03: a transaction byte flipped',
    () =>
      chain(
        2,
        withBlock(2, (b) => {
          const [first = new Uint8Array()] = b.getData()?.getDataList_asU8() ?? [];
          b.getData()?.setDataList([first.map((byte, n) => (n === 400 ? byte ^ 1 : byte))]);
        }),
      ),
    'block',
  ],
  [
    '04: and the data hash made to fit',
    () =>
      chain(
        2,
        withBlock(2, (b) => {
          const [first = new Uint8Array()] = b.getData()?.getDataList_asU8() ?? [];
          const whole = common.Envelope.deserializeBinary(first);
          whole.setSignature(new Uint8Array(70));
          const bytes = whole.serializeBinary();
          b.getData()?.setDataList([bytes]);
          b.getHeader()?.setDataHash(sha256(bytes));
        }),
      ),
    'orderer',
  ],
  ['19: an older anchor replayed as this one', () => chain(2, { anchor: anchor(1) }), 'anchor'],
  ['31: a skipping successor', () => chain(2, { next: anchor(4) }), 'successor'],
  ['31: itself as successor', () => chain(2, { next: anchor(2) }), 'successor'],
  ['33: another index in the block', () => chain(2, { anchor: { ...at(2), index: 7 } }), 'block'],
  [
    '33: a block without an anchor there',
    () => chain(2, { anchor: { block: recorded.blocks.at(5), index: 0 } }),
    'question',
  ],
  ['18: another genesis', () => chain(2, { genesis: recorded.elsewhere.genesis }), 'genesis'],
  ['r3: the read of another anchor', () => chain(2, { read: read(3) }), 'question'],
  ['a validation code told along', () => chain(2, { code: 0 }), 'shape'],
])('%s', (_, proof, step) => {
  expect(() => verifyFabricProof(proof(), trust)).toThrow(fails(step));
});

test('24: two transactions of a block glued into one entry keep hash and signature, and are refused', () => {
  const place = loser?.place ?? { block: '', index: 0 };
  const block = forged(place.block, (whole) => {
    const entries = whole.getData()?.getDataList_asU8() ?? [];
    expect(entries.length).toBeGreaterThan(1);
    whole.getData()?.setDataList([Buffer.concat(entries)]);
  });
  expect(() => verifyFabricProof(chain(5, { anchor: { block, index: 0 } }), trust)).toThrow(fails('block'));
});

test('a block is small, and quick to check', () => {
  const from = performance.now();
  for (let n = 0; n < 10; n += 1) verifyFabricProof(chain(2, { next: anchor(3), read: read(2) }), trust);
  const ms = (performance.now() - from) / 10;
  process.stderr.write(
    `fabric chain: block ${String(fromB64u(at(2).block).length)} bytes, ${ms.toFixed(1)} ms with successor and read\n`,
  );
  expect(fromB64u(at(2).block).length).toBeLessThan(12_000);
});
