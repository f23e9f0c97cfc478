// One statement, one form: every other spelling of a signature is refused, though libraries would take it.
import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { compactVerify } from 'jose';
import { makeKey } from '../../../test/support/certificates';
import { b64u, concatBytes, fromB64u, fromHex, hex, utf8 } from '../canonical';
import { Refusal } from '../refusals';
import { isLowS, isParticipantId, peekJws, publicKeyOf, signJws, thumbprint, verifyJws, type Key } from '.';

const payload = { xid: '1', iss: 'city' };
let key: Key;
let other: Key;
let jws: string;
beforeAll(async () => {
  key = await makeKey('city');
  other = await makeKey('hospital');
  jws = signJws('dx-ack+jws', payload, key);
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}
const check = (text: string): string => codeOf(() => verifyJws(text, 'dx-ack+jws', key.certificate));
const parts = (): [string, string, string] => jws.split('.') as [string, string, string];

test('a statement comes back from its own signature, and jose agrees', async () => {
  expect(verifyJws(jws, 'dx-ack+jws', key.certificate)).toEqual(payload);
  expect(peekJws(jws)).toEqual(payload);
  const { protectedHeader } = await compactVerify(jws, publicKeyOf(key.certificate));
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'dx-ack+jws', 'x5t#S256': thumbprint(key.certificate) });
});

test('another kind of statement, or another certificate, is refused', () => {
  expect(codeOf(() => verifyJws(jws, 'dx-final+jws', key.certificate))).toBe('JWS_HEADER');
  expect(codeOf(() => verifyJws(jws, 'dx-ack+jws', other.certificate))).toBe('JWS_HEADER');
});

test.each([
  ['a padded signature', () => `${jws}=`, 'JWS_SHAPE'],
  ['white space', () => jws.replace('.', '. '), 'JWS_SHAPE'],
  ['a line feed at the end', () => `${jws}\n`, 'JWS_SHAPE'],
  ['two parts', () => parts().slice(0, 2).join('.'), 'JWS_SHAPE'],
  ['stray bits in the signature', () => jws.slice(0, -1) + strayTwin(jws.slice(-1)), 'JWS_ENCODING'],
  ['the high-S twin', () => twin(jws), 'JWS_HIGH_S'],
  [
    'alg none',
    () => withHeader({ alg: 'none', typ: 'dx-ack+jws', 'x5t#S256': thumbprint(key.certificate) }),
    'JWS_HEADER',
  ],
  [
    'an extra jwk',
    () => withHeader({ alg: 'ES256', jwk: {}, typ: 'dx-ack+jws', 'x5t#S256': thumbprint(key.certificate) }),
    'JWS_HEADER',
  ],
  [
    'keys in another order',
    () => withHeader({ typ: 'dx-ack+jws', alg: 'ES256', 'x5t#S256': thumbprint(key.certificate) }),
    'JWS_HEADER',
  ],
  ['another payload', () => [parts()[0], b64u(utf8('{"xid":"2"}')), parts()[2]].join('.'), 'JWS_SIGNATURE'],
  ['a zero signature', () => [parts()[0], parts()[1], b64u(new Uint8Array(64))].join('.'), 'JWS_SIGNATURE'],
])('%s is refused', (_, make, code) => {
  expect(check(make())).toBe(code);
});

test('a signed payload that is not canonical is refused', () => {
  expect(codeOf(() => peekJws(['e30', b64u(utf8('{"b":1,"a":1}')), parts()[2]].join('.')))).toBe('JWS_PAYLOAD');
});

test('every signature we make is low-S', () => {
  for (let n = 0; n < 60; n += 1) {
    expect(isLowS(fromB64u(signJws('dx-ack+jws', { n }, key).split('.')[2] ?? ''))).toBe(true);
  }
});

test('no changed character of a statement verifies', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.', '=', ' ', '\n'),
      (at, character) => {
        const index = at % jws.length;
        if (jws[index] !== character)
          expect(check(jws.slice(0, index) + character + jws.slice(index + 1))).not.toBe('none');
      },
    ),
    { numRuns: 500 },
  );
});

test('certificates: one spelling each, P-256 only', () => {
  expect(codeOf(() => publicKeyOf(Uint8Array.of(1, 2, 3)))).toBe('JWS_CERTIFICATE');
  expect(codeOf(() => publicKeyOf(concatBytes(key.certificate, Uint8Array.of(0))))).toBe('JWS_CERTIFICATE');
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(key.certificate).toString('base64')}\n-----END CERTIFICATE-----`;
  expect(codeOf(() => publicKeyOf(utf8(pem)))).toBe('JWS_CERTIFICATE');
  expect(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.asymmetricKeyDetails?.namedCurve).not.toBe(
    'prime256v1',
  );
});

test.each([
  ['city', true],
  ['city-of-x9', true],
  ['a', false],
  ['City', false],
  ['9city', false],
  ['city\n', false],
  ['a'.repeat(42), false],
])('%j is a participant id: %s', (text, expected) => {
  expect(isParticipantId(text)).toBe(expected);
});

function withHeader(header: object): string {
  return [b64u(utf8(JSON.stringify(header))), parts()[1], parts()[2]].join('.');
}

/** The last of 86 characters carries 4 meaningful bits: the same bits with others behind them. */
function strayTwin(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(last) ^ 1] ?? '';
}

function twin(text: string): string {
  const [header, body, signature] = text.split('.') as [string, string, string];
  const raw = fromB64u(signature);
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = (order - BigInt(`0x${hex(raw.subarray(32))}`)).toString(16).padStart(64, '0');
  return [header, body, b64u(concatBytes(raw.subarray(0, 32), fromHex(s)))].join('.');
}
