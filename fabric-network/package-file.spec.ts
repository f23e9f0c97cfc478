import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { crc32 } from './crc32';
import { chaincodePackage, gzipStored, packageId, tar } from './package-file';

const entries = [
  { name: 'a.txt', bytes: Buffer.from('hello') },
  { name: 'folder/b.bin', bytes: Buffer.alloc(512, 7) },
];

test('another tar reads what we wrote', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tar-'));
  writeFileSync(join(folder, 'x.tar.gz'), gzipStored(tar(entries)));
  execFileSync('tar', ['-xzf', 'x.tar.gz'], { cwd: folder });
  expect(execFileSync('cat', ['a.txt', 'folder/b.bin'], { cwd: folder }).length).toBe(517);
  expect(execFileSync('tar', ['-tzf', 'x.tar.gz'], { cwd: folder }).toString()).toBe('a.txt\nfolder/b.bin\n');
});

test.each([0, 1, 65_535, 65_536, 200_000])('zlib reads %i stored bytes back', (size) => {
  const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, at) => at % 251));
  expect(gunzipSync(gzipStored(bytes)).equals(bytes)).toBe(true);
});

test('CRC-32 has the check value of its catalogue', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
});

test('the same connection gives the same package id for ever', () => {
  const bytes = chaincodePackage('aggregora_1', { address: '127.0.0.1:20000' });
  expect(packageId('aggregora_1', bytes)).toMatchInlineSnapshot(
    `"aggregora_1:3554a0820bd8beeea47a5877d4de436da05a12d6076361775ee172f3e23ddd60"`,
  );
  expect(packageId('aggregora_1', chaincodePackage('aggregora_1', { address: '127.0.0.1:20001' }))).not.toBe(
    packageId('aggregora_1', bytes),
  );
});
