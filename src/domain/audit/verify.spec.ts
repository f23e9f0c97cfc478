// One good bundle, and for every exit code a lie that ends in exactly that code.
import * as fc from 'fast-check';
import { makeKey } from '../../../test/support/certificates';
import {
  anchored,
  bundleOf,
  certificateProof,
  changed,
  everyPartName,
  goodCase,
  permitProof,
  proofOf,
  templateProof,
  trust,
  type Mutable,
} from '../../../test/support/evidence';
import { answerFields, NOW, requestFields, type Sides } from '../../../test/support/exchange-record';
import {
  b64u,
  canonicalBytes,
  fromB64u,
  hex,
  readCanonical,
  sha256,
  utf8,
  type Json,
  type JsonObject,
} from '../canonical';
import { thumbprint } from '../identity';
import { ledgerKeys } from '../ledger/keys';
import { Tree } from '../merkle';
import { leafHashOf, state, type Bundle, type PartName } from '../receipts';
import { exitCodes, verifyBundle, type Trust } from '.';

let sides: Sides;
let good: ReturnType<typeof goodCase>;
let whole: Uint8Array;
let parts: Uint8Array;
beforeAll(async () => {
  sides = { searcher: await makeKey('city-health'), owner: await makeKey('statistics') };
  good = goodCase(sides);
  whole = bundleOf(good);
  parts = bundleOf(good, everyPartName);
});

const codeOf = (bundle: Uint8Array, with_: Partial<Trust> = {}): number =>
  verifyBundle(bundle, { ...trust, ...with_ }).code;
type Change = (bundle: Mutable<Bundle>) => unknown;
const flip = (text: string): string => (text.startsWith('0') ? '1' : '0') + text.slice(1);
const zeros = '0'.repeat(64);

describe('good bundles', () => {
  test('whole, in any selection of parts, or entirely closed: code 0 with every check made', () => {
    expect(verifyBundle(whole, trust).checks.map((check) => check.code)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 23, 19, 20, 21, 22,
    ]);
    fc.assert(
      fc.property(fc.subarray([...everyPartName]), (open: PartName[]) => {
        expect(codeOf(bundleOf(good, open))).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test('a refusal before any permit was found is evidence too', () => {
    const answer = { ...answerFields, status: 'REFUSED' as const, permit: null, answer: { code: 'PERMIT_UNKNOWN' } };
    const refused = goodCase(sides, requestFields, answer);
    expect(codeOf(bundleOf(refused))).toBe(0);
    expect(codeOf(bundleOf(refused, []))).toBe(0);
    const bare = { ...refused, facts: { ...refused.facts, template: null, permit: null } };
    expect(codeOf(bundleOf(bare))).toBe(0);
    const revoked = { ...refused, facts: { ...refused.facts, permit: permitProof({ status: 'revoked' }) } };
    expect(codeOf(bundleOf(revoked))).toBe(0);
    const invented = { ...refused, facts: { ...refused.facts, permit: refused.facts.template } };
    expect(codeOf(bundleOf(invented))).toBe(21);
  });

  test('a closed bundle shows neither parameters nor answer', () => {
    const text = Buffer.from(bundleOf(good, ['head', 'template', 'permit'])).toString();
    for (const part of ['parameters', 'answer'] as const) {
      const shown = JSON.parse(Buffer.from(parts).toString()) as Bundle;
      expect(text).not.toContain(shown.openings[part]?.bytes);
    }
    expect(text).not.toContain(b64u(fromB64u(requestFields.salt)));
  });

  test('remembered heads of the same tree agree, at any size', () => {
    const { tree } = good.trees.owner;
    for (const size of [0, 1, 128, 299, 300]) {
      const remembered = [{ participant: 'statistics', size, root: hex(tree.root(size)) }];
      const consistency = (_: string, first: number, second: number): string[] =>
        tree.consistency(first, second).map(hex);
      expect(codeOf(whole, { remembered, consistency })).toBe(0);
    }
  });

  test('a revocation, withdrawal or new permit version after the record does it no harm', () => {
    const known = (key: string) =>
      [
        { key: ledgerKeys.revocation(thumbprint(sides.owner.certificate)), value: { invalidFrom: 10 }, height: 10 },
        { key: ledgerKeys.template(requestFields.template), value: { status: 'withdrawn' }, height: 6 },
        { key: ledgerKeys.permitVersion('permit-1', 2), value: { status: 'revoked' }, height: 6 },
      ].find((fact) => fact.key === key);
    expect(codeOf(whole, { known })).toBe(0);
    expect(codeOf(parts, { known })).toBe(0);
  });
});

describe('10: bytes that mean nothing', () => {
  test.each<[string, () => Uint8Array]>([
    ['white space', () => utf8(` ${Buffer.from(whole).toString()}`)],
    ['no JSON', () => utf8('evidence')],
    ['an unknown field', () => changed(whole, (b) => Object.assign(b, { extra: 1 }))],
    [
      'a missing field',
      () =>
        changed(whole, (b) => {
          delete (b as Partial<Bundle>).permit;
        }),
    ],
    [
      'base64url with stray bits',
      () =>
        changed(parts, (b) => {
          (b.openings.head ?? fail()).salt = 'A'.repeat(42) + 'B';
        }),
    ],
    [
      'an envelope that is not canonical',
      () =>
        changed(whole, (b) => {
          (b.envelopes ?? fail()).request = b64u(utf8('{ }'));
        }),
    ],
    [
      'an opened part that is not canonical',
      () =>
        changed(parts, (b) => {
          (b.openings.timing ?? fail()).bytes = b64u(utf8('{ }'));
        }),
    ],
  ])('%s', (_, make) => {
    expect(codeOf(make())).toBe(exitCodes.NOT_CANONICAL);
  });
});

describe('30: what this verifier does not know', () => {
  test.each<[string, Change]>([
    [
      'another bundle version',
      (b) => {
        b.v = 'dx-bundle/2' as never;
      },
    ],
    [
      'another kind of leaf',
      (b) => {
        b.kind = 'GUESSED' as never;
      },
    ],
    [
      'another message version',
      (b) => {
        (b.envelopes ?? fail()).request = b64u(canonicalBytes({ v: 'dx/9' }));
      },
    ],
  ])('%s', (_, change) => {
    expect(codeOf(changed(whole, change))).toBe(exitCodes.UNKNOWN_VERSION);
  });
});

describe('one lie, one code', () => {
  const opening = (b: Mutable<Bundle>, part: PartName): { bytes: string; salt: string } => b.openings[part] ?? fail();
  const edit = (b: Mutable<Bundle>, part: PartName, by: JsonObject): void => {
    const shown = opening(b, part);
    shown.bytes = b64u(canonicalBytes({ ...(readCanonical(fromB64u(shown.bytes)) as JsonObject), ...by }));
  };
  test.each<[number, string, Change]>([
    [
      11,
      'an answer edited',
      (b) => {
        edit(b, 'answer', { left: 'all' });
      },
    ],
    [
      11,
      'a salt changed',
      (b) => {
        opening(b, 'head').salt = b64u(sha256(utf8('x')));
      },
    ],
    [
      11,
      'a commitment changed',
      (b) => {
        b.commitments.permit = flip(b.commitments.permit);
      },
    ],
    [
      11,
      'a refusal sold as an answer',
      (b) => {
        b.kind = 'REFUSED';
      },
    ],
    [
      11,
      'another xid',
      (b) => {
        b.xid = b.xid.replace('0190', '0191');
      },
    ],
    [
      11,
      'another owner',
      (b) => {
        b.owner.participant = 'registry';
      },
    ],
    [
      12,
      'another E',
      (b) => {
        b.E = flip(b.E);
      },
    ],
    [
      12,
      'a closed commitment changed',
      (b) => {
        delete b.openings.parameters;
        b.commitments.parameters = zeros;
      },
    ],
    [
      13,
      'a request statement of other bytes',
      (b) => {
        b.statements.request = request({ digest: zeros });
      },
    ],
    [
      13,
      'a request statement to another owner',
      (b) => {
        b.statements.request = request({ aud: 'registry' });
      },
    ],
    [
      13,
      'the acknowledgement where the request belongs',
      (b) => {
        b.statements.request = b.statements.ack;
      },
    ],
    [
      13,
      'an acknowledgement of a mismatch',
      (b) => {
        b.statements.ack = ack({ verdict: 'MISMATCH' });
      },
    ],
    [
      13,
      'the owner signing for the searcher',
      (b) => {
        b.statements.ack = state('ack', ackSaid(), sides.owner);
      },
    ],
    [
      14,
      'an answer statement about another E',
      (b) => {
        b.statements.answer = answer({ E: zeros });
      },
    ],
    [
      14,
      'an answer to another request',
      (b) => {
        b.statements.answer = answer({ request: zeros });
      },
    ],
    [
      14,
      'an answer other than acknowledged',
      (b) => {
        b.statements.answer = answer({ digest: zeros });
      },
    ],
    [
      14,
      'a promise about another E',
      (b) => {
        b.statements.final = final({ E: zeros });
      },
    ],
    [
      15,
      'a certificate nobody registered',
      (b) => {
        b.searcher.registration = b.owner.registration;
      },
    ],
    [
      15,
      'a ledger certificate signing receipts',
      (b) => {
        b.owner.registration = registered('statistics', { use: 'ledger' });
      },
    ],
    [
      15,
      'a certificate of someone else',
      (b) => {
        b.owner.registration = registered('registry', {});
      },
    ],
    [
      15,
      'a certificate registered after the anchor',
      (b) => {
        b.owner.registration = registered('statistics', {}, 10);
      },
    ],
    [
      16,
      'a searcher leaf at another place',
      (b) => {
        b.searcher.index += 1;
      },
    ],
    [
      16,
      'a searcher proof cut short',
      (b) => {
        b.searcher.inclusion.pop();
      },
    ],
    [
      17,
      'an owner leaf at another place',
      (b) => {
        b.owner.index -= 1;
      },
    ],
    [
      17,
      'an owner proof changed',
      (b) => {
        b.owner.inclusion[0] = flip(b.owner.inclusion[0] ?? '');
      },
    ],
    [
      18,
      'a head nobody anchored',
      (b) => {
        b.owner = { ...b.owner, ...forged() };
      },
    ],
    [
      18,
      'an anchor proof that does not hold',
      (b) => {
        b.searcher.anchor.document = {};
      },
    ],
    [
      18,
      'the anchor of another participant',
      (b) => {
        b.searcher.anchor = b.owner.anchor;
      },
    ],
    [
      18,
      'another number',
      (b) => {
        b.searcher.head.seq = 3;
      },
    ],
    [
      20,
      'a template nobody published',
      (b) => {
        b.template = b.permit;
      },
    ],
    [
      20,
      'a template withdrawn before',
      (b) => {
        b.template = templateProof({ status: 'withdrawn' }, 5);
      },
    ],
    [
      20,
      'a template published after',
      (b) => {
        b.template = templateProof({}, 6);
      },
    ],
    [
      21,
      'a permit nobody granted',
      (b) => {
        b.permit = b.template;
      },
    ],
    [
      21,
      'a revoked permit',
      (b) => {
        b.permit = permitProof({ status: 'revoked' });
      },
    ],
    [
      21,
      'another version of the permit',
      (b) => {
        b.permit = permitProof({ version: 2 }, 4, 2);
      },
    ],
    [
      21,
      'a permit granted after',
      (b) => {
        b.permit = permitProof({}, 6);
      },
    ],
    [
      21,
      'a permit for another searcher',
      (b) => {
        b.permit = permitProof({ searcher: 'city-roads' });
      },
    ],
    [
      21,
      'a permit for a class it is not in',
      (b) => {
        b.permit = permitProof({ searcher: 'class:hospitals' });
      },
    ],
    [
      21,
      'a permit of another owner',
      (b) => {
        b.permit = permitProof({ owner: 'registry' });
      },
    ],
    [
      21,
      'a permit for another template',
      (b) => {
        b.permit = permitProof({ template: zeros });
      },
    ],
    [
      21,
      'a permit for another repository',
      (b) => {
        b.permit = permitProof({ repository: 'wages-1986' });
      },
    ],
    [
      21,
      'a permit that had ended',
      (b) => {
        b.permit = permitProof({ until: NOW });
      },
    ],
    [
      21,
      'a permit that had not begun',
      (b) => {
        b.permit = permitProof({ from: NOW + 1 });
      },
    ],
  ])('%i: %s', (code, _, change) => {
    expect(codeOf(changed(parts, change))).toBe(code);
  });

  const request = (change: object): string => {
    const said = { iss: 'city-health', aud: 'statistics', template: requestFields.template, permit: 'permit-1' };
    return state(
      'request',
      { xid: requestFields.xid, ...said, digest: hex(sha256(good.m1.bytes)), ...change },
      sides.searcher,
    );
  };
  const ackSaid = () => ({
    xid: requestFields.xid,
    E: hex(good.m2.e),
    verdict: 'MATCH' as const,
    answer: hex(sha256(good.m2.bytes)),
    'anchor-by': NOW + 300_000,
  });
  const ack = (change: object): string => state('ack', { ...ackSaid(), ...change }, sides.searcher);
  const answer = (change: object): string => {
    const { xid, E, answer: digest } = ackSaid();
    return state('answer', { xid, E, digest, request: hex(sha256(good.m1.bytes)), ...change }, sides.owner);
  };
  const final = (change: object): string =>
    state('final', { xid: requestFields.xid, E: hex(good.m2.e), 'anchor-by': NOW, ...change }, sides.owner);
  const registered = (participant: string, change: JsonObject, height = 2) =>
    certificateProof(thumbprint(sides.owner.certificate), participant, change, height);
  const forged = () => {
    const { side } = anchored('statistics', leafHashOf('COMPLETED', good.m2.e), 8, 3);
    return { ...side, anchor: good.facts.owner.anchor };
  };
});

describe('what only the auditor knows', () => {
  const knows = (key: string, value: JsonObject, height: number): Partial<Trust> => ({
    known: (asked) => (asked === key ? { key, value, height } : undefined),
  });

  test('15: a key revoked from before the anchor', () => {
    const key = ledgerKeys.revocation(thumbprint(sides.searcher.certificate));
    expect(codeOf(whole, knows(key, { invalidFrom: 9 }, 12))).toBe(15);
  });

  test('19: a remembered head of another tree, of the same or another size, or without a proof', () => {
    const fork = Tree.of(Array.from({ length: 300 }, (_, at) => leafHashOf('PAD', sha256(utf8(String(at))))));
    for (const size of [1, 200, 300]) {
      const remembered = [{ participant: 'statistics', size, root: hex(fork.root(size)) }];
      const consistency = (_: string, first: number, second: number): string[] =>
        fork.consistency(first, second).map(hex);
      expect(codeOf(whole, { remembered, consistency })).toBe(19);
      expect(codeOf(whole, { remembered })).toBe(19);
    }
  });

  test('20: a template withdrawn by the height of the decision, also where that height is closed', () => {
    const key = ledgerKeys.template(requestFields.template);
    expect(codeOf(whole, knows(key, { status: 'withdrawn' }, 5))).toBe(20);
    expect(codeOf(bundleOf(good, []), knows(key, { status: 'withdrawn' }, 6))).toBe(20);
  });

  test('21: a permit replaced by the height of the decision', () => {
    expect(codeOf(whole, knows(ledgerKeys.permitVersion('permit-1', 2), { status: 'revoked' }, 5))).toBe(21);
  });

  test('a class permit holds for its members', () => {
    const bundle = changed(whole, (b) => {
      b.permit = permitProof({ searcher: 'class:cities' });
    });
    expect(codeOf(bundle, { inClass: (name, who) => name === 'cities' && who === 'city-health' })).toBe(0);
  });

  test('a ledger verifier that stumbles has not accepted anything', () => {
    const ledger = (): never => {
      throw new Error('malformed');
    };
    expect(codeOf(whole, { ledger })).toBe(15);
  });
});

describe('22: clocks', () => {
  test.each<[string, object, number]>([
    ['answered before it was received', { receivedAt: NOW + 10, answeredAt: NOW + 9 }, 0],
    ['received two minutes before it was asked', { receivedAt: NOW - 121_000, answeredAt: NOW }, 0],
    ['acknowledged long before it was answered', { receivedAt: NOW, answeredAt: NOW + 500_000 }, 0],
  ])('%s', (_, timing) => {
    const late = goodCase(sides, requestFields, { ...answerFields, timing: timing as typeof answerFields.timing });
    expect(codeOf(bundleOf(late))).toBe(22);
    expect(codeOf(bundleOf(late, ['head', 'timing']))).toBe(22);
  });
});

describe('properties', () => {
  test('no changed byte anywhere in a bundle verifies', () => {
    for (const bundle of [whole, parts]) {
      fc.assert(
        fc.property(fc.nat(bundle.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const other = bundle.slice();
          other[at] = (other[at] ?? 0) ^ mask;
          expect(codeOf(other)).not.toBe(0);
        }),
        { numRuns: 1500 },
      );
    }
  });

  test('any JSON at all gets a verdict, never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(good.facts), 'E'), (junk, name) => {
        const value = { ...(JSON.parse(Buffer.from(whole).toString()) as object), [name]: junk };
        expect(codeOf(utf8(JSON.stringify(value)))).not.toBe(0);
        let bytes: Uint8Array;
        try {
          bytes = canonicalBytes(value as unknown as Json);
        } catch {
          return;
        }
        expect(typeof codeOf(bytes)).toBe('number');
      }),
    );
  });

  test('anything a proof document can hold is the ledger verifier’s to judge, and never breaks the rest', () => {
    expect(
      codeOf(
        changed(whole, (b) => {
          b.template = proofOf('elsewhere', {}, 0);
        }),
      ),
    ).toBe(20);
  });
});

function fail(): never {
  throw new Error('the bundle under test lacks what the test changes');
}
