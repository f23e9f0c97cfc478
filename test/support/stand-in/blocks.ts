// The stand-in's blocks: the same bytes Fabric has, without an orderer's signature.
import { common, msp } from '@hyperledger/fabric-protos';
import { sha256 } from '../../../src/domain/canonical';
import { headerDer } from '../../../src/domain/ledger/fabric-proof/header';
import type { Member } from './material';

const hashOf = (...parts: Uint8Array[]): Uint8Array => sha256(...parts);

export function blockOf(
  number: number,
  previous: Uint8Array,
  envelopes: readonly Uint8Array[],
  codes: readonly number[],
): common.Block {
  const header = new common.BlockHeader();
  header.setNumber(number);
  header.setPreviousHash(previous);
  header.setDataHash(hashOf(...envelopes));
  const content = new common.BlockData();
  content.setDataList([...envelopes]);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([
    new Uint8Array(),
    new Uint8Array(),
    Uint8Array.from(codes),
    new Uint8Array(),
    new Uint8Array(),
  ]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(content);
  block.setMetadata(metadata);
  return block;
}

export function hashOfBlock(block: common.Block): Uint8Array {
  const header = block.getHeader();
  if (header === undefined) throw new Error('a block without a header');
  const [previousHash, dataHash] = [header.getPreviousHash_asU8(), header.getDataHash_asU8()];
  return hashOf(headerDer({ number: header.getNumber(), previousHash, dataHash }));
}

function ou(name: string): msp.FabricOUIdentifier {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  return identifier;
}

function memberGroup({ mspId, root }: Member): common.ConfigGroup {
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(ou('client'));
  units.setPeerOuIdentifier(ou('peer'));
  units.setAdminOuIdentifier(ou('admin'));
  units.setOrdererOuIdentifier(ou('orderer'));
  const fabric = new msp.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.setRootCertsList([Buffer.from(root)]);
  fabric.setFabricNodeOus(units);
  const config = new msp.MSPConfig();
  config.setConfig(fabric.serializeBinary());
  const value = new common.ConfigValue();
  value.setValue(config.serializeBinary());
  const group = new common.ConfigGroup();
  group.getValuesMap().set('MSP', value);
  return group;
}

/** Block 0: who the members are. */
export function genesisOf(channel: string, members: readonly Member[]): common.Block {
  const application = new common.ConfigGroup();
  for (const member of members) application.getGroupsMap().set(member.mspId, memberGroup(member));
  const top = new common.ConfigGroup();
  top.getGroupsMap().set('Application', application);
  const config = new common.Config();
  config.setChannelGroup(top);
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.CONFIG);
  channelHeader.setChannelId(channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  const outer = new common.Envelope();
  outer.setPayload(payload.serializeBinary());
  return blockOf(0, new Uint8Array(), [outer.serializeBinary()], [0]);
}
