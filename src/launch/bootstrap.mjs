// The first file that runs on a fresh machine, so it may use nothing but Node: installs and builds what is missing, then runs the task.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const OLDEST = [20, 19];
const TYPESCRIPT = ['-r', '@swc-node/register'];

/** The rules run as chaincode only where the ledger is Fabric. */
const onFabric = process.env.LEDGER === 'fabric' ? ['chaincode'] : [];

/** What each task needs first, and what it then is. */
const TASKS = {
  start: {
    needs: ['packages', 'server', 'console', ...onFabric],
    run: (args) => ['dist/src/launch/start.js', ...args],
  },
  test: { needs: ['packages', 'server', 'console'], run: (args) => ['node_modules/jest/bin/jest.js', ...args] },
  build: { needs: ['packages', 'server', 'console'] },
  install: { needs: ['packages'] },
  check: { needs: ['packages', 'server'], run: (args) => [...TYPESCRIPT, 'src/launch/check/main.ts', ...args] },
  doctor: { needs: ['packages'], run: (args) => [...TYPESCRIPT, 'src/launch/doctor.ts', ...args] },
  fabric: { needs: ['packages', 'chaincode'], run: (args) => [...TYPESCRIPT, 'fabric-network/main.ts', ...args] },
  bench: { needs: ['packages', 'server'], run: (args) => measure('bench', args) },
  simulate: { needs: ['packages', 'server'], run: (args) => measure('simulation', args) },
  attack: { needs: ['packages', 'server'], run: (args) => measure('attacks', args) },
  story: { needs: ['packages', 'server', ...onFabric], run: (args) => ['dist/src/launch/tell.js', ...args] },
  aggregora: { needs: ['packages', 'server'], run: (args) => ['dist/src/cli/main.js', ...args] },
};

async function main(name, args) {
  process.chdir(root);
  const task = TASKS[name];
  if (!task) fail(`Say what to do: node src/launch/bootstrap.mjs ${Object.keys(TASKS).join(' | ')}`);
  checkNode();
  // Several may start at once on one checkout: the first installs and builds, the others wait for it.
  if (task.needs.includes('packages') && !packagesCurrent()) await locked('install', installPackages);
  if (pendingBuilds(task.needs).length > 0) await locked('build', () => buildAll(task.needs));
  if (!task.run) return;
  process.exit(await runTask(name, task.run(args)));
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  fail(
    `Node ${OLDEST.join('.')} or newer is needed; this is ${process.versions.node}. Install it from https://nodejs.org or your system's packages.`,
  );
}

// ---- packages -------------------------------------------------------------------------------------------------------------

function lockHash() {
  return digest([readFileSync('package-lock.json')]);
}

/** Stamped by us, or installed by hand after the lock file was written (npm leaves node_modules/.package-lock.json). */
function packagesCurrent() {
  const stamp = 'node_modules/.aggregora-stamp';
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === lockHash();
  const hidden = 'node_modules/.package-lock.json';
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync('package-lock.json').mtimeMs;
}

/** `npm install`, not `npm ci`: the latter fails where a registry lacks optional packages of other platforms. */
function installPackages() {
  if (packagesCurrent()) return;
  const why = existsSync('node_modules') ? 'the lock file changed' : 'node_modules is missing';
  const before = readFileSync('package-lock.json');
  step(`installing packages (npm install; ${why})`, () => {
    const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
    quiet(
      [...npm, 'install', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      'Check the network and the registry (npm config get registry), then start again: what was downloaded is kept.',
    );
  });
  // The committed lock file is the truth, whatever npm would like to tidy in it.
  if (!before.equals(readFileSync('package-lock.json'))) writeFileSync('package-lock.json', before);
  writeFileSync('node_modules/.aggregora-stamp', lockHash());
}

// ---- build ----------------------------------------------------------------------------------------------------------------

const SERVER = ['src', 'migrations', 'fabric-network'];
const CONSOLE = 'src/console';

/** The parts whose sources changed since they were built, by content and not by time: a clone has no times. */
function pendingBuilds(needs) {
  return parts().filter((part) => needs.includes(part.name) && stampOf(part) !== part.hash);
}

function parts() {
  const settings = ['.swcrc', 'tsconfig.json', 'package-lock.json'];
  const sources = SERVER.flatMap((folder) => filesOf(folder)).filter(
    (path) => path.endsWith('.ts') || path.endsWith('.json'),
  );
  const isServer = (path) => !path.startsWith(`${CONSOLE}/`) && !path.endsWith('.spec.ts');
  const list = [{ name: 'server', build: buildServer, hash: hashOf([...settings, ...sources.filter(isServer)]) }];
  if (existsSync(join(CONSOLE, 'vite.config.ts'))) {
    list.push({ name: 'console', build: buildConsole, hash: hashOf(['package-lock.json', ...filesOf(CONSOLE)]) });
  }
  if (existsSync('chaincode/build.mjs')) {
    const rules = [...filesOf('chaincode/src'), ...filesOf('src/domain')].filter((path) => path.endsWith('.ts'));
    list.push({ name: 'chaincode', build: buildChaincode, hash: hashOf(['package-lock.json', ...rules]) });
  }
  return list;
}

function buildChaincode() {
  step('building the chaincode (swc)', () =>
    quiet([process.execPath, 'chaincode/build.mjs'], 'A source file does not parse.'),
  );
}

function stampOf(part) {
  const file = join('dist', `.${part.name}-stamp`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function buildAll(needs) {
  for (const part of pendingBuilds(needs)) {
    mkdirSync('dist', { recursive: true });
    part.build();
    writeFileSync(join('dist', `.${part.name}-stamp`), part.hash);
  }
}

/** Built beside and then moved into place, so that no program ever starts on half a build. */
function buildServer() {
  const fresh = join('.aggregora', `build.${process.pid}`);
  step('building the server (swc)', () => {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    const folders = SERVER.filter((folder) => existsSync(folder));
    quiet(
      [process.execPath, 'node_modules/@swc/cli/bin/swc.js', ...folders, '--config-file', '.swcrc', '-d', fresh, '-q'],
      'A source file does not parse: the lines above name it.',
    );
    copyAssets(folders, fresh);
    for (const kept of ['console', '.console-stamp']) {
      if (existsSync(join('dist', kept))) cpSync(join('dist', kept), join(fresh, kept), { recursive: true });
    }
    swap(fresh, 'dist');
  });
}

/** JSON that the code requires at run time; swc leaves it behind. */
function copyAssets(folders, to) {
  const assets = folders.flatMap((folder) => filesOf(folder)).filter((path) => path.endsWith('.json'));
  for (const path of assets.filter((path) => !path.startsWith(`${CONSOLE}/`))) cpSync(path, join(to, path));
}

function buildConsole() {
  const fresh = join(root, '.aggregora', `console.${process.pid}`);
  step('building the console (vite)', () => {
    quiet(
      [
        process.execPath,
        'node_modules/vite/bin/vite.js',
        'build',
        CONSOLE,
        '--outDir',
        fresh,
        '--emptyOutDir',
        '--logLevel',
        'error',
      ],
      'A page does not build: the lines above name it.',
    );
    mkdirSync('dist', { recursive: true });
    swap(fresh, join('dist', 'console'));
  });
}

function swap(fresh, place) {
  const old = `${fresh}.old`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
}

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(root, entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

function hashOf(paths) {
  return digest(paths.flatMap((path) => [path, '\0', readFileSync(path), '\0']));
}

function digest(pieces) {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

// ---- tasks ----------------------------------------------------------------------------------------------------------------

/** `bench noise --json` → test/bench/main.ts with these arguments, or, where there is none, the runner over test/bench/noise.ts. */
function measure(folder, args) {
  const own = `test/${folder}/main.ts`;
  return existsSync(own) ? [...TYPESCRIPT, own, ...args] : [...TYPESCRIPT, 'test/support/measure.ts', folder, ...args];
}

async function runTask(name, args) {
  const file = args.find((arg) => /\.(ts|js|mjs)$/.test(arg));
  if (file && !existsSync(file)) fail(`There is no ${file} yet: this checkout cannot ${name}.`);
  const result = join(root, '.aggregora', `test-result.${process.pid}`);
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...(name === 'test' ? { AGGREGORA_TEST_RESULT: result, NODE_ENV: 'test' } : {}) },
  });
  // A Ctrl-C in the terminal reaches the child by itself; it drains and we wait. Other stops are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) =>
    child.on('exit', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 1))),
  );
  if (name === 'test') closingLine(result);
  return code;
}

/** jest may still print after its reporters; the count is the last thing anybody sees. */
function closingLine(file) {
  if (!existsSync(file)) return;
  process.stdout.write(readFileSync(file, 'utf8'));
  rmSync(file);
}

// ---- small parts ----------------------------------------------------------------------------------------------------------

function say(text) {
  process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`);
}

function step(text, work) {
  const from = Date.now();
  say(`${text} …`);
  work();
  say(`${text.split(' (')[0]}: done in ${((Date.now() - from) / 1000).toFixed(1)} s`);
}

/** Runs a program and shows its output only when it fails. */
function quiet([program, ...args], remedy) {
  const run = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (run.status === 0) return;
  process.stderr.write(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ? `${run.error.message}\n` : ''}`);
  fail(`${[program, ...args].slice(0, 3).join(' ')} failed. ${remedy}`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** A folder can be made by one process only: that is the lock. A lock whose maker is dead is taken over. */
async function locked(name, work) {
  const lock = join(root, '.aggregora', `${name}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; !take(lock); waited += 200) {
    if (waited === 2000) say(`waiting for another process that runs "${name}" on this checkout`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const unlock = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', unlock);
  work();
  unlock();
  process.removeListener('exit', unlock);
}

function take(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch {
    if (abandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function abandoned(lock) {
  try {
    const file = join(lock, 'pid');
    if (!existsSync(file)) return Date.now() - statSync(lock).mtimeMs > 5000;
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

await main(process.argv[2], process.argv.slice(3));
