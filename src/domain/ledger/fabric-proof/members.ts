// Who the members of a channel are, from its genesis block: the held hash makes it true, nothing else does.
import { X509Certificate } from 'node:crypto';
import { common, msp, orderer } from '@hyperledger/fabric-protos';
import { bytesEqual, sha256 } from '../../canonical';
import { headerHashOf } from './header';
import { must, present, step } from './steps';

export type NodeRole = 'client' | 'peer' | 'admin' | 'orderer';

export interface Member {
  readonly mspId: string;
  /** Certificates that issue identities: the roots, and intermediates under them. */
  readonly issuers: readonly X509Certificate[];
  /** The organisational unit of each role, with the issuer it demands, if any. */
  readonly units: readonly { readonly role: NodeRole; readonly unit: string; readonly issuer: Uint8Array }[];
}

export interface Genesis {
  readonly channel: string;
  /** By MSP id: who endorses. */
  readonly organisations: ReadonlyMap<string, Member>;
  readonly ordering: Ordering;
}

/** Who makes a block an ordered one. */
export interface Ordering {
  /** By MSP id. */
  readonly organisations: ReadonlyMap<string, Member>;
  /** SmartBFT: the very identities by their number, of whom a quorum must sign. Empty for Raft, where one orderer does. */
  readonly consenters: ReadonlyMap<number, { readonly mspId: string; readonly identity: Uint8Array }>;
}

/** ceil((n + f + 1) / 2) with f = floor((n - 1) / 3): any two quorums share an honest one (SmartBFT §3). */
export const quorumOf = (consenters: number): number =>
  Math.ceil((consenters + Math.floor((consenters - 1) / 3) + 1) / 2);

/** Refuses LEDGER_PROOF_WRONG at `genesis` unless these bytes are the block whose header hash (hex) is held. */
export function readGenesis(bytes: Uint8Array, held: string): Genesis {
  return step('genesis', () => {
    const block = common.Block.deserializeBinary(bytes);
    const header = present(block.getHeader(), 'genesis');
    const [number, previousHash, dataHash] = [
      header.getNumber(),
      header.getPreviousHash_asU8(),
      header.getDataHash_asU8(),
    ];
    must(number === 0 && headerHashOf({ number, previousHash, dataHash }) === held, 'genesis');
    const content = block.getData()?.getDataList_asU8() ?? [];
    must(content.length === 1 && bytesEqual(sha256(...content), dataHash), 'genesis');
    return genesisIn(present(content[0], 'genesis'));
  });
}

function genesisIn(bytes: Uint8Array): Genesis {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  const header = present(payload.getHeader(), 'genesis').getChannelHeader_asU8();
  const config = common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig();
  const groups = groupsOf(present(config?.getChannelGroup(), 'genesis'));
  return {
    channel: common.ChannelHeader.deserializeBinary(header).getChannelId(),
    organisations: membersOf(groups.get('Application')),
    ordering: orderingOf(groups.get('Orderer')),
  };
}

/** The protobuf library's map, whose own types are not installed: what is used of it here. */
interface Named<V> {
  get(name: string): V | undefined;
  forEach(each: (value: V, name: string) => void): void;
}
const groupsOf = (group: common.ConfigGroup): Named<common.ConfigGroup> => group.getGroupsMap();
const valuesOf = (group: common.ConfigGroup): Named<common.ConfigValue> => group.getValuesMap();

function membersOf(group: common.ConfigGroup | undefined): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  // Not toArray(): that gives the library's inner arrays, not messages.
  if (group === undefined) return members;
  groupsOf(group).forEach((one) => {
    const member = memberOf(one);
    members.set(member.mspId, member);
  });
  return members;
}

function orderingOf(group: common.ConfigGroup | undefined): Ordering {
  const organisations = membersOf(group);
  const valueOf = (name: string) => group && valuesOf(group).get(name)?.getValue_asU8();
  const type = orderer.ConsensusType.deserializeBinary(valueOf('ConsensusType') ?? new Uint8Array()).getType();
  if (type !== 'BFT') return { organisations, consenters: new Map() };
  const seats = common.Orderers.deserializeBinary(present(valueOf('Orderers'), 'genesis')).getConsenterMappingList();
  must(seats.length > 0, 'genesis');
  const consenters = new Map(
    seats.map((one) => [one.getId(), { mspId: one.getMspId(), identity: one.getIdentity_asU8() }]),
  );
  must(consenters.size === seats.length, 'genesis');
  return { organisations, consenters };
}

function memberOf(group: common.ConfigGroup): Member {
  const value = present(valuesOf(group).get('MSP'), 'genesis').getValue_asU8();
  const config = msp.FabricMSPConfig.deserializeBinary(msp.MSPConfig.deserializeBinary(value).getConfig_asU8());
  // A revocation list would have to be read to be obeyed; a genesis block has none.
  must(config.getRevocationListList().length === 0, 'genesis');
  const roots = config.getRootCertsList_asU8().map((pem) => new X509Certificate(pem));
  const middle = config.getIntermediateCertsList_asU8().map((pem) => new X509Certificate(pem));
  return {
    mspId: config.getName(),
    issuers: [...roots, ...middle.filter((one) => roots.some((root) => isIssuedBy(one, root)))],
    units: unitsOf(config.getFabricNodeOus()),
  };
}

function unitsOf(nodes: msp.FabricNodeOUs | undefined): Member['units'] {
  if (nodes?.getEnable() !== true) return [];
  const named = [
    ['client', nodes.getClientOuIdentifier()],
    ['peer', nodes.getPeerOuIdentifier()],
    ['admin', nodes.getAdminOuIdentifier()],
    ['orderer', nodes.getOrdererOuIdentifier()],
  ] as const;
  return named.flatMap(([role, identifier]) =>
    identifier === undefined
      ? []
      : [{ role, unit: identifier.getOrganizationalUnitIdentifier(), issuer: identifier.getCertificate_asU8() }],
  );
}

// By name and signature, as Fabric's own verification does; checkIssued() would also compare key identifiers, which
// authorities compute in different ways.
export const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
