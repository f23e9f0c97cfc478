import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder, isAlive, locked, readJson, writeJson } from './folder';
import { endedHow } from './health';
import { exitCodeOf, runningPid, signalProgram, startProgram, stopPrograms } from './programs';

const fresh = () => new Folder(mkdtempSync(join(tmpdir(), 'folder-')));
const sleeper = (name: string) => ({ name, command: '/bin/sleep', args: ['60'], cwd: '/', env: {} });
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const deadPid = (): number => spawnSync('/bin/true').pid;

test('a file is replaced whole and leaves no parts', () => {
  const folder = fresh();
  writeJson(folder.networkFile, { a: 1 });
  writeJson(folder.networkFile, { a: 2 });
  expect(readJson(folder.networkFile)).toEqual({ a: 2 });
  expect(readdirSync(folder.root)).toEqual(['network.json']);
});

test("two commands never work on one folder; a dead one's lock is taken over", async () => {
  const folder = fresh();
  writeFileSync(folder.at('lock'), String(process.ppid));
  await expect(locked(folder, () => Promise.resolve(1))).rejects.toThrow(/Another command/);
  writeFileSync(folder.at('lock'), String(deadPid()));
  await expect(locked(folder, () => Promise.resolve(1))).resolves.toBe(1);
  expect(existsSync(folder.at('lock'))).toBe(false);
});

test('a program outlives its starter, is known by pid, and how it ended is remembered', async () => {
  const folder = fresh();
  const pid = await startProgram(folder, sleeper('one'));
  expect(runningPid(folder, 'one')).toBe(pid);
  signalProgram(folder, 'one', 'SIGKILL');
  await until(() => exitCodeOf(folder, 'one') !== undefined);
  expect(endedHow(exitCodeOf(folder, 'one'))).toBe('killed by SIGKILL');
  expect(runningPid(folder, 'one')).toBeUndefined();
});

test('stopping ends exactly the programs named', async () => {
  const folder = fresh();
  await startProgram(folder, sleeper('one'));
  const other = await startProgram(folder, sleeper('other'));
  await stopPrograms(folder, ['one']);
  expect(runningPid(folder, 'one')).toBeUndefined();
  expect(isAlive(other)).toBe(true);
  await stopPrograms(folder, ['other']);
});

test('a pid that belongs to something else by now is never killed', async () => {
  const [folder, stranger] = [fresh(), fresh()];
  const pid = await startProgram(stranger, sleeper('one'));
  await startProgram(folder, sleeper('one'));
  await stopPrograms(folder, ['one']);
  writeFileSync(folder.pid('one'), String(pid));
  await stopPrograms(folder, ['one']);
  expect(process.platform !== 'linux' || isAlive(pid)).toBe(true);
  await stopPrograms(stranger, ['one']);
});

test('a leash ends a program when the test run is gone', async () => {
  const folder = fresh();
  const pid = await startProgram(folder, sleeper('one'), deadPid());
  await until(() => !isAlive(pid));
  expect(exitCodeOf(folder, 'one') ?? 137).toBe(137);
});
