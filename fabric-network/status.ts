// Who runs what: one line a program, one a channel, and the reason for anything that is not well.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { Folder, readJson } from './folder';
import { endedHow, isHealthy, lastComplaint, lastLines } from './health';
import { channelsOf } from './participation';
import { type Network, type Seat, mspOf, portsOf, seatsOf } from './plan';
import { exitCodeOf, pidOf, runningPid } from './programs';
import { type Channel } from './channels';
import { type Refused, refusedIn } from './refused';

export type ProgramState = 'healthy' | 'unwell' | 'stopped' | 'ended';

export interface ProgramStatus {
  readonly name: string;
  readonly owner: string;
  readonly state: ProgramState;
  readonly pid: number | undefined;
  readonly ports: string;
  readonly memoryMb: number | undefined;
  /** Why it is not healthy: how it ended and its last complaint. Empty when all is well. */
  readonly reason: string;
  /** Callers a peer turned away in the last ten minutes. */
  readonly refused?: Refused;
}

export interface ChannelStatus {
  readonly name: string;
  readonly genesis: string;
  /** Height by orderer; undefined for one that does not answer. */
  readonly heights: Readonly<Record<string, number | undefined>>;
}

export interface NetworkStatus {
  readonly fabric: string;
  readonly consensus: string;
  readonly programs: readonly ProgramStatus[];
  readonly channels: readonly ChannelStatus[];
  /** True when every program is healthy and at least one channel is ready. */
  readonly well: boolean;
}

/** Looks at every program and channel of a network now. */
export async function statusOf(folder: Folder, network: Network, now = Date.now()): Promise<NetworkStatus> {
  const seats = seatsOf(network.shape);
  const programs = await Promise.all(seats.map((seat) => programStatus(folder, network, seat, now)));
  const channels = await channelStatus(folder, network, seats);
  const well = channels.length > 0 && programs.every(({ state }) => state === 'healthy');
  return {
    fabric: network.fabric,
    consensus: `${String(network.shape.orderers)} × ${network.shape.consensus}`,
    programs,
    channels,
    well,
  };
}

async function programStatus(folder: Folder, network: Network, seat: Seat, now: number): Promise<ProgramStatus> {
  const pid = runningPid(folder, seat.name);
  const state =
    pid !== undefined ? ((await isHealthy(network, seat)) ? 'healthy' : 'unwell') : stateOfDead(folder, seat.name);
  const complaint = lastComplaint(folder.log(seat.name));
  const refused = seat.kind === 'peer' ? refusedIn(lastLines(folder.log(seat.name), 1000), now) : undefined;
  const how = state === 'ended' ? endedHow(exitCodeOf(folder, seat.name)) : '';
  return {
    name: seat.name,
    owner: seat.organisation === 'all' ? 'all' : mspOf(seat),
    state,
    pid,
    ports: Object.entries(portsOf(network, seat.name))
      .map(([name, port]) => `${name.split('.')[1] ?? ''} ${String(port)}`)
      .join(', '),
    memoryMb: pid === undefined ? undefined : residentMb(pid),
    reason:
      state === 'healthy' || state === 'stopped'
        ? ''
        : [how, complaint].filter((part) => part !== undefined && part !== '').join('; '),
    ...(refused && { refused }),
  };
}

// SIGTERM is how `down` ends a program: 0 or 143. Anything else was not asked for.
function stateOfDead(folder: Folder, name: string): 'stopped' | 'ended' {
  const code = exitCodeOf(folder, name);
  if (pidOf(folder, name) === undefined) return 'stopped';
  return code === 0 || code === 143 ? 'stopped' : 'ended';
}

function residentMb(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]);
    return Math.round((pages * 4096) / 1e6);
  } catch {
    return undefined;
  }
}

/** Channels made to their end in this folder, oldest first. */
export function channelsIn(folder: Folder): Channel[] {
  const names = readdirSync(folder.root).includes('channels') ? readdirSync(folder.at('channels')) : [];
  const born = (name: string) => statSync(folder.channel(name)).birthtimeMs;
  return names
    .sort((one, other) => born(one) - born(other))
    .map((name) => readJson(folder.channel(name, 'channel.json')) as Channel | undefined)
    .filter((channel) => channel !== undefined);
}

async function channelStatus(folder: Folder, network: Network, seats: readonly Seat[]): Promise<ChannelStatus[]> {
  const orderers = seats.filter(({ kind }) => kind === 'orderer');
  const answers = await Promise.all(
    orderers.map(async (seat) => [seat.name, await channelsOf(folder, network, seat).catch(() => [])] as const),
  );
  return channelsIn(folder).map(({ name, genesis }) => ({
    name,
    genesis,
    heights: Object.fromEntries(
      answers.map(([orderer, list]) => [orderer, list.find((one) => one.name === name)?.height]),
    ),
  }));
}
