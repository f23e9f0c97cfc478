// What a person types to see SmartBFT outlive an orderer: up --bft, kill, try, status, up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFabric } from '../test/support/fabric';

jest.setTimeout(240_000);

const folder = join(mkdtempSync(join(tmpdir(), 'aggregora-bft-')), 'network');
const fabric = (...args: string[]) => {
  const command = ['-r', '@swc-node/register', join(__dirname, 'main.ts'), ...args, '--folder', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describeFabric('the commands, with four SmartBFT orderers', () => {
  afterAll(() => {
    fabric('down', '--erase');
  });

  test('up --bft commits with one of four orderers killed, says which, and up mends it', () => {
    expect(fabric('up', '--bft', '--chaincode', join(__dirname, 'test-chaincode'))).toMatchObject({ status: 0 });
    expect(fabric('kill', 'orderer-1')).toMatchObject({ status: 0 });
    for (const time of ['the first time', 'again']) {
      const { status, stdout, stderr } = fabric('try');
      process.stderr.write(`fabric --bft, one of four orderers killed, ${time}: ${stdout}${stderr}`);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^VALID in block \d+ after \d+ ms: [0-9a-f]{64}\n$/);
    }
    const { status, stdout } = fabric('status');
    expect(status).toBe(1);
    expect(stdout).toMatch(/orderer-1: killed by SIGKILL/);
    expect(fabric('kill', 'orderer-1').stderr).toContain('orderer-1 does not run');
    expect(fabric('up', '--bft', '--chaincode', join(__dirname, 'test-chaincode'))).toMatchObject({ status: 0 });
    expect(fabric('status').status).toBe(0);
    expect(fabric('down').stdout).toContain('The ledger stays');
  });
});
