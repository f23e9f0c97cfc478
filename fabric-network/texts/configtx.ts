// A channel's first configuration: who is a member, who orders, and which signatures count.
import { Folder } from '../folder';
import { type Network, portOf } from '../plan';
import { type ChannelShape, mspIdOf, ordererMspId } from '../shape';

const signature = (rule: string) => ({ Type: 'Signature', Rule: rule });
const implicit = (rule: string) => ({ Type: 'ImplicitMeta', Rule: rule });
const standing = {
  Readers: implicit('ANY Readers'),
  Writers: implicit('ANY Writers'),
  Admins: implicit('MAJORITY Admins'),
};

const ordererAddresses = (network: Network): string[] =>
  Array.from({ length: network.shape.orderers }, (_, at) => {
    return `127.0.0.1:${String(portOf(network, `orderer-${String(at + 1)}`, 'listen'))}`;
  });

function ordererOrganisation(folder: Folder, network: Network) {
  return {
    Name: 'Orderer',
    ID: ordererMspId,
    MSPDir: folder.ordererOrganisation('msp'),
    OrdererEndpoints: ordererAddresses(network),
    Policies: {
      Readers: signature(`OR('${ordererMspId}.member')`),
      Writers: signature(`OR('${ordererMspId}.member')`),
      Admins: signature(`OR('${ordererMspId}.admin')`),
    },
  };
}

function member(folder: Folder, network: Network, organisation: string) {
  const id = mspIdOf(organisation);
  return {
    Name: id,
    ID: id,
    MSPDir: folder.organisation(organisation, 'msp'),
    // Anchor peers stand in the genesis block: without them no peer finds another organisation's, and no endorsement plan exists.
    AnchorPeers: [{ Host: '127.0.0.1', Port: portOf(network, `peer-${organisation}`, 'listen') }],
    Policies: {
      Readers: signature(`OR('${id}.admin','${id}.peer','${id}.client')`),
      Writers: signature(`OR('${id}.admin','${id}.client')`),
      Admins: signature(`OR('${id}.admin')`),
      Endorsement: signature(`OR('${id}.peer')`),
    },
  };
}

function consenters(folder: Folder, network: Network) {
  return Array.from({ length: network.shape.orderers }, (_, at) => {
    const seat = at + 1;
    return {
      ID: seat,
      Host: '127.0.0.1',
      Port: portOf(network, `orderer-${String(seat)}`, 'listen'),
      MSPID: ordererMspId,
      Identity: folder.orderer(seat, 'msp', 'signcerts', `orderer${String(seat)}.orderer.example-cert.pem`),
      ClientTLSCert: folder.orderer(seat, 'tls', 'server.crt'),
      ServerTLSCert: folder.orderer(seat, 'tls', 'server.crt'),
    };
  });
}

// A leader is missed after about a second instead of five: short ticks suit loopback, not a wide area network.
const raft = (list: ReturnType<typeof consenters>) => ({
  OrdererType: 'etcdraft',
  EtcdRaft: {
    Consenters: list.map(({ Host, Port, ClientTLSCert, ServerTLSCert }) => ({
      Host,
      Port,
      ClientTLSCert,
      ServerTLSCert,
    })),
    Options: {
      TickInterval: '100ms',
      ElectionTick: 10,
      HeartbeatTick: 1,
      MaxInflightBlocks: 5,
      SnapshotIntervalSize: '16 MB',
    },
  },
});

const bft = (list: ReturnType<typeof consenters>, batchTimeoutMs: number) => ({
  OrdererType: 'BFT',
  ConsenterMapping: list,
  SmartBFT: {
    RequestBatchMaxInterval: `${String(batchTimeoutMs)}ms`,
    RequestForwardTimeout: '1s',
    RequestComplainTimeout: '3s',
    RequestAutoRemoveTimeout: '3m0s',
    ViewChangeResendInterval: '1s',
    ViewChangeTimeout: '5s',
    LeaderHeartbeatTimeout: '3s',
    LeaderHeartbeatCount: 10,
    CollectTimeout: '1s',
    IncomingMessageBufferSize: 200,
    RequestPoolSize: 100_000,
  },
});

/** Application capabilities of 2.5 suit 3.1 too; the channel's V3_0 is what SmartBFT needs. */
export const channelCapability = (fabric: string): string => (fabric.startsWith('2.') ? 'V2_0' : 'V3_0');

/** configtx.yaml (JSON is YAML) with the one profile `Channel`. */
export function configtxText(folder: Folder, network: Network, channel: ChannelShape): string {
  const list = consenters(folder, network);
  const consensus = network.shape.consensus === 'raft' ? raft(list) : bft(list, channel.batchTimeoutMs);
  const profile = {
    Policies: standing,
    Capabilities: { [channelCapability(network.fabric)]: true },
    Orderer: {
      ...consensus,
      BatchTimeout: `${String(channel.batchTimeoutMs)}ms`,
      BatchSize: { MaxMessageCount: channel.maxMessages, AbsoluteMaxBytes: '10 MB', PreferredMaxBytes: '2 MB' },
      Organizations: [ordererOrganisation(folder, network)],
      // The orderer *role* signs blocks, not any member. (SmartBFT: configtxgen puts 3 of 4 exact identities instead.)
      Policies: { ...standing, BlockValidation: signature(`OR('${ordererMspId}.orderer')`) },
      Capabilities: { V2_0: true },
    },
    Application: {
      Organizations: network.shape.organisations.map((name) => member(folder, network, name)),
      Policies: {
        ...standing,
        LifecycleEndorsement: implicit('MAJORITY Endorsement'),
        Endorsement: implicit('MAJORITY Endorsement'),
      },
      Capabilities: { V2_5: true },
    },
  };
  return JSON.stringify({ Profiles: { Channel: profile } }, undefined, 2);
}
