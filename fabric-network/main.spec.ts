import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const home = mkdtempSync(join(tmpdir(), 'home-'));
const fabric = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['-r', '@swc-node/register', join(__dirname, 'main.ts'), ...args], {
    cwd: join(__dirname, '..'),
    env: { HOME: home, PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
  });

test('up without programs: exit code 3, where it looked, both ways out, and no folder made', () => {
  const folder = join(home, 'network');
  const { status, stderr, stdout } = fabric(['up', '--folder', folder]);
  expect(status).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toContain('is not on this machine, and no package registry carries it');
  expect(stderr).toContain('1. npm run fabric:install');
  expect(stderr).toContain('2. FABRIC_BIN=<folder>');
  expect(fabric(['status', '--folder', folder]).stderr).toContain('There is no network');
});

test('install without a network: exit code 4 within the time of one refused connection', () => {
  const { status, stderr } = fabric(['install'], { FABRIC_RELEASES: 'http://127.0.0.1:9' });
  expect(status).toBe(4);
  expect(stderr).toContain('FABRIC_RELEASES=<address>');
});

test('doctor names what is missing and does not fail over it', () => {
  const { status, stdout } = fabric(['doctor', '--folder', join(home, 'network')]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/bad no Fabric programs/);
  expect(stdout).toMatch(/MB free/);
});
