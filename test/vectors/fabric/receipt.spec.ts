// Fabric receipts offline: a genuine one from a real network proves its key, and each forgery fails at its own step.
import { sign } from 'node:crypto';
import { msp, peer } from '@hyperledger/fabric-protos';
import { concatBytes } from '../../../src/domain/canonical';
import { toLowS } from '../../../src/domain/identity';
import { derOf, rawOf, verifyFabricReceipt, type FabricTrust } from '../../../src/domain/ledger/fabric-proof';
import { ledgerKeys } from '../../../src/domain/ledger';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder } from '../../../fabric-network/folder';
import { makeMember } from '../../support/stand-in/material';
import { recorded } from './recorded';
import { rewritten, withEndorsements } from './rewrite';

const trust: FabricTrust = { ...recorded.trust, minimum: 2, excluded: [] };
const { document } = recorded.proof;
const verdictOf = (change: Record<string, unknown>, held: Partial<FabricTrust> = {}) =>
  verifyFabricReceipt({ kind: 'fabric-receipt', document: { ...document, ...change } }, { ...trust, ...held });
const fails = (at: string) => expect.objectContaining({ code: 'LEDGER_PROOF_WRONG', details: { at } }) as Error;

test('a genuine receipt proves key, value and place from the genesis hash and two names alone', () => {
  const proven = verdictOf({});
  expect(proven).toMatchObject({ key: ledgerKeys.anchor('lab', 2), by: 'lab', value: { seq: 2, size: 3 } });
  expect([...proven.organisations].sort()).toEqual(['Org1MSP', 'Org2MSP', 'Org3MSP']);
  expect(proven.height).toBeGreaterThan(0);
});

test('an auditor who has the genesis block needs it in no bundle', () => {
  const { genesis, ...short } = document;
  const held = { ...trust, genesisBlock: Buffer.from(genesis, 'base64url') };
  expect(verifyFabricReceipt({ kind: 'fabric-receipt', document: short }, held)).toEqual(verdictOf({}));
  const without = () => verifyFabricReceipt({ kind: 'fabric-receipt', document: short }, trust);
  expect(without).toThrow(fails('genesis'));
});

test('with both parties excluded one neutral organisation is left, and counts', () => {
  const excluded = ['Org1MSP', 'Org2MSP'];
  expect(verdictOf({}, { minimum: 1, excluded }).by).toBe('lab');
  expect(() => verdictOf({}, { minimum: 2, excluded })).toThrow(fails('quorum'));
});

const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, here) => (here === at ? byte ^ 1 : byte));
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
function highTwin(signature: Uint8Array): Uint8Array {
  const raw = rawOf(signature) ?? new Uint8Array(64);
  const s = ORDER - BigInt(`0x${Buffer.from(raw.subarray(32)).toString('hex')}`);
  return derOf(concatBytes(raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')));
}
const changedAction = (change: (action: peer.ChaincodeAction) => void) =>
  rewritten(document.payload, ({ endorsed }) => {
    const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
    const action = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
    change(action);
    response.setExtension$(action.serializeBinary());
    endorsed.setProposalResponsePayload(response.serializeBinary());
  });
const firstChanged = (change: (endorsement: peer.Endorsement) => void) =>
  withEndorsements(document.payload, (all) => {
    const [first] = all;
    if (first !== undefined) change(first);
    return all;
  });
const withArgs = (args: readonly string[]) =>
  rewritten(document.payload, ({ action }) => {
    const proposal = peer.ChaincodeProposalPayload.deserializeBinary(action.getChaincodeProposalPayload_asU8());
    const invocation = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
    invocation
      .getChaincodeSpec()
      ?.getInput()
      ?.setArgsList(args.map((arg) => Buffer.from(arg)));
    proposal.setInput(invocation.serializeBinary());
    action.setChaincodeProposalPayload(proposal.serializeBinary());
  });

// Numbers are those of the table of forgeries this follows: r1–r10, 12, 14, 17, 18.
test.each<[string, () => Record<string, unknown>, string]>([
  [
    'r1: an answer byte changed',
    () => ({ payload: changedAction((action) => action.getResponse()?.setPayload(Buffer.from('{}'))) }),
    'endorsement',
  ],
  [
    'r1: the read version changed',
    () => ({
      payload: changedAction((a) => {
        a.setResults(flipped(a.getResults_asU8(), 40));
      }),
    }),
    'endorsement',
  ],
  [
    'r1: a signature byte changed',
    () => ({
      payload: firstChanged((e) => {
        e.setSignature(flipped(e.getSignature_asU8(), 40));
      }),
    }),
    'endorsement',
  ],
  ['r2: one organisation only', () => ({ payload: recorded.lone }), 'quorum'],
  [
    'r2: one organisation twice',
    () => ({ payload: withEndorsements(document.payload, ([first]) => (first === undefined ? [] : [first, first])) }),
    'quorum',
  ],
  ['r3: the answer to another question', () => ({ payload: recorded.otherKey }), 'question'],
  ['r3: another key claimed', () => ({ key: ledgerKeys.anchor('lab', 3) }), 'question'],
  ['r3: a listing instead of a read', () => ({ payload: recorded.listed }), 'question'],
  [
    'r4: arguments edited',
    () => ({ payload: withArgs(['ledger:Read', ledgerKeys.anchor('lab', 3)]), key: ledgerKeys.anchor('lab', 3) }),
    'proposal',
  ],
  ['r5: a client signed as endorser', () => ({ payload: recorded.byClient }), 'endorsement'],
  [
    'r7: an absent key, signed as such',
    () => ({ payload: recorded.absent, key: ledgerKeys.anchor('lab', 9) }),
    'reads',
  ],
  [
    'r9: endorsers swapped',
    () => ({
      payload: withEndorsements(document.payload, ([a, b]) => {
        if (a === undefined || b === undefined) return [];
        const [x, y] = [a.getEndorser_asU8(), b.getEndorser_asU8()];
        a.setEndorser(y);
        b.setEndorser(x);
        return [a, b];
      }),
    }),
    'endorsement',
  ],
  [
    'r10: an anchor endorsed but never ordered',
    () => ({ payload: recorded.unordered, key: ledgerKeys.anchor('lab', 7) }),
    'question',
  ],
  [
    '14: the high-S twin of a signature',
    () => ({
      payload: firstChanged((e) => {
        e.setSignature(highTwin(e.getSignature_asU8()));
      }),
    }),
    'endorsement',
  ],
  ['17: the same key of another channel', () => ({ payload: recorded.elsewhere.payload }), 'channel'],
  ['18: another genesis', () => ({ genesis: recorded.elsewhere.genesis }), 'genesis'],
  ['18: bytes that are no block', () => ({ genesis: 'AAAA' }), 'genesis'],
  ['another channel claimed', () => ({ channel: 'elsewhere' }), 'channel'],
  ['another chaincode claimed', () => ({ chaincode: 'other' }), 'channel'],
  ['no endorsement', () => ({ payload: withEndorsements(document.payload, () => []) }), 'quorum'],
  [
    'one good endorsement and a broken one',
    () => ({ payload: withEndorsements(document.payload, (all) => [...all, new peer.Endorsement()]) }),
    'endorsement',
  ],
  [
    'an unknown field after the payload',
    () => ({
      payload: Buffer.concat([Buffer.from(document.payload, 'base64url'), Buffer.from([0x7a, 0])]).toString(
        'base64url',
      ),
    }),
    'shape',
  ],
  ['a field nobody knows', () => ({ valid: true }), 'shape'],
])('%s', (_, change, at) => {
  expect(() => verdictOf(change())).toThrow(fails(at));
});

test.each([
  ['r8: the own organisation does not count when excluded', { excluded: ['Org1MSP', 'Org2MSP'] }, 'quorum'],
  ['18: another genesis hash held', { genesis: '0'.repeat(64) }, 'genesis'],
  ['another channel held', { channel: 'elsewhere' }, 'channel'],
  ['another chaincode held', { chaincode: 'other' }, 'channel'],
  ['a held minimum of none still wants one', { minimum: 0, excluded: ['Org1MSP', 'Org2MSP', 'Org3MSP'] }, 'quorum'],
])('%s', (_, held, at) => {
  expect(() => verdictOf({}, held)).toThrow(fails(at));
});

test('12, r6: a foreign authority under a member’s name', async () => {
  const folder = new Folder(mkdtempSync(join(tmpdir(), 'aggregora-forger-')));
  const forger = await makeMember(folder, 'org2');
  const payload = withEndorsements(document.payload, (all, signedPayload) => {
    const identity = new msp.SerializedIdentity();
    identity.setMspid(forger.mspId);
    identity.setIdBytes(Buffer.from(forger.peer.certificate));
    const endorser = identity.serializeBinary();
    const bytes = concatBytes(signedPayload, endorser);
    const raw = sign('sha256', bytes, { key: forger.peer.key, dsaEncoding: 'ieee-p1363' });
    const forged = new peer.Endorsement();
    forged.setEndorser(endorser);
    forged.setSignature(derOf(toLowS(raw)));
    return [...all.slice(0, 1), forged];
  });
  expect(() => verdictOf({ payload })).toThrow(fails('endorsement'));
});

test('another kind of proof is none of this kind', () => {
  expect(() => verifyFabricReceipt({ kind: 'embedded', document }, trust)).toThrow(fails('shape'));
});

test('it is small and quick', () => {
  const bytes = Buffer.from(document.payload, 'base64url').length;
  const from = performance.now();
  for (let n = 0; n < 20; n += 1) verdictOf({});
  const ms = (performance.now() - from) / 20;
  process.stderr.write(
    `fabric receipt: ${String(bytes)} bytes endorsed by ${String(verdictOf({}).organisations.length)}, genesis ${String(Buffer.from(document.genesis, 'base64url').length)} bytes, ${ms.toFixed(1)} ms to check\n`,
  );
  expect(bytes).toBeLessThan(8_000);
});
