// The published RFC 8785 vectors: each input must become exactly the output, byte for byte.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText, fromHex, utf8 } from '../../src/domain/canonical';
import { readStrict } from '../../src/domain/canonical/read';
import { describeVectors } from './shared';

describeVectors('rfc8785', (folder) => {
  const names = readdirSync(join(folder, 'input')).map((file) => file.replace(/\.json$/, ''));

  test.each(names)('%s', (name) => {
    const input = new Uint8Array(readFileSync(join(folder, 'input', `${name}.json`)));
    const bytes = utf8(canonicalText(readStrict(input, undefined, 'any'), 'any'));
    expect(bytes).toEqual(new Uint8Array(readFileSync(join(folder, 'output', `${name}.json`))));
    const spelled = readFileSync(join(folder, 'outhex', `${name}.txt`), 'latin1')
      .replace(/\s/g, '')
      .toLowerCase();
    expect(bytes).toEqual(fromHex(spelled));
  });
});

// RFC 8785 Appendix B, a part: IEEE 754 bits and the text they must become.
describe('RFC 8785 appendix B numbers', () => {
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ])('%s is %s', (bits, text) => {
    expect(canonicalText(Buffer.from(bits, 'hex').readDoubleBE(), 'any')).toBe(text);
  });
});
