// A channel from nothing to its first usable moment: genesis block, joins, chaincode definition, endorsement plan.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries } from './binaries';
import { enrol } from './certificates';
import { Folder, readJson, writeJson, writeWhole } from './folder';
import { connectTo } from './gateway';
import { headerHash } from './genesis';
import { packageFile, packageIdOf } from './material';
import { NetworkError } from './network-error';
import { joinOrderer } from './participation';
import { type Network, endpoint, seatsOf } from './plan';
import { type Profile, profileOf, resolveProfile } from './profile';
import { type ChannelShape, type NetworkShape, mspIdOf } from './shape';
import { configtxText } from './texts/configtx';
import { runPeer, runTool } from './tools';

/** A running network, as the steps below see it. */
export interface Site {
  readonly folder: Folder;
  readonly network: Network;
  readonly binaries: Binaries;
}

/** What is kept about a channel once its chaincode answered. */
export interface Channel {
  readonly name: string;
  readonly shape: ChannelShape;
  readonly sequence: number;
  readonly genesis: string;
}

/** The channel if it was made to its end before. */
export const knownChannel = (folder: Folder, name: string): Channel | undefined =>
  readJson(folder.channel(name, 'channel.json')) as Channel | undefined;

/** Installs each organisation's package on its peer; the answer must be the id computed beforehand. */
export async function installChaincode({ folder, network, binaries }: Site): Promise<void> {
  await Promise.all(
    network.shape.organisations.map(async (organisation) => {
      const file = packageFile(folder, network, organisation);
      const answer = await tolerate(
        runPeer(binaries, folder, organisation, ['lifecycle', 'chaincode', 'install', file]),
        /already successfully installed/,
      );
      if (answer.includes(packageIdOf(folder, network, organisation)) || answer === '') return;
      throw new NetworkError(`peer-${organisation} gave the chaincode package another id than computed: ${answer}`);
    }),
  );
}

/** Makes a channel, or finishes one that a killed command left half made. Every step may run twice. */
export async function makeChannel(
  site: Site,
  name: string,
  shape: ChannelShape,
  installed: Promise<void>,
  now: number,
): Promise<Channel> {
  const { folder, network } = site;
  if (!/^[a-z][a-z0-9.-]{0,200}$/.test(name)) throw new NetworkError(`"${name}" cannot be a channel name.`);
  const block = await genesisBlock(site, name, shape);
  await joinAll(site, name, block);
  await installed;
  await defineChaincode(site, name, shape, 1);
  const channel: Channel = { name, shape, sequence: 1, genesis: headerHash(block) };
  await untilEndorsing(site, resolveProfile(profileOf(network, name, channel.genesis), folder.root), now);
  writeJson(folder.channel(name, 'channel.json'), channel);
  return channel;
}

async function genesisBlock(
  { folder, network, binaries }: Site,
  name: string,
  shape: ChannelShape,
): Promise<Uint8Array> {
  const path = folder.channel(name, 'genesis.block');
  try {
    return readFileSync(path); // a half-made channel: the orderers may hold this very block already
  } catch {
    writeWhole(folder.channel(name, 'configtx.yaml'), configtxText(folder, network, shape));
    const part = `${path}.part`;
    await runTool(binaries, 'configtxgen', [
      '-profile',
      'Channel',
      '-channelID',
      name,
      '-outputBlock',
      part,
      '-configPath',
      folder.channel(name),
    ]);
    const block = readFileSync(part);
    writeWhole(path, block);
    return block;
  }
}

async function joinAll({ folder, network, binaries }: Site, name: string, block: Uint8Array): Promise<void> {
  const orderers = seatsOf(network.shape).filter(({ kind }) => kind === 'orderer');
  // The admin port can open a moment after /healthz says 200.
  const ordering = orderers.map((seat) => again(() => joinOrderer(folder, network, seat, block), 10_000));
  const peers = network.shape.organisations.map((organisation) =>
    tolerate(
      runPeer(binaries, folder, organisation, ['channel', 'join', '-b', folder.channel(name, 'genesis.block')]),
      /already exists/,
    ),
  );
  await Promise.all([...ordering, ...peers]);
}

const orderingFlags = ({ folder, network }: Site): string[] => [
  '-o',
  endpoint(network, 'orderer-1'),
  '--tls',
  '--cafile',
  folder.ordererOrganisation('tlsca', 'tlsca.orderer.example-cert.pem'),
];

const flag = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [name, value]);

/** What a chaincode asks of its network, in `config` of its package.json. */
interface Wishes {
  /** A call that changes nothing and succeeds. */
  readonly probe?: readonly string[];
  /** How many organisations must endorse; without it a majority of the channel's. */
  readonly endorsers?: number;
}
const wishesOf = (chaincode: string): Wishes =>
  (readJson(join(chaincode, 'package.json')) as { config?: Wishes } | undefined)?.config ?? {};

/**
 * The signature policy a chaincode wishes for; undefined means the channel's own, a majority. With three distinct
 * organisations under a transaction one of them is neither of any two parties; fewer members can give no more than all.
 */
function policyOf({ organisations, chaincode }: NetworkShape): string | undefined {
  const { endorsers } = wishesOf(chaincode.folder);
  if (endorsers === undefined) return undefined;
  const peers = organisations.map((name) => `'${mspIdOf(name)}.peer'`);
  return `OutOf(${String(Math.min(endorsers, peers.length))},${peers.join(',')})`;
}

const definition = (site: Site, channel: string, shape: ChannelShape, sequence: number): string[] => [
  ...orderingFlags(site),
  ...[
    '--channelID',
    channel,
    '--name',
    site.network.shape.chaincode.name,
    '--version',
    '1',
    '--sequence',
    String(sequence),
  ],
  ...flag('--signature-policy', shape.signaturePolicy ?? policyOf(site.network.shape)),
  ...flag('--collections-config', shape.collections),
];

async function defineChaincode(site: Site, channel: string, shape: ChannelShape, sequence: number): Promise<void> {
  const { folder, network, binaries } = site;
  const organisations = network.shape.organisations;
  const approved = /unchanged content|redefine the current committed sequence/;
  const flags = definition(site, channel, shape, sequence);
  await Promise.all(
    organisations.map((organisation) => {
      const id = ['--package-id', packageIdOf(folder, network, organisation)];
      // Approved, or even committed, by a command that was killed. The ordering leader may also need a moment more.
      const approve = () =>
        runPeer(binaries, folder, organisation, ['lifecycle', 'chaincode', 'approveformyorg', ...flags, ...id]);
      return tolerate(again(approve, 20_000, approved), approved);
    }),
  );
  const targets = organisations.flatMap((name) => [
    ...['--peerAddresses', endpoint(network, `peer-${name}`), '--tlsRootCertFiles', folder.peer(name, 'tls', 'ca.crt')],
  ]);
  const first = organisations[0] ?? '';
  const commit = () => runPeer(binaries, folder, first, ['lifecycle', 'chaincode', 'commit', ...flags, ...targets]);
  const done = /requested sequence is \d+, but new definition must be sequence/;
  await tolerate(again(commit, 20_000, done), done);
}

/** Returns once every organisation's gateway finds an endorsement plan and the chaincode answers through it. */
async function untilEndorsing({ folder, network }: Site, profile: Profile, now: number): Promise<void> {
  const [name, ...args] = probeOf(network.shape.chaincode.folder);
  await Promise.all(
    profile.organisations.map(async (organisation) => {
      const identity = await enrol(folder, organisation.name, 'operator', { role: 'operator', use: 'ledger' }, now);
      const { gateway, close } = connectTo(profile, organisation.name, identity);
      const contract = gateway.getNetwork(profile.channel).getContract(profile.chaincode);
      const ask = () => contract.newProposal(name, { arguments: args }).endorse(); // endorsed and thrown away
      await again(ask, 30_000, /chaincode response 500/, 50)
        .catch((error: unknown) => {
          // A refusal is an answer too: the chaincode runs and this peer reaches it.
          if (!reasonsOf(error).includes('chaincode response 500')) throw error;
        })
        .finally(close);
    }),
  );
}

/**
 * The chaincode's own probe. Without one, the call every contract of fabric-contract-api answers (with a refusal, where
 * class-transformer 0.4.1 is installed beside it).
 */
export function probeOf(chaincode: string): [string, ...string[]] {
  const [name, ...args] = wishesOf(chaincode).probe ?? ['org.hyperledger.fabric:GetMetadata'];
  return [name ?? '', ...args];
}

/** An error's message with the peers' own reasons, which the gateway keeps in `details`. */
export function reasonsOf(error: unknown): string {
  const details = (error as { details?: unknown }).details;
  const reasons = Array.isArray(details) ? (details as { message: string }[]).map(({ message }) => message) : [];
  return [String(error), ...reasons].join('; ');
}

/** Repeats work until it succeeds; gives up after `patienceMs`, or at once on an error that matches `final`. */
export async function again<T>(work: () => Promise<T>, patienceMs: number, final?: RegExp, pauseMs = 100): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until || final?.test(reasonsOf(error)) === true) throw error;
      await sleep(pauseMs);
    }
  }
}

/** '' instead of an error that says the step was taken before. */
async function tolerate(work: Promise<string>, known: RegExp): Promise<string> {
  return work.catch((error: unknown) => {
    if (known.test(reasonsOf(error))) return '';
    throw error;
  });
}
