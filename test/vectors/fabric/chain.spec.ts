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
  readonly by: string;
  readonly seq: number;
  readonly code: number;
  readonly place: { readonly block: string; readonly index: number };
}
const found: Found[] = recorded.blocks.slice(1).flatMap((block) =>
  readBlock(fromB64u(block)).transactions.flatMap(({ envelope, index, code }) => {
    try {
      const { args } = readEnvelope(envelope, recorded.trust.chaincode);
      const said = JSON.parse(args[1] ?? '{}') as { type?: string; seq?: number };
      return said.type === 'AnchorBatch'
        ? [{ by: args[2] ?? '', seq: said.seq ?? 0, code, place: { block, index } }]
        : [];
    } catch {
      return [];
    }
  }),
);
const withCode = (seq: number, code: number, by = 'lab') =>
  found.find((one) => one.seq === seq && one.code === code && one.by === by);
const anchor = (seq: number, by?: string) => withCode(seq, 0, by)?.place;
/** In one block with the winner. */
const loser = withCode(5, 11);
/** In a block after the winner's. */
const stale = withCode(6, 11)?.place;
/** The winner's own bytes, in a later block. */
const second = withCode(6, 9)?.place;
const forged = (name: string) => recorded.forged[name];
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
function changed(block: string, change: (block: common.Block) => void): string {
  const whole = common.Block.deserializeBinary(fromB64u(block));
  change(whole);
  return b64u(whole.serializeBinary());
}
const at = (seq: number) => anchor(seq) ?? { block: '', index: 0 };
const withBlock = (seq: number, change: (block: common.Block) => void) => ({
  anchor: { ...at(seq), block: changed(at(seq).block, change) },
});
const metadata = (block: common.Block, slot: number, bytes: Uint8Array) => {
  const list = block.getMetadata()?.getMetadataList_asU8() ?? [];
  block.getMetadata()?.setMetadataList(list.map((one, here) => (here === slot ? bytes : one)));
};

test('the recording holds six anchors, two of another, and what became nothing: two losers, a repeat, a lonely one', () => {
  const valid = (who: string) => found.filter(({ by, code }) => by === who && code === 0).map(({ seq }) => seq);
  expect([valid('lab'), valid('city')]).toEqual([
    [1, 2, 3, 4, 5, 6],
    [1, 2],
  ]);
  const invalid = found.filter(({ code }) => code !== 0).map(({ seq, code }) => `${String(seq)}:${String(code)}`);
  expect(invalid.sort()).toEqual(['5:11', '6:11', '6:9', '7:10']);
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
  const flippedFilter = changed(place.block, (block) => {
    metadata(block, common.BlockMetadataIndex.TRANSACTIONS_FILTER, new Uint8Array(8));
  });
  for (const block of [place.block, flippedFilter])
    expect(verifyFabricProof(chain(5, { anchor: { ...place, block } }), trust).verdict).toBe('ORDERED');
});

// What the block alone cannot tell: each of these was ordered, and none of them took effect.
test.each<[string, number, () => typeof stale]>([
  ['21: a stale anchor in a later block', 6, () => stale],
  ['23: the second occurrence of a valid transaction', 6, () => second],
  ['25: an orderer’s fork with the loser alone at the winner’s place', 5, () => forged('25')],
])('%s is ORDERED, and neither successor nor read can be attached', (_, seq, place) => {
  expect(verifyFabricProof(chain(seq, { anchor: place() }), trust).verdict).toBe('ORDERED');
  expect(() => verifyFabricProof(chain(seq, { anchor: place(), read: read(seq) }), trust)).toThrow(fails('value'));
  if (seq < 6)
    expect(() => verifyFabricProof(chain(seq, { anchor: place(), next: anchor(seq + 1) }), trust)).toThrow(
      fails('successor'),
    );
});

test('25b: place and version of the fork fit the successor; only the content it names does not', () => {
  const winner = verifyFabricProof(chain(5), trust);
  const fork = verifyFabricProof(chain(5, { anchor: forged('25') }), trust);
  expect([fork.height, fork.index]).toEqual([winner.height, winner.index]);
  expect(fork.value).not.toEqual(winner.value);
});

test('25e: blocks between two anchors are no evidence here: nothing scans them for the want of a write', () => {
  const scan = chain(5, { anchor: forged('25'), blocks: recorded.blocks });
  expect(() => verifyFabricProof(scan, trust)).toThrow(fails('shape'));
});

test('22: one organisation’s endorsement is no anchor, whatever the filter byte says', () => {
  const place = withCode(7, 10)?.place ?? { block: '', index: 0 };
  const flipped = changed(place.block, (block) => {
    metadata(block, common.BlockMetadataIndex.TRANSACTIONS_FILTER, new Uint8Array(8));
  });
  for (const block of [place.block, flipped])
    expect(() => verifyFabricProof(chain(7, { anchor: { ...place, block } }), trust)).toThrow(fails('quorum'));
});

test('what the keys of the network sign anew stays as good as it was', () => {
  expect(verifyFabricProof(chain(2, { anchor: forged('control'), read: read(2) }), trust).verdict).toBe('VALID');
});

test.each<[string, string, string]>([
  ['06', 'another root in the arguments, the orderer colludes', 'proposal'],
  ['07', 'another root, and its creator signs it too', 'proposal'],
  ['08', 'another write set in the payload', 'endorsement'],
  ['09', 'the endorsements of another anchor', 'endorsement'],
  ['10', 'endorsements dropped but one', 'quorum'],
  ['11', 'one endorsement three times', 'quorum'],
  ['12b', 'a peer of an authority that a later configuration would add', 'endorsement'],
  ['13', 'a client’s certificate as endorser', 'endorsement'],
  ['15', 'the ordering organisation’s administrator signs the block', 'orderer'],
  ['16', 'a foreign orderer key', 'orderer'],
  ['26', 'a block under a newer configuration than is shown', 'orderer'],
])('%s: %s', (name, _, step) => {
  expect(() => verifyFabricProof(chain(2, { anchor: forged(name), read: read(2) }), trust)).toThrow(fails(step));
});

test('10: with the neutral organisation dropped, who excludes the parties refuses it', () => {
  const anchored = chain(2, { anchor: forged('10 neutral') });
  const parties = { minimum: 1, excluded: ['Org1MSP', 'Org2MSP'] };
  expect(() => verifyFabricProof(anchored, { ...trust, ...parties })).toThrow(fails('quorum'));
  expect(verifyFabricProof(chain(2), { ...trust, ...parties }).verdict).toBe('ORDERED');
});

test('10: and who wants three organisations refuses it too', () => {
  expect(() => verifyFabricProof(chain(2, { anchor: forged('10 neutral') }), { ...trust, minimum: 3 })).toThrow(
    fails('quorum'),
  );
});

test.each<[string, () => ReturnType<typeof chain>, string]>([
  [
    '30, 20e: the winner’s read attached to the loser',
    () => chain(5, { anchor: loser?.place, read: read(5) }),
    'value',
  ],
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
  ['32: another participant’s anchor as successor', () => chain(1, { next: anchor(2, 'city') }), 'successor'],
  ['32: another participant’s anchor as this one', () => chain(2, { anchor: anchor(2, 'city') }), 'anchor'],
  ['17: an anchor of another channel, same members', () => chain(2, { anchor: recorded.elsewhereAnchor }), 'channel'],
  [
    '27: a configuration block shown along, authorised or not',
    () => chain(2, { configs: [recorded.blocks[0]] }),
    'shape',
  ],
  ['29: a lifecycle transaction shown along as the policy', () => chain(2, { policyTx: anchor(1) }), 'shape'],
  ['18, 28: another genesis', () => chain(2, { genesis: recorded.elsewhere.genesis }), 'genesis'],
  ['r3: the read of another anchor', () => chain(2, { read: read(3) }), 'question'],
  ['a validation code told along', () => chain(2, { code: 0 }), 'shape'],
])('%s', (_, proof, step) => {
  expect(() => verifyFabricProof(proof(), trust)).toThrow(fails(step));
});

test('24: two transactions of a block glued into one entry keep hash and signature, and are refused', () => {
  const place = loser?.place ?? { block: '', index: 0 };
  const block = changed(place.block, (whole) => {
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
