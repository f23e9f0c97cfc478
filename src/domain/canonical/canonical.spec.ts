// What may enter as canonical bytes, and the code each impostor is refused with.
import { canonicalize } from 'json-canonicalize';
import * as fc from 'fast-check';
import { Refusal } from '../refusals';
import {
  b64u,
  canonicalBytes,
  canonicalText,
  contentId,
  fromB64u,
  fromHex,
  hex,
  readCanonical,
  sha256,
  utf8,
  type Json,
} from '.';
import { readStrict } from './read';

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('canonical bytes', () => {
  test.each([
    ['{"a":1,"b":[true,false,null,"é€😀"]}', 'none'],
    ['{"b":1,"a":1}', 'NOT_CANONICAL'],
    ['{"a": 1}', 'NOT_CANONICAL'],
    ['"\\u00e9"', 'NOT_CANONICAL'],
    ['"\\/"', 'NOT_CANONICAL'],
    ['-0', 'NOT_CANONICAL'],
    ['{"a":1,"a":1}', 'DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":2}', 'DUPLICATE_KEY'],
    ['{"__proto__":1}', 'KEY_FORBIDDEN'],
    ['{"\\u005f_proto__":1}', 'KEY_FORBIDDEN'],
    ['9007199254740991', 'none'],
    ['9007199254740992', 'NUMBER_UNSAFE'],
    ['9007199254740993', 'NUMBER_UNSAFE'],
    ['1.0', 'NUMBER_UNSAFE'],
    ['1e2', 'NUMBER_UNSAFE'],
    ['1e400', 'NUMBER_UNSAFE'],
    ['01', 'NOT_JSON'],
    ['+1', 'NOT_JSON'],
    ['.5', 'NOT_JSON'],
    ['NaN', 'NOT_JSON'],
    ['', 'NOT_JSON'],
    ['{}{}', 'NOT_JSON'],
    ['[1,]', 'NOT_JSON'],
    ['{"a":1,}', 'NOT_JSON'],
    ['{a:1}', 'NOT_JSON'],
    ['"\t"', 'NOT_JSON'],
    ['"\\x"', 'NOT_JSON'],
    ['"open', 'NOT_JSON'],
    ['"open\\', 'NOT_JSON'],
    ['tru', 'NOT_JSON'],
    ["'a'", 'NOT_JSON'],
    ['"\\ud800"', 'STRING_NOT_WELL_FORMED'],
    ['"\\udc00\\ud800"', 'STRING_NOT_WELL_FORMED'],
    ['{"\\ud800":1}', 'STRING_NOT_WELL_FORMED'],
    ['"\\u0000"', 'STRING_HAS_NUL'],
    ['\ufeff{}', 'BYTE_ORDER_MARK'],
    [deep(32), 'none'],
    [deep(33), 'TOO_DEEP'],
    [deep(40_000), 'TOO_DEEP'],
  ])('%j: %s', (text, code) => {
    expect(codeOf(() => readCanonical(utf8(text)))).toBe(code);
  });

  test('bytes that are not UTF-8 are refused, also overlong and surrogate encodings', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xff, 0xfe, 0x7b, 0],
    ]) {
      expect(codeOf(() => readCanonical(Uint8Array.from(bytes)))).toBe('NOT_UTF8');
    }
  });

  test('one byte above the limit is refused on both ways', () => {
    const text = 'x'.repeat(1_048_574);
    expect(codeOf(() => readCanonical(utf8(`"${text}"`)))).toBe('none');
    expect(codeOf(() => readCanonical(utf8(`"${text}x"`)))).toBe('TOO_LARGE');
    expect(codeOf(() => canonicalBytes(`${text}x`))).toBe('TOO_LARGE');
  });

  test.each([
    [1.5, 'NUMBER_UNSAFE'],
    [Number.NaN, 'NUMBER_UNSAFE'],
    [2 ** 53, 'NUMBER_UNSAFE'],
    ['\ud800', 'STRING_NOT_WELL_FORMED'],
    ['\0', 'STRING_HAS_NUL'],
    [JSON.parse('{"__proto__":1}') as Json, 'KEY_FORBIDDEN'],
    [JSON.parse(deep(33)) as Json, 'TOO_DEEP'],
  ])('writing %p is refused with %s', (value, code) => {
    expect(codeOf(() => canonicalBytes(value))).toBe(code);
  });

  test.each([[undefined], [1n], [new Date(0)], [[undefined]], [() => 1]])(
    'writing %p is a bug, not a refusal',
    (value) => {
      expect(() => canonicalBytes(value as unknown as Json)).toThrow(TypeError);
    },
  );

  test('null-prototype objects are written like any other', () => {
    expect(canonicalText(Object.assign(Object.create(null) as object, { b: 1, a: 2 }) as Json)).toBe('{"a":2,"b":1}');
  });
});

const key = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text !== '__proto__');
const json = (number: fc.Arbitrary<number>): fc.Arbitrary<Json> =>
  fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, false),
      number,
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;
const clean = (value: Json): boolean => !canonicalText(value, 'any').includes('\\u0000');

describe('properties', () => {
  test('our writer agrees with json-canonicalize on every value', () => {
    const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(json(anyNumber), (value) => canonicalText(value, 'any') === canonicalize(value)),
      { numRuns: 2000 },
    );
  });

  test('what is written is read back as the same value', () => {
    fc.assert(
      fc.property(json(fc.maxSafeInteger()).filter(clean), (value) => {
        const bytes = canonicalBytes(value);
        expect(canonicalBytes(readCanonical(bytes))).toEqual(bytes);
        expect(readCanonical(bytes)).toEqual(JSON.parse(canonicalText(value)));
      }),
    );
  });

  test('the strict parser accepts no text that JSON.parse refuses, and agrees on its meaning', () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"b"', '1', '-', '0', 'true', ' ', '\\', 'e1'),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const text = parts.join('');
        if (codeOf(() => readStrict(utf8(text))) !== 'none') return;
        expect(readStrict(utf8(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('any two different byte strings that are both canonical mean different values', () => {
    fc.assert(
      fc.property(
        json(fc.maxSafeInteger()).filter(clean),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (value, at, flip) => {
          const bytes = canonicalBytes(value);
          const other = Uint8Array.from(bytes, (byte, index) => (index === at % bytes.length ? byte ^ flip : byte));
          if (codeOf(() => readCanonical(other)) === 'none')
            expect(readCanonical(other)).not.toEqual(readCanonical(bytes));
        },
      ),
    );
  });
});

describe('spellings of bytes', () => {
  test.each(['AA==', 'AB', ' AA', 'AA\n', 'A', 'A+', 'A/', 'AAB', 'AAA='])('%j is not strict base64url', (text) => {
    expect(codeOf(() => fromB64u(text))).toBe('NOT_BASE64URL');
  });

  test.each(['A0', 'a', 'zz', ' 00', '0x00'])('%j is not strict hex', (text) => {
    expect(codeOf(() => fromHex(text))).toBe('NOT_HEX');
  });

  test('length is checked when asked for', () => {
    expect(codeOf(() => fromHex('00', 32))).toBe('NOT_HEX');
    expect(codeOf(() => fromB64u('AA', 32))).toBe('NOT_BASE64URL');
  });

  test('both spellings come back as they went', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(hex(bytes))).toEqual(bytes);
        expect(fromB64u(b64u(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('digests', () => {
  test('SHA-256 of "abc" (FIPS 180-4)', () => {
    expect(hex(sha256(utf8('a'), utf8('bc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('a content id is the tagged digest of the canonical form, whatever the key order', () => {
    const id = contentId('aggregora/element/1', { b: 1, a: 2 });
    expect(id).toBe(`sha256:${hex(sha256(utf8('aggregora/element/1\0{"a":2,"b":1}')))}`);
    expect(contentId('aggregora/template/1', { a: 2, b: 1 })).not.toBe(id);
  });
});
