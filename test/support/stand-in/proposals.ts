// Proposals as a peer reads, checks and endorses them.
import { createHash, sign, verify, X509Certificate } from 'node:crypto';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { hex } from '../../../src/domain/canonical';
import { isLowS, toLowS } from '../../../src/domain/identity';
import { derOf, rawOf } from '../../../src/domain/ledger/fabric-proof/der';
import { isIssuedBy, type Member } from './material';

const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

export interface Proposal {
  readonly header: common.Header;
  readonly payload: Uint8Array;
  readonly txId: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
  readonly creator: { readonly mspid: string; readonly idBytes: Uint8Array };
}

/** A proposal whose signature, certificate and id hold; undefined otherwise, of which Fabric only says "access denied". */
export function readProposal(
  signed: peer.SignedProposal | undefined,
  members: readonly Member[],
): Proposal | undefined {
  if (signed === undefined) return undefined;
  const bytes = signed.getProposalBytes_asU8();
  const proposal = peer.Proposal.deserializeBinary(bytes);
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const creator = signatureHeader.getCreator_asU8();
  const txId = hex(sha256(signatureHeader.getNonce_asU8(), creator));
  if (txId !== channelHeader.getTxId() || !holds(bytes, signed.getSignature_asU8(), creator, 'client', members))
    return undefined;
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  payload.getTransientmapMap().clear();
  const identity = msp.SerializedIdentity.deserializeBinary(creator);
  return {
    header,
    payload: payload.serializeBinary(),
    txId,
    channel: channelHeader.getChannelId(),
    chaincode: spec?.getChaincodeId()?.getName() ?? '',
    args: spec?.getInput()?.getArgsList_asU8() ?? [],
    creator: { mspid: identity.getMspid(), idBytes: identity.getIdBytes_asU8() },
  };
}

/** Whether these bytes are signed, low-S, by a member's identity in this role. */
export function holds(
  bytes: Uint8Array,
  signature: Uint8Array,
  identity: Uint8Array,
  role: 'client' | 'peer',
  members: readonly Member[],
): boolean {
  const serialized = msp.SerializedIdentity.deserializeBinary(identity);
  const member = members.find(({ mspId }) => mspId === serialized.getMspid());
  const certificate = member && certificateOf(Buffer.from(serialized.getIdBytes_asU8()).toString(), member.root);
  if (certificate === undefined) return false;
  if (!certificate.subject.split('\n').includes(`OU=${role}`)) return false;
  if (new Date(certificate.validTo).getTime() < Date.now() && role === 'client') return false;
  const raw = rawOf(signature);
  return raw !== undefined && isLowS(raw) && verify('sha256', bytes, certificate.publicKey, signature);
}

const known = new Map<string, X509Certificate | undefined>();

/** The certificate, if this root issued it; remembered, since parsing costs more than verifying. */
function certificateOf(pem: string, root: string): X509Certificate | undefined {
  const name = pem + root;
  if (!known.has(name)) {
    const certificate = new X509Certificate(pem);
    known.set(name, isIssuedBy(certificate, root) ? certificate : undefined);
  }
  return known.get(name);
}

export interface Outcome {
  readonly results: Uint8Array;
  readonly events: Uint8Array;
  readonly payload: Uint8Array;
}

/** The envelope a gateway gives back: proposal, outcome, and the endorsement of each of these members' peers. */
export function envelopeOf(proposal: Proposal, outcome: Outcome, endorsers: readonly Member[]): common.Envelope {
  const payload = responsePayload(proposal, outcome);
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(payload);
  endorsed.setEndorsementsList(endorsers.map((member) => endorse(payload, member)));
  const inner = new peer.ChaincodeActionPayload();
  inner.setChaincodeProposalPayload(proposal.payload);
  inner.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(proposal.header.getSignatureHeader_asU8());
  action.setPayload(inner.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([action]);
  const whole = new common.Payload();
  whole.setHeader(proposal.header);
  whole.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(whole.serializeBinary());
  return envelope;
}

function responsePayload({ header, payload, chaincode }: Proposal, outcome: Outcome): Uint8Array {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(outcome.payload);
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const action = new peer.ChaincodeAction();
  action.setResults(outcome.results);
  action.setEvents(outcome.events);
  action.setResponse(response);
  action.setChaincodeId(id);
  const result = new peer.ProposalResponsePayload();
  result.setProposalHash(sha256(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), payload));
  result.setExtension$(action.serializeBinary());
  return result.serializeBinary();
}

function endorse(payload: Uint8Array, { mspId, peer: own }: Member): peer.Endorsement {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(own.certificate));
  const endorser = identity.serializeBinary();
  const signed = Buffer.concat([payload, endorser]);
  const raw = sign('sha256', signed, { key: own.key, dsaEncoding: 'ieee-p1363' });
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(endorser);
  endorsement.setSignature(derOf(toLowS(raw)));
  return endorsement;
}
