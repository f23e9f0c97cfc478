// A real Fabric network on this machine, as one object: up, channels, identities, faults for tests, down.
import { rmSync } from 'node:fs';
import { type Binaries, findBinaries } from './binaries';
import { type Attributes, type Enrolment, type Identity, enrol, issue } from './certificates';
import { type Channel, again, installChaincode, knownChannel, makeChannel } from './channels';
import { programOf } from './commands';
import { Folder, locked, readJson, writeJson } from './folder';
import { type Connection, connectTo } from './gateway';
import { endedError, untilHealthy } from './health';
import { makeMaterial, writeSettings } from './material';
import { NetworkError } from './network-error';
import { type Network, type Seat, portNames, portsOf, seatsOf } from './plan';
import { freePorts, takenPorts } from './ports';
import { type Profile, profileOf, readProfile, writeProfile } from './profile';
import { runningPid, signalProgram, startProgram, stopPrograms } from './programs';
import { type ChannelShape, type NetworkShape, checkShape } from './shape';

export interface UpOptions {
  readonly folder: string;
  readonly shape: NetworkShape;
  /** First channel; the profile names it. */
  readonly channel: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Programs end when this pid does: for tests. */
  readonly leash?: number;
  /** Called with what is being done, for a person who waits. */
  readonly say?: (step: string) => void;
}

/** The remembered network of a folder, or undefined. */
export const rememberedNetwork = (folder: Folder): Network | undefined =>
  readJson(folder.networkFile) as Network | undefined;

export class FabricNetwork {
  private constructor(
    readonly folder: Folder,
    readonly network: Network,
    private readonly binaries: Binaries,
    private readonly leash: number | undefined,
    readonly profile: Profile,
  ) {}

  /** Brings a network up: a new one in an empty folder, else the one that lives there. Running programs are left alone. */
  static async up(options: UpOptions): Promise<FabricNetwork> {
    const folder = new Folder(options.folder);
    const say = options.say ?? (() => undefined);
    const binaries = await findBinaries(options.env ?? process.env);
    return locked(folder, async () => {
      const known = rememberedNetwork(folder) ?? (await newNetwork(folder, options, binaries, say));
      sameShape(known, options.shape);
      const network = await withChaincode(folder, known, options.shape.chaincode.folder);
      writeSettings(folder, network);
      say('start');
      const site = { folder, network, binaries };
      const seats = seatsOf(network.shape);
      await portsMustBeFree(folder, network, seats);
      await Promise.all(seats.map((seat) => startSeat(site, seat, options.leash)));
      const ready = knownChannel(folder, options.channel);
      if (ready === undefined) say('channel');
      const install = ready === undefined ? installChaincode(site) : Promise.resolve();
      install.catch(() => undefined); // awaited later; until then a failure must not end the command without its message
      const making = ready ?? makeChannel(site, options.channel, options.shape.channel, install, Date.now());
      const channel = await Promise.resolve(making).catch((error: unknown) => {
        throw explained(folder, seats, error);
      });
      const profile = profileOf(network, channel.name, channel.genesis);
      writeProfile(folder, profile);
      return new FabricNetwork(folder, network, binaries, options.leash, readProfile(folder.profileFile));
    });
  }

  /** A further channel with the same members and chaincode: about a second, so a test suite can have its own. */
  async createChannel(name: string, shape: ChannelShape = this.network.shape.channel): Promise<Channel> {
    const site = { folder: this.folder, network: this.network, binaries: this.binaries };
    return knownChannel(this.folder, name) ?? makeChannel(site, name, shape, Promise.resolve(), Date.now());
  }

  /** The profile of another channel of this network. */
  profileFor(channel: Channel): Profile {
    return { ...this.profile, channel: channel.name, genesis: channel.genesis };
  }

  /** A participant's identity under an organisation's CA, with attributes; the same one every time. */
  enrol(organisation: string, participant: string, attributes: Attributes): Promise<Identity> {
    return enrol(this.folder, organisation, participant, attributes, Date.now());
  }

  /** A certificate with chosen dates: for tests of expiry. */
  issue(enrolment: Enrolment): Promise<Identity> {
    return issue(this.folder, enrolment);
  }

  connect(organisation: string, identity: Omit<Identity, 'folder'>, profile: Profile = this.profile): Connection {
    return connectTo(profile, organisation, identity);
  }

  get seats(): Seat[] {
    return seatsOf(this.network.shape);
  }

  pid(name: string): number | undefined {
    return runningPid(this.folder, name);
  }

  /** kill −9 by default. Returns once the program is gone. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!signalProgram(this.folder, name, signal)) throw new NetworkError(`${name} does not run.`);
    while (runningPid(this.folder, name) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Starts a program that is down and waits until it answers. */
  async start(name: string): Promise<void> {
    const seat = this.seats.find((one) => one.name === name);
    if (seat === undefined) throw new NetworkError(`There is no program ${name}.`);
    await startSeat({ folder: this.folder, network: this.network, binaries: this.binaries }, seat, this.leash);
  }

  /** Ends all programs; the data stay, unless `erase`. */
  down(erase = false): Promise<void> {
    return down(this.folder, erase);
  }
}

/** Ends all programs of a folder by pid, orderers last; with `erase` the folder's contents go too. */
export async function down(folder: Folder, erase = false): Promise<void> {
  const network = rememberedNetwork(folder);
  if (network === undefined && !erase) return;
  await locked(folder, () =>
    stopPrograms(folder, network === undefined ? [] : seatsOf(network.shape).map(({ name }) => name)),
  );
  if (erase) rmSync(folder.root, { recursive: true, force: true });
}

async function newNetwork(
  folder: Folder,
  options: UpOptions,
  binaries: Binaries,
  say: (step: string) => void,
): Promise<Network> {
  say('keys');
  const shape = checkShape(options.shape);
  if (shape.consensus === 'bft' && binaries.version.startsWith('2.'))
    throw new NetworkError(`SmartBFT needs Fabric 3; ${binaries.folder} has ${binaries.version}.`);
  const names = portNames(shape);
  const found = await freePorts(names.length, Math.floor(Math.random() * 12_000));
  const ports = Object.fromEntries(names.map((name, at) => [name, found[at] ?? 0]));
  const network: Network = { schema: 'aggregora/fabric-network/1', fabric: binaries.version, shape, ports };
  await makeMaterial(folder, network, binaries, Date.now());
  return network;
}

// A step often fails because a program died a moment before; then that program's own last words are the reason.
function explained(folder: Folder, seats: readonly Seat[], error: unknown): unknown {
  const dead = seats.find(({ name }) => runningPid(folder, name) === undefined);
  return dead === undefined ? error : endedError(folder, dead);
}

// A package names only the service's address, so other code runs under the same definition: no new sequence is needed.
async function withChaincode(folder: Folder, network: Network, wanted: string): Promise<Network> {
  if (network.shape.chaincode.folder === wanted) return network;
  const services = seatsOf(network.shape).filter(({ kind }) => kind === 'chaincode');
  await stopPrograms(
    folder,
    services.map(({ name }) => name),
  );
  const chaincode = { ...network.shape.chaincode, folder: wanted };
  const changed: Network = { ...network, shape: { ...network.shape, chaincode } };
  writeJson(folder.networkFile, changed);
  return changed;
}

function sameShape(network: Network, wanted: NetworkShape): void {
  const { consensus, orderers } = network.shape;
  if (consensus === wanted.consensus && orderers === wanted.orderers) return;
  throw new NetworkError(`This folder holds a network with ${String(orderers)} ${consensus} orderer(s).`, [
    'Start it as it is: npm run fabric:up without --bft and --orderers',
    'Make another one: npm run fabric:down -- --erase, or --folder <empty folder>',
  ]);
}

async function portsMustBeFree(folder: Folder, network: Network, seats: readonly Seat[]): Promise<void> {
  const stopped = seats.filter((seat) => runningPid(folder, seat.name) === undefined);
  const wanted = Object.assign({}, ...stopped.map((seat) => portsOf(network, seat.name))) as Record<string, number>;
  const check = async () => {
    const taken = await takenPorts(wanted);
    if (taken.length > 0)
      throw new NetworkError(`Another program listens on ${taken.join(', ')}.`, [
        'End that program: these ports stand in the genesis block and cannot move.',
        'npm run fabric:down -- --erase, then up: new ports, new ledger.',
      ]);
  };
  await again(check, 1_000); // a program that was just killed may hold its port for a moment
}

async function startSeat(
  site: { folder: Folder; network: Network; binaries: Binaries },
  seat: Seat,
  leash?: number,
): Promise<void> {
  const { folder, network, binaries } = site;
  if (runningPid(folder, seat.name) === undefined)
    await startProgram(folder, programOf(folder, network, binaries, seat), leash);
  await untilHealthy(folder, network, seat);
}
