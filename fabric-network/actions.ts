// What the commands do, loaded only when one is chosen, so that a missing program is told in a second.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { examine } from './doctor';
import { StatusCode } from '@hyperledger/fabric-gateway';
import { enrol } from './certificates';
import { again, probeOf } from './channels';
import { Folder } from './folder';
import { connectTo } from './gateway';
import { lastLines } from './health';
import { install } from './install/install';
import { NetworkError } from './network-error';
import { FabricNetwork, down, rememberedNetwork } from './network';
import { type Network, seatsOf } from './plan';
import { readProfile } from './profile';
import { signalProgram } from './programs';
import { type Consensus, type NetworkShape, defaultChannel } from './shape';
import { statusOf } from './status';
import { programTable, channelTable } from './tables';

export interface UpFlags {
  readonly folder: string;
  readonly bft?: true;
  readonly orderers?: string;
  readonly organisations: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly each?: true;
  readonly batchTimeout: string;
  readonly endorsement?: string;
  readonly collections?: string;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function shapeOf(flags: UpFlags): NetworkShape {
  const consensus: Consensus = flags.bft === true ? 'bft' : 'raft';
  const orderers = Number(flags.orderers ?? (consensus === 'bft' ? 4 : 1));
  const channel = {
    ...defaultChannel,
    batchTimeoutMs: Number(flags.batchTimeout),
    ...(flags.endorsement === undefined ? {} : { signaturePolicy: flags.endorsement }),
    ...(flags.collections === undefined ? {} : { collections: resolve(flags.collections) }),
  };
  const chaincode = { name: 'aggregora', folder: resolve(flags.chaincode), each: flags.each === true };
  return { organisations: flags.organisations.split(','), consensus, orderers, chaincode, channel };
}

/** A network that exists keeps its shape; flags only shape a new one, except that the chaincode may move. */
function shapeFor(flags: UpFlags): NetworkShape {
  const wanted = shapeOf(flags);
  const known = rememberedNetwork(new Folder(resolve(flags.folder)))?.shape;
  const keep = known !== undefined && flags.bft === undefined && flags.orderers === undefined;
  return keep ? { ...known, chaincode: { ...known.chaincode, folder: wanted.chaincode.folder } } : wanted;
}

async function up(flags: UpFlags): Promise<void> {
  const started = Date.now();
  const words: Record<string, string> = {
    keys: 'making keys and certificates',
    start: 'starting programs',
    channel: `making channel ${flags.channel}`,
  };
  const network = await FabricNetwork.up({
    folder: resolve(flags.folder),
    shape: shapeFor(flags),
    channel: flags.channel,
    say: (step) => {
      print(pc.dim(`${((Date.now() - started) / 1000).toFixed(1)} s  ${words[step] ?? step}`));
    },
  });
  print(programTable(await statusOf(network.folder, network.network)));
  print(`Chaincode: ${network.network.shape.chaincode.folder}`);
  print(`Ready after ${((Date.now() - started) / 1000).toFixed(1)} s. Profile: ${network.folder.profileFile}`);
  print(`Genesis of ${network.profile.channel}, for auditors: ${network.profile.genesis ?? ''}`);
}

async function status(flags: { folder: string; json?: true }): Promise<void> {
  const [folder, network] = networkIn(flags);
  const now = await statusOf(folder, network);
  print(
    flags.json === true
      ? JSON.stringify(now, undefined, 2)
      : `Fabric ${now.fabric}, ${now.consensus}\n${programTable(now)}\n${channelTable(now)}`,
  );
  if (!now.well) process.exitCode = 1;
}

function networkIn(flags: { folder: string }): [Folder, Network] {
  const folder = new Folder(resolve(flags.folder));
  const network = rememberedNetwork(folder);
  if (network === undefined) throw new NetworkError(`There is no network in ${folder.root}.`, ['npm run fabric:up']);
  return [folder, network];
}

/** Orders the chaincode's probe, which writes nothing, and waits until it stands in a block: does this network commit? */
async function tryCommit(flags: { folder: string; seconds: string }): Promise<void> {
  const [folder, network] = networkIn(flags);
  const [profile, from] = [readProfile(folder.profileFile), Date.now()];
  const [organisation = ''] = network.shape.organisations;
  const identity = await enrol(folder, organisation, 'operator', { role: 'operator', use: 'ledger' }, from);
  const { gateway, close } = connectTo(profile, organisation, identity);
  const [name, ...args] = probeOf(network.shape.chaincode.folder);
  const contract = gateway.getNetwork(profile.channel).getContract(profile.chaincode);
  const commit = async () => (await contract.submitAsync(name, { arguments: args })).getStatus();
  const { code, blockNumber, transactionId } = await again(commit, Number(flags.seconds) * 1000).finally(close);
  const verdict = code === StatusCode.VALID ? 'VALID' : `invalid (${String(code)})`;
  print(`${verdict} in block ${String(blockNumber)} after ${String(Date.now() - from)} ms: ${transactionId}`);
  if (code !== StatusCode.VALID) process.exitCode = 1;
}

/** kill −9, to see what the network does without it; `up` starts it again. */
function kill(name: string, flags: { folder: string }): void {
  const [folder, network] = networkIn(flags);
  const names = seatsOf(network.shape).map((seat) => seat.name);
  if (!names.includes(name)) throw new NetworkError(`No such program. There are: ${names.join(', ')}.`);
  if (!signalProgram(folder, name, 'SIGKILL')) throw new NetworkError(`${name} does not run.`, ['npm run fabric:up']);
  print(`${name} killed −9. npm run fabric:status says so; npm run fabric:up starts it again.`);
}

async function logs(name: string | undefined, flags: { folder: string; lines: string; follow?: true }): Promise<void> {
  const folder = new Folder(resolve(flags.folder));
  const network = rememberedNetwork(folder);
  const names = network === undefined ? [] : seatsOf(network.shape).map((seat) => seat.name);
  const chosen = name === undefined ? names : names.filter((one) => one === name);
  if (chosen.length === 0) throw new NetworkError(`No such program. There are: ${names.join(', ') || 'none'}.`);
  for (const one of chosen)
    for (const line of lastLines(folder.log(one), Number(flags.lines))) print(`${pc.cyan(one)} ${line}`);
  if (flags.follow === true) await follow(chosen.map((one) => [one, folder.log(one)]));
}

async function follow(files: readonly (readonly [string, string])[]): Promise<never> {
  const seen = new Map(files.map(([, path]) => [path, statSync(path).size]));
  for (;;) {
    await sleep(250);
    for (const [name, path] of files) {
      const size = statSync(path).size;
      const from = seen.get(path) ?? 0;
      if (size > from)
        for (const line of readFileSync(path).subarray(from, size).toString().trimEnd().split('\n'))
          print(`${pc.cyan(name)} ${line}`);
      seen.set(path, size);
    }
  }
}

async function doctor(flags: { folder: string; chaincode: string }): Promise<void> {
  const folder = new Folder(resolve(flags.folder));
  const network = rememberedNetwork(folder);
  const findings = await examine(
    folder,
    network,
    network?.shape.chaincode.folder ?? resolve(flags.chaincode),
    process.env,
  );
  for (const { ok, what, remedy } of findings) {
    print(`${ok ? pc.green('ok ') : pc.red('bad')} ${what}`);
    if (remedy !== undefined) print(`    → ${remedy}`);
  }
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function fetchBinaries(): Promise<void> {
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} MB | {eta_formatted} left',
    noTTYOutput: false,
  });
  let running = false;
  const { folder, fetched } = await install(process.env, (bytes, total) => {
    const mega = (count: number) => Math.round(count / 1e5) / 10;
    if (running) bar.update(mega(bytes));
    else bar.start(mega(total ?? 110e6), mega(bytes));
    running = true;
  }).finally(() => {
    if (running) bar.stop();
  });
  print(fetched ? `Fabric is in ${folder}` : `Nothing to do: Fabric is in ${folder} already.`);
}

async function stop(flags: { folder: string; erase?: true }): Promise<void> {
  const folder = new Folder(resolve(flags.folder));
  const known = rememberedNetwork(folder) !== undefined;
  await down(folder, flags.erase === true);
  if (!known) print(`There was no network in ${folder.root}.`);
  else if (flags.erase === true) print(`Stopped and erased: ${folder.root}`);
  else print('Stopped. The ledger stays: npm run fabric:up goes on with it, -- --erase deletes it.');
}

export const actions = { up, stop, status, tryCommit, kill, logs, doctor, fetchBinaries };
