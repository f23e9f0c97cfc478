// Both sides arrive at the same hash, neither alone can choose it, and every lie has a code.
import * as fc from 'fast-check';
import { makeKey } from '../../../test/support/certificates';
import { answerFields, NOW, requestFields, runExchange, salt, type Sides } from '../../../test/support/exchange-record';
import { canonicalBytes, hex, sha256, utf8, type Json } from '../canonical';
import { leafHash, Tree, verifyConsistency } from '../merkle';
import { Refusal } from '../refusals';
import {
  anchorBody,
  commonHash,
  commitmentOf,
  hashOfCommitments,
  leafHashOf,
  leafKinds,
  leafOf,
  makeAnswer,
  makeRequest,
  mayMove,
  moveReceipt,
  mustHaveCredit,
  openAck,
  openAnswer,
  openingsOf,
  openPromise,
  openRequest,
  padsFor,
  partNames,
  partsOf,
  everyPart,
  readAnswer,
  readRequest,
  receiptMoves,
  saltsOf,
  sealReason,
  state,
  type ReceiptState,
} from '.';

let sides: Sides;
beforeAll(async () => {
  sides = { searcher: await makeKey('city-health'), owner: await makeKey('statistics') };
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}
const asBytes = (value: unknown): Uint8Array => canonicalBytes(value as Json);
const requestBytes = (change: object = {}): Uint8Array => asBytes({ v: 'dx/1', ...requestFields, ...change });

describe('an exchange', () => {
  test('both sides hash to the same E and promise to anchor it', () => {
    const { m1, m2, opened, verdict, anchorBy } = runExchange(sides);
    expect([opened.verdict, verdict]).toEqual(['MATCH', 'MATCH']);
    expect(opened.e).toEqual(m2.e);
    expect(commonHash(m1.bytes, m2.bytes)).toEqual(m2.e);
    expect(anchorBy).toBe(NOW + 320 + 300_000);
  });

  test('a refusal is an answer like any other, with its own kind of leaf', () => {
    const refused = { ...answerFields, status: 'REFUSED' as const, permit: null, answer: { code: 'PERMIT_UNKNOWN' } };
    expect(runExchange(sides, requestFields, refused).verdict).toBe('MATCH');
  });

  test('a sealed request carries ciphertext where the parameters were', () => {
    expect(runExchange(sides, { ...requestFields, mode: 'sealed', parameters: 'c2VhbGVk' }).verdict).toBe('MATCH');
    expect(codeOf(() => readRequest(requestBytes({ mode: 'sealed' })))).toBe('REQUEST_SHAPE');
    expect(codeOf(() => readRequest(requestBytes({ parameters: 'c2VhbGVk' })))).toBe('REQUEST_SHAPE');
  });

  test('the vector, computed by a second program in another language: these envelopes hash to this E', () => {
    const { m2 } = runExchange(sides);
    expect(hex(m2.e)).toBe('0d8ae5d33edd74773fb5947dc6ac6620fbd7c552f3dc6a153b296ab314c1e753');
  });
});

describe('at the doors', () => {
  test.each([
    [{ v: 'dx/2' }, 'VERSION_UNKNOWN'],
    [{ extra: 1 }, 'REQUEST_SHAPE'],
    [{ from: 'City' }, 'REQUEST_SHAPE'],
    [{ xid: 'x' }, 'REQUEST_SHAPE'],
    [{ salt: 'AA' }, 'REQUEST_SHAPE'],
    [{ salt: salt('a').slice(0, -1) + 'B' }, 'REQUEST_SHAPE'],
    [{ parameters: [] }, 'REQUEST_SHAPE'],
    [{ mode: 'open' }, 'REQUEST_SHAPE'],
  ])('a request with %j is refused: %s', (change, code) => {
    expect(codeOf(() => readRequest(requestBytes(change)))).toBe(code);
  });

  test('a request that is not its own canonical form is refused before anything else', () => {
    const loose = utf8(JSON.stringify({ v: 'dx/1', ...requestFields }));
    expect(codeOf(() => readRequest(loose))).toBe('NOT_CANONICAL');
  });

  test('a refusal names the field and never the value', () => {
    try {
      readRequest(requestBytes({ purpose: 'my secret/purpose' }));
    } catch (error) {
      expect(JSON.stringify((error as Refusal).details)).toBe('{"at":"purpose","why":"invalid_format"}');
    }
    expect.assertions(1);
  });

  test.each([[-121_000], [121_000]])('a clock %i ms away is stale', (skew) => {
    const { m1 } = runExchange(sides);
    expect(codeOf(() => openRequest(m1, sides.searcher.certificate, NOW + skew))).toBe('REQUEST_STALE');
  });

  test('a statement over other bytes is refused', () => {
    const { m1 } = runExchange(sides);
    const other = makeRequest({ ...requestFields, purpose: 'planning' }, sides.searcher);
    const mixed = { bytes: other.bytes, statement: m1.statement };
    expect(codeOf(() => openRequest(mixed, sides.searcher.certificate, NOW))).toBe('STATEMENT_MISMATCH');
  });

  test.each([
    [{ request: '0'.repeat(64) }],
    [{ xid: '0190f5fe-7c00-7a00-8000-0123456789ac' }],
    [{ template: `sha256:${'0'.repeat(64)}` }],
    [{ permit: { id: 'permit-2', version: 1, decision: 'd', height: 1 } }],
  ])('an answer with %j belongs to another request', (change) => {
    const { m1, m2 } = runExchange(sides);
    const answer = readAnswer(m2.bytes, m1.bytes);
    expect(codeOf(() => readAnswer(asBytes({ ...answer, ...change }), m1.bytes))).toBe('ANSWER_NOT_OURS');
  });

  test('a data end that signs another E is caught at once, and an ack of it says so', () => {
    const { m1, m2, own } = runExchange(sides);
    const e = 'f'.repeat(64);
    const said = { xid: own.xid, E: e, digest: own.answerDigest, request: hex(sha256(m1.bytes)) };
    const lie = { bytes: m2.bytes, statement: state('answer', said, sides.owner) };
    expect(openAnswer(lie, m1.bytes, sides.owner.certificate).verdict).toBe('MISMATCH');
    const ack = { xid: own.xid, E: e, verdict: 'MATCH' as const, answer: own.answerDigest, 'anchor-by': NOW };
    const open = (change: object): unknown =>
      openAck(state('ack', { ...ack, ...change }, sides.searcher), own, sides.searcher.certificate, NOW);
    expect(codeOf(() => open({}))).toBe('ACK_CONTRADICTS');
    expect(codeOf(() => open({ verdict: 'MISMATCH', E: hex(own.e) }))).toBe('ACK_CONTRADICTS');
    expect(open({ verdict: 'MISMATCH' })).toBe('MISMATCH');
    expect(codeOf(() => open({ verdict: 'MISMATCH', 'anchor-by': NOW + 500_000 }))).toBe('PROMISE_TOO_LATE');
  });

  test('a promise of another E, or of next week, is refused', () => {
    const { own } = runExchange(sides);
    const open = (change: object): unknown => {
      const said = { xid: own.xid, E: hex(own.e), 'anchor-by': NOW + 300_000, ...change };
      return openPromise(state('final', said, sides.owner), own, sides.owner.certificate, NOW);
    };
    expect(codeOf(() => open({ E: '0'.repeat(64) }))).toBe('STATEMENT_MISMATCH');
    expect(codeOf(() => open({ 'anchor-by': NOW + 604_800_000 }))).toBe('PROMISE_TOO_LATE');
  });
});

describe('the common hash', () => {
  test('any change of any field of either envelope changes E', () => {
    const { m1, m2 } = runExchange(sides);
    const e = hex(m2.e);
    const changes: Partial<Record<keyof typeof requestFields, unknown>>[] = [
      { from: 'city-roads' },
      { to: 'registry' },
      { repository: 'other' },
      { purpose: 'planning' },
      { issuedAt: NOW + 1 },
      { salt: salt('x') },
      { parameters: {} },
    ];
    for (const change of changes) {
      const request = makeRequest({ ...requestFields, ...change } as typeof requestFields, sides.searcher);
      expect(hex(makeAnswer(answerFields, request.bytes, sides.owner).e)).not.toBe(e);
    }
    for (const change of [{ engine: 'x' }, { left: null }, { salt: salt('y') }, { answer: 1 }]) {
      expect(hex(makeAnswer({ ...answerFields, ...change }, m1.bytes, sides.owner).e)).not.toBe(e);
    }
  });

  test('each part opens by itself against its commitment, and no part takes the place of another', () => {
    const { m1, m2 } = runExchange(sides);
    const { parts, salts } = openingsOf(m1.bytes, m2.bytes);
    const commitments = everyPart((part) => commitmentOf(part, salts[part], parts[part]));
    expect(hashOfCommitments(commitments)).toEqual(m2.e);
    for (const part of partNames) {
      for (const other of partNames) {
        const same = hex(commitmentOf(part, salts[other], parts[other])) === hex(commitments[other]);
        expect(same).toBe(part === other);
      }
    }
  });

  test('salts depend on both sides and on the xid, and are all different', () => {
    const all = (s: string, r: string, xid: string): string => hex(saltsOf(salt(s), salt(r), xid).head);
    expect(
      new Set([all('a', 'b', '1'), all('b', 'a', '1'), all('a', 'c', '1'), all('c', 'b', '1'), all('a', 'b', '2')])
        .size,
    ).toBe(5);
    expect(new Set(partNames.map((part) => hex(saltsOf(salt('a'), salt('b'), '1')[part]))).size).toBe(6);
  });

  test('parameters appear in their own part only', () => {
    const { m1, m2 } = runExchange(sides, { ...requestFields, parameters: { canary: 'c4n4ry' } });
    const parts = partsOf(m1.bytes, m2.bytes);
    const holding = partNames.filter((part) => Buffer.from(parts[part]).includes('c4n4ry'));
    expect(holding).toEqual(['parameters']);
  });
});

test('a leaf is 0x01, its kind, and 32 bytes', () => {
  const e = sha256(utf8('e'));
  expect(hex(leafOf('REFUSED', e))).toBe(`0102${hex(e)}`);
  expect(leafHashOf('PAD', e)).toEqual(leafHash(leafOf('PAD', e)));
  expect(Object.values(leafKinds)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(() => leafOf('PAD', utf8('short'))).toThrow(RangeError);
});

describe('life of a receipt', () => {
  test('every state can be reached, and erased or finished states lead nowhere else', () => {
    const reached = new Set<ReceiptState>(['REQUESTED']);
    for (const from of reached) for (const to of receiptMoves[from]) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(receiptMoves).sort());
    expect(receiptMoves.ERASED).toEqual([]);
  });

  test('no road skips the acknowledgement or the anchor', () => {
    expect(mayMove('REQUESTED', 'ACKED')).toBe(false);
    expect(mayMove('ACKED', 'FINAL')).toBe(false);
    expect(moveReceipt('ANCHORED', 'FINAL')).toBe('FINAL');
    expect(codeOf(() => moveReceipt('FINAL', 'ANSWERED'))).toBe('RECEIPT_MOVE');
  });

  test('the seventeenth unacknowledged answer ends the credit', () => {
    expect(
      codeOf(() => {
        mustHaveCredit(16);
      }),
    ).toBe('none');
    expect(
      codeOf(() => {
        mustHaveCredit(17);
      }),
    ).toBe('CREDIT_SPENT');
  });
});

describe('batches', () => {
  test.each`
    leaves  | age      | since     | reason
    ${0}    | ${0}     | ${59_999} | ${undefined}
    ${0}    | ${0}     | ${60_000} | ${'HEARTBEAT'}
    ${1}    | ${1_999} | ${1_999}  | ${undefined}
    ${1}    | ${2_000} | ${2_000}  | ${'AGED'}
    ${1023} | ${0}     | ${0}      | ${undefined}
    ${1024} | ${0}     | ${0}      | ${'FULL'}
  `(
    '$leaves leaves, oldest $age ms, $since ms since the last: $reason',
    ({ leaves, age, since, reason }: { leaves: number; age: number; since: number; reason: string }) => {
      expect(sealReason({ leaves, oldestAt: NOW - age, sealedAt: NOW - since }, NOW)).toBe(reason);
    },
  );

  test('padded sizes show only multiples of 256', () => {
    expect([0, 1, 255, 256, 257, 1024].map((leaves) => leaves + padsFor(leaves))).toEqual([
      256, 256, 256, 256, 512, 1024,
    ]);
  });

  test('each anchor proves that it continues the one before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 2, maxLength: 8 }), (sizes) => {
        const tree = new Tree();
        let before: { seq: number; size: number; hash: string; root: string } | undefined;
        for (const grow of sizes) {
          for (let n = 0; n < grow; n += 1) tree.append(leafHash(utf8(String(tree.size))));
          const body = anchorBody(tree, before);
          expect([body.seq, body.previous]).toEqual([(before?.seq ?? 0) + 1, before?.hash ?? null]);
          if (before && before.size > 0) {
            const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
            const claim = { first: before.size, second: body.size, proof: body.consistency.map(bytes) };
            expect(verifyConsistency({ ...claim, firstRoot: bytes(before.root), secondRoot: bytes(body.root) })).toBe(
              true,
            );
          }
          before = { seq: body.seq, size: body.size, root: body.root, hash: `h${String(body.seq)}` };
        }
      }),
    );
  });
});
