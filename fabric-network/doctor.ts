// Looks for everything that could keep a network from running, and says what to do about each.
import { existsSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Environment, findBinaries } from './binaries';
import { Folder } from './folder';
import { NetworkError } from './network-error';
import { type Network, portsOf, seatsOf } from './plan';
import { isFree, takenPorts } from './ports';
import { runningPid } from './programs';
import { statusOf } from './status';

export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** All findings, good ones too, in the order in which to mend them. */
export async function examine(
  folder: Folder,
  network: Network | undefined,
  chaincode: string,
  env: Environment,
): Promise<Finding[]> {
  return [
    platform(),
    await binaries(env),
    chaincodeBuilt(chaincode),
    disk(folder, network?.shape.orderers ?? 1),
    memory(),
    await loopback(),
    ...(network === undefined ? [] : [await ports(folder, network), ...(await running(folder, network))]),
  ];
}

const finding = (ok: boolean, what: string, remedy: string): Finding => (ok ? { ok, what } : { ok, what, remedy });

const platform = (): Finding =>
  finding(
    ['linux', 'darwin'].includes(process.platform),
    `platform ${process.platform}-${process.arch}, Node ${process.version}`,
    'Run it on Linux, macOS, or in WSL.',
  );

async function binaries(env: Environment): Promise<Finding> {
  try {
    const { folder, version } = await findBinaries(env);
    return { ok: true, what: `Fabric ${version} in ${folder}` };
  } catch (error) {
    return {
      ok: false,
      what: 'no Fabric programs',
      remedy: error instanceof NetworkError ? error.text() : String(error),
    };
  }
}

function chaincodeBuilt(folder: string): Finding {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest))
    return { ok: false, what: `no chaincode in ${folder}`, remedy: '--chaincode <folder with a package.json>' };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a manifest, read once
  const { main } = require(manifest) as { main?: string };
  return finding(
    main !== undefined && existsSync(join(folder, main)),
    `chaincode in ${folder}`,
    `Build it: ${main ?? 'package.json has no main'} is not there.`,
  );
}

// Each orderer lays down about 123 MB of write-ahead log for each channel at once.
function disk(folder: Folder, orderers: number): Finding {
  let at = folder.root;
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  const freeMb = Math.round((bavail * bsize) / 1e6);
  const wantedMb = 300 + 123 * orderers;
  return finding(
    freeMb > wantedMb,
    `${String(freeMb)} MB free at ${at} (${String(wantedMb)} MB for the first channel)`,
    'Make room, or choose another --folder.',
  );
}

const memory = (): Finding =>
  finding(
    freemem() > 400e6,
    `${String(Math.round(freemem() / 1e6))} MB of memory free (about 300 MB needed)`,
    'End other programs.',
  );

const loopback = async (): Promise<Finding> =>
  finding(await isFree(0), 'this user may listen on 127.0.0.1', 'Loopback is closed to this user.');

async function ports(folder: Folder, network: Network): Promise<Finding> {
  const stopped = seatsOf(network.shape).filter(({ name }) => runningPid(folder, name) === undefined);
  const taken = await takenPorts(
    Object.assign({}, ...stopped.map(({ name }) => portsOf(network, name))) as Record<string, number>,
  );
  return finding(
    taken.length === 0,
    taken.length === 0 ? 'ports of stopped programs are free' : `taken: ${taken.join(', ')}`,
    'End the program that listens there; the ports cannot move.',
  );
}

async function running(folder: Folder, network: Network): Promise<Finding[]> {
  const { programs } = await statusOf(folder, network);
  return programs
    .filter(({ state }) => state !== 'stopped')
    .map(({ name, state, reason }) =>
      finding(
        state === 'healthy',
        `${name}: ${state}${reason === '' ? '' : ` (${reason})`}`,
        `npm run fabric:logs -- ${name}; then npm run fabric:up starts it again.`,
      ),
    );
}
