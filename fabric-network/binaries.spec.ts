import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, programNames } from './binaries';
import { NetworkError } from './network-error';

function folderWith(versions: Partial<Record<(typeof programNames)[number], string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bin-'));
  for (const [name, version] of Object.entries(versions))
    writeFileSync(join(folder, name), `#!/bin/sh\necho " Version: v${version}"\n`, { mode: 0o755 });
  return folder;
}
const same = (version: string) => folderWith(Object.fromEntries(programNames.map((name) => [name, version])));
const home = mkdtempSync(join(tmpdir(), 'home-'));

test('FABRIC_BIN comes before PATH', async () => {
  const [own, path] = [same('3.1.5'), same('3.1.4')];
  expect(await findBinaries({ HOME: home, FABRIC_BIN: own, PATH: path })).toMatchObject({
    folder: own,
    version: '3.1.5',
  });
  expect(await findBinaries({ HOME: home, PATH: `/none:${path}` })).toMatchObject({ folder: path, version: '3.1.4' });
});

test.each`
  what                | folder                                                                                       | message
  ${'nothing'}        | ${folderWith({})}                                                                            | ${/no peer, orderer, configtxgen, cryptogen/}
  ${'one missing'}    | ${folderWith({ peer: '3.1.5', orderer: '3.1.5', cryptogen: '3.1.5' })}                       | ${/no configtxgen/}
  ${'mixed versions'} | ${folderWith({ peer: '3.1.5', orderer: '3.1.4', configtxgen: '3.1.5', cryptogen: '3.1.5' })} | ${/orderer 3.1.4/}
  ${'an unknown one'} | ${same('2.2.0')}                                                                             | ${/versions peer 2.2.0/}
`(
  '$what in FABRIC_BIN: refused with both ways out',
  async ({ folder, message }: { folder: string; message: RegExp }) => {
    const error = await findBinaries({ HOME: home, FABRIC_BIN: folder, PATH: '' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NetworkError);
    const text = (error as NetworkError).text();
    expect(text).toMatch(message);
    expect(text).toContain('fabric:install');
    expect(text).toContain('FABRIC_BIN=<folder>');
    expect((error as NetworkError).exitCode).toBe(3);
  },
);
