// Compiles the contract and exactly the shared files it reaches into dist/, so that this folder can be installed alone.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const { transformFileSync } = createRequire(join(root, 'package.json'))('@swc/core');
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const options = {
  swcrc: false,
  configFile: false,
  sourceMaps: false,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

const moduleAt = (path) => [`${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file));

/** A bare import must be installed by package.json; anything else would only be found by luck. */
function mustBeInstalled(name, file) {
  const known =
    builtinModules.includes(name.replace('node:', '')) ||
    Object.keys(dependencies).some((one) => name === one || name.startsWith(`${one}/`));
  if (!known) throw new Error(`${relative(root, file)} imports ${name}, which chaincode/package.json does not name`);
}

const done = new Set();
function compile(file) {
  if (done.has(file)) return;
  done.add(file);
  const { code } = transformFileSync(file, options);
  const target = join(here, 'dist', relative(root, file).replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
  for (const [, name] of code.matchAll(/require\("([^"]+)"\)/g)) {
    if (!name.startsWith('.')) mustBeInstalled(name, file);
    else compile(moduleAt(resolve(dirname(file), name)) ?? name);
  }
}

rmSync(join(here, 'dist'), { recursive: true, force: true });
compile(join(here, 'src', 'index.ts'));
process.stdout.write(`chaincode: ${done.size} files in ${relative(process.cwd(), join(here, 'dist'))}\n`);
