// The published proof vectors of transparency-dev/merkle: every good proof is accepted, every bad one refused.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyConsistency, verifyInclusion } from '../../src/domain/merkle';
import { describeVectors } from './shared';

interface Inclusion {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

interface Consistency {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const list = (proof: string[] | null): Uint8Array[] => (proof ?? []).map(bytes);

function read(folder: string): { name: string; vector: unknown }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name, vector: JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown }));
}

describeVectors('rfc9162', (folder) => {
  const inclusions = read(join(folder, 'inclusion')) as { name: string; vector: Inclusion }[];
  const consistencies = read(join(folder, 'consistency')) as { name: string; vector: Consistency }[];

  test('the suite is whole: 196 files', () => {
    expect(inclusions.length + consistencies.length).toBe(196);
  });

  test.each(inclusions)('inclusion $name', ({ vector }) => {
    const claim = { leafHash: bytes(vector.leafHash), index: vector.leafIdx, size: vector.treeSize };
    expect(verifyInclusion({ ...claim, proof: list(vector.proof), root: bytes(vector.root) })).toBe(!vector.wantErr);
  });

  test.each(consistencies)('consistency $name', ({ vector }) => {
    const claim = { first: vector.size1, second: vector.size2, proof: list(vector.proof) };
    const roots = { firstRoot: bytes(vector.root1), secondRoot: bytes(vector.root2) };
    expect(verifyConsistency({ ...claim, ...roots })).toBe(!vector.wantErr);
  });
});
