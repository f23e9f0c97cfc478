// A real exchange record's evidence, kept from a town: it must verify for ever, and every lie about it must be found.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/run';
import { canonicalBytes, type Json } from '../../domain/canonical';
import type { Bundle } from '../../domain/receipts';
import type { Mutable } from '../../../test/support/evidence';
import { AuditTrust } from './trust';
import { verifyOffline } from './verify';

const at = (name: string) => join(__dirname, 'fixture', name);
const trust = AuditTrust.parse(JSON.parse(readFileSync(at('trust.json'), 'utf8')));
const whole = readFileSync(at('everything.evidence'));
const two = readFileSync(at('two-parts.evidence'));

type Lie = (bundle: Mutable<Bundle>) => unknown;
function lied(bytes: Uint8Array, lie: Lie): Uint8Array {
  const bundle = JSON.parse(Buffer.from(bytes).toString()) as Mutable<Bundle>;
  lie(bundle);
  return canonicalBytes(bundle as unknown as Json, 8_388_608);
}
const flipped = (text: string) => (text.startsWith('0') ? '1' : '0') + text.slice(1);

test('whole or with two parts open, it holds', () => {
  expect([verifyOffline(whole, trust).code, verifyOffline(two, trust).code]).toEqual([0, 0]);
});

test('what is closed is not in the file', () => {
  expect(
    Object.entries(JSON.parse(two.toString()).openings)
      .flatMap(([part, open]) => (open === null ? [] : [part]))
      .sort(),
  ).toEqual(['answer', 'timing']);
});

test.each`
  lie                      | tell                                                                                    | code
  ${'another exchange id'} | ${(b: Mutable<Bundle>) => (b.statements.request = b.statements.answer)}                 | ${13}
  ${'the searcher’s tree'} | ${(b: Mutable<Bundle>) => (b.searcher.index += 1)}                                      | ${16}
  ${'the owner’s tree'}    | ${(b: Mutable<Bundle>) => (b.owner.inclusion[0] = flipped(b.owner.inclusion[0] ?? ''))} | ${17}
`('a lie about $lie ends in $code', ({ tell, code }: { tell: Lie; code: number }) => {
  expect(verifyOffline(lied(whole, tell), trust).code).toBe(code);
});

test('for another ledger, or another operator, nothing holds', () => {
  expect(verifyOffline(whole, { ...trust, genesis: flipped(trust.genesis) }).code).not.toBe(0);
  const owner = JSON.parse(whole.toString()).owner.certificate as string;
  expect(verifyOffline(whole, AuditTrust.parse({ ...trust, operators: [owner] })).code).not.toBe(0);
});

describe('the command', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'aggregora-verify-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const verify = async (bytes: Uint8Array) => {
    writeFileSync(join(folder, 'evidence.json'), bytes);
    const out: string[] = [];
    const say = (text: string) => out.push(text);
    const io = {
      out: say,
      err: say,
      watched: false,
      colours: false,
      width: 80,
      folder,
      home: folder,
      environment: {},
      now: () => 0,
    };
    const code = await run(['verify', 'evidence.json', '--trust', at('trust.json')], io);
    return { code, said: out.join('\n') };
  };

  test('exits with the verdict’s code and says it', async () => {
    expect(await verify(whole)).toMatchObject({ code: 0, said: expect.stringContaining('The evidence holds.') });
    const lie = lied(whole, (b) => (b.searcher.index += 1));
    expect(await verify(lie)).toMatchObject({ code: 16, said: expect.stringContaining('SEARCHER_INCLUSION') });
    expect((await verify(Buffer.from('not even JSON'))).code).toBe(10);
    expect((await verify(whole.subarray(0, 1000))).code).toBe(10);
  });
});
