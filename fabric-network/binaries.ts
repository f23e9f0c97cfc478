// Finds Fabric's programs on this machine and makes sure that all of them are of one version we know.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { NetworkError } from './network-error';

const run = promisify(execFile);
export const wantedVersion = '3.1.5';
export const programNames = ['peer', 'orderer', 'configtxgen', 'cryptogen'] as const;
export type ProgramName = (typeof programNames)[number];

export interface Binaries {
  readonly folder: string;
  readonly version: string;
  readonly paths: Readonly<Record<ProgramName, string>>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** ${XDG_CACHE_HOME:-~/.cache}/aggregora/fabric/<version> */
export const cacheFolder = (env: Environment, version = wantedVersion): string =>
  join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'aggregora', 'fabric', version);

/** Places to look in, best first, each with the name a person knows it by. */
export function places(env: Environment): { readonly name: string; readonly folders: readonly string[] }[] {
  const own = env['FABRIC_BIN'];
  return [
    {
      name: `FABRIC_BIN (${own === undefined || own === '' ? 'not set' : own})`,
      folders: own === undefined || own === '' ? [] : [own],
    },
    { name: join(cacheFolder(env), 'bin'), folders: [join(cacheFolder(env), 'bin')] },
    { name: 'PATH', folders: (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '') },
  ];
}

/** Whether all four programs seem to be in one of the places; `findBinaries` looks at their versions too. */
export const arePresent = (env: Environment): boolean =>
  places(env).some(({ folders }) =>
    folders.some((folder) => programNames.every((name) => existsSync(join(folder, name)))),
  );

/** 3.1.x, and the long-term 2.5.x for networks without SmartBFT. */
export const isKnownVersion = (version: string): boolean => /^(3\.1|2\.5)\.\d+$/.test(version);

/** The version a program prints, without its leading v; undefined when it prints none. */
export async function printedVersion(name: ProgramName, path: string): Promise<string | undefined> {
  const argument = name === 'configtxgen' ? '--version' : 'version';
  const { stdout, stderr } = await run(path, [argument], { timeout: 10_000, env: {} }).catch(() => ({
    stdout: '',
    stderr: '',
  }));
  return /Version:\s*v?(\d+\.\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1];
}

/** The programs to use. Throws NetworkError (exit code 3) with both ways out when they are missing or of mixed versions. */
export async function findBinaries(env: Environment): Promise<Binaries> {
  const looked: string[] = [];
  for (const place of places(env)) {
    const folder = place.folders.find((candidate) => isExecutable(join(candidate, 'peer')));
    const missing =
      folder === undefined ? programNames : programNames.filter((name) => !isExecutable(join(folder, name)));
    if (folder === undefined || missing.length > 0) {
      looked.push(`${place.name}: no ${missing.join(', ')}`);
      continue;
    }
    const versions = await versionsIn(folder);
    const [version, ...others] = new Set(Object.values(versions));
    if (others.length === 0 && version !== undefined && isKnownVersion(version))
      return { folder, version, paths: pathsIn(folder) };
    looked.push(
      `${place.name}: versions ${Object.entries(versions)
        .map(([name, at]) => `${name} ${at ?? 'unknown'}`)
        .join(', ')}`,
    );
  }
  throw nothingFound(looked);
}

const pathsIn = (folder: string): Record<ProgramName, string> => ({
  peer: join(folder, 'peer'),
  orderer: join(folder, 'orderer'),
  configtxgen: join(folder, 'configtxgen'),
  cryptogen: join(folder, 'cryptogen'),
});

async function versionsIn(folder: string): Promise<Record<string, string | undefined>> {
  const paths = pathsIn(folder);
  const versions = programNames.map(async (name) => [name, await printedVersion(name, paths[name])] as const);
  return Object.fromEntries<string | undefined>(await Promise.all(versions));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const nothingFound = (looked: readonly string[]): NetworkError =>
  new NetworkError(
    [
      `Hyperledger Fabric ${wantedVersion} is not on this machine, and no package registry carries it.`,
      'Looked for peer, orderer, configtxgen and cryptogen in:',
      ...looked.map((line) => `  - ${line}`),
      'Two ways out:',
    ].join('\n'),
    [
      `npm run fabric:install fetches Hyperledger's release archive (about 110 MB; FABRIC_RELEASES=<address> names a mirror).`,
      'FABRIC_BIN=<folder> names a folder that has the four programs, all of 3.1.x or all of 2.5.x.',
    ],
    3,
  );
