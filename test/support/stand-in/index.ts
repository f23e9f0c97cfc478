// The stand-in peer: Fabric's gateway service over TLS on loopback, with faults on demand. Never Fabric, and says so.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { common, gateway, google, peer } from '@hyperledger/fabric-protos';
import { Folder } from '../../../fabric-network/folder';
import type { FabricProfile } from '../../../src/adapters/ledger/fabric';
import { hex } from '../../../src/domain/canonical';
import { readEnvelope } from '../../../src/adapters/ledger/fabric/messages';
import { hashOfBlock } from './blocks';
import { Chain, endorsersOf, eventsOf } from './chain';
import { loadChaincode } from './chaincode';
import { makeMember, makeTls, type Member } from './material';
import { envelopeOf, holds, type Proposal, readProposal } from './proposals';
import { Simulation } from './world';

type Call = 'evaluate' | 'endorse' | 'submit' | 'commitStatus';

/** One misbehaviour, used up by the next call of its kind (or by `times` of them). */
export interface Fault {
  readonly call: Call;
  readonly times?: number;
  /** gRPC status to fail with; before the work is done unless `after`. */
  readonly code?: status;
  /** Do the work, then fail: a lost acknowledgement. */
  readonly after?: boolean;
  /** submit: acknowledge, and forget. */
  readonly forget?: boolean;
  /** endorse: the members after the first answer from the state one block ago, as peers that lag do. */
  readonly lag?: boolean;
  /** endorse: one endorsement only, which the policy will not accept. */
  readonly single?: boolean;
  /** evaluate, endorse, submit, commitStatus: answer only when the caller's deadline has passed. */
  readonly hang?: boolean;
}

class Failure extends Error {
  constructor(
    readonly code: status,
    message: string,
    readonly reasons: readonly { mspId: string; message: string }[] = [],
  ) {
    super(message);
  }
}

export interface StandInOptions {
  readonly channel?: string;
  readonly organisations?: readonly string[];
  readonly batchMs?: number;
}

export class StandIn {
  /** Every chaincode event twice, as after a reconnection without a checkpoint. */
  duplicateEvents = false;
  readonly calls: Record<Call, number> = { evaluate: 0, endorse: 0, submit: 0, commitStatus: 0 };
  private faults: Fault[] = [];
  private readonly chaincode = loadChaincode();
  private readonly streams = new Set<ServerWritableStream<unknown, gateway.ChaincodeEventsResponse>>();

  private constructor(
    readonly folder: Folder,
    readonly profile: FabricProfile,
    readonly members: readonly Member[],
    readonly chain: Chain,
    private readonly server: Server,
  ) {}

  static async start({
    channel = 'aggregora',
    organisations = ['org1', 'org2', 'org3'],
    batchMs = 5,
  }: StandInOptions = {}) {
    const folder = new Folder(mkdtempSync(join(tmpdir(), 'aggregora-stand-in-')));
    const members = await Promise.all(organisations.map((name) => makeMember(folder, name)));
    const tls = await makeTls(folder);
    const server = new Server();
    const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const chain = new Chain(channel, 'aggregora', members, batchMs);
    const address = `localhost:${String(port)}`;
    const [genesis] = chain.blocks;
    const profile: FabricProfile = {
      schema: 'aggregora/fabric-profile/1',
      channel,
      chaincode: 'aggregora',
      genesis: genesis === undefined ? '' : hex(hashOfBlock(genesis)),
      organisations: members.map(({ name, mspId }) => {
        return { name, mspId, peers: [{ name: `stand-in-${name}`, address, tlsRoots: tls.rootFile }] };
      }),
      identities: folder.at('identities'),
    };
    const standIn = new StandIn(folder, profile, members, chain, server);
    server.addService(gateway.GatewayService, standIn.service());
    return standIn;
  }

  next(...faults: readonly Fault[]): void {
    this.faults.push(...faults);
  }

  /** Forgets all faults that are left. */
  forgive(): void {
    this.faults = [];
  }

  /** Ends all event streams, as a peer that restarts does. */
  cutStreams(): void {
    for (const stream of this.streams) stream.emit('error', { code: status.UNAVAILABLE, details: 'stand-in restarts' });
    this.streams.clear();
  }

  stop(): void {
    this.chain.stop();
    this.server.forceShutdown();
    rmSync(this.folder.root, { recursive: true, force: true });
  }

  private service() {
    return {
      evaluate: this.unary('evaluate', (request: gateway.EvaluateRequest) => this.evaluate(request)),
      endorse: this.unary('endorse', (request: gateway.EndorseRequest, fault) => this.endorse(request, fault)),
      submit: this.unary('submit', (request: gateway.SubmitRequest, fault) => this.submit(request, fault)),
      commitStatus: this.unary('commitStatus', (request: gateway.SignedCommitStatusRequest) =>
        this.commitStatus(request),
      ),
      chaincodeEvents: (
        stream: ServerWritableStream<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse>,
      ) => {
        this.streamEvents(stream);
      },
    };
  }

  private unary<Q, A>(call: Call, work: (request: Q, fault: Fault | undefined) => Promise<A>) {
    return (served: ServerUnaryCall<Q, A>, answer: sendUnaryData<A>): void => {
      this.calls[call] += 1;
      const fault = this.take(call);
      if (fault?.hang === true) return;
      const early = fault?.code !== undefined && fault.after !== true;
      const done = early ? Promise.reject(failureOf(fault)) : work(served.request, fault);
      done.then(
        (result) => {
          if (fault?.after === true) answer(errorOf(failureOf(fault)));
          else answer(null, result);
        },
        (error: unknown) => {
          answer(errorOf(error));
        },
      );
    };
  }

  private take(call: Call): Fault | undefined {
    const found = this.faults.find((fault) => fault.call === call);
    if (found === undefined) return undefined;
    const left = (found.times ?? 1) - 1;
    this.faults = this.faults.flatMap((one) => (one !== found ? [one] : left > 0 ? [{ ...one, times: left }] : []));
    return found;
  }

  private proposalIn(signed: peer.SignedProposal | undefined): Proposal {
    const proposal = readProposal(signed, this.members);
    if (proposal?.channel === this.profile.channel) return proposal;
    const message = 'error validating proposal: access denied: channel [] creator org []';
    throw new Failure(status.UNKNOWN, 'failed to endorse', [{ mspId: this.home.mspId, message }]);
  }

  private get home(): Member {
    const [home] = this.members;
    if (home === undefined) throw new Error('a stand-in without members');
    return home;
  }

  private async evaluate(request: gateway.EvaluateRequest): Promise<gateway.EvaluateResponse> {
    const proposal = this.proposalIn(request.getProposedTransaction());
    const response = new peer.Response();
    response.setStatus(200);
    response.setPayload(
      proposal.chaincode === 'qscc'
        ? this.query(proposal)
        : (await this.run(proposal, this.home, this.chain.world)).payload,
    );
    const answer = new gateway.EvaluateResponse();
    answer.setResult(response);
    return answer;
  }

  private query({ args }: Proposal): Uint8Array {
    const [name = '', , arg = ''] = args.map((one) => Buffer.from(one).toString());
    if (name === 'GetChainInfo') {
      const info = new common.BlockchainInfo();
      info.setHeight(this.chain.blocks.length);
      const last = this.chain.blocks.at(-1);
      info.setCurrentblockhash(last === undefined ? new Uint8Array() : hashOfBlock(last));
      return info.serializeBinary();
    }
    const height = name === 'GetBlockByTxID' ? this.chain.find(arg)?.height : Number(arg);
    const block = height === undefined ? undefined : this.chain.blocks[height];
    if (block !== undefined) return block.serializeBinary();
    const message = `chaincode response 500, Failed to get block, error no such transaction ID [${arg}] in index`;
    throw new Failure(status.UNKNOWN, 'evaluate call to endorser returned error', [
      { mspId: this.home.mspId, message },
    ]);
  }

  private async run(proposal: Proposal, { mspId }: Member, world: Chain['world']) {
    const simulation = new Simulation(world, { ...proposal, chaincode: this.profile.chaincode });
    const { status: code, message, payload } = await this.chaincode.Invoke(simulation);
    if (code !== 200) {
      const reasons = [{ mspId, message: `chaincode response ${String(code)}, ${message}` }];
      throw new Failure(status.ABORTED, 'failed to endorse transaction, see attached details for more info', reasons);
    }
    return { results: simulation.results(), events: simulation.events(), payload };
  }

  private async endorse(request: gateway.EndorseRequest, fault?: Fault): Promise<gateway.EndorseResponse> {
    const proposal = this.proposalIn(request.getProposedTransaction());
    const asked = request.getEndorsingOrganizationsList();
    const chosen =
      asked.length === 0 ? endorsersOf(this.members) : this.members.filter(({ mspId }) => asked.includes(mspId));
    const endorsers = fault?.single === true ? chosen.slice(0, 1) : chosen;
    const settled = await Promise.allSettled(
      endorsers.map((member, at) =>
        this.run(proposal, member, fault?.lag === true && at > 0 ? this.chain.before : this.chain.world),
      ),
    );
    // The home peer's word first, whoever was quicker.
    const outcomes = settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Failure(status.UNAVAILABLE, 'no endorsers');
    const same = outcomes.every((one) => Buffer.from(one.results).equals(outcome.results));
    if (!same)
      throw new Failure(status.ABORTED, 'failed to collect enough transaction endorsements, see attached details');
    const answer = new gateway.EndorseResponse();
    answer.setPreparedTransaction(envelopeOf(proposal, outcome, endorsers));
    return answer;
  }

  private submit(request: gateway.SubmitRequest, fault?: Fault): Promise<gateway.SubmitResponse> {
    const envelope = request.getPreparedTransaction() ?? new common.Envelope();
    const { creator } = readEnvelope(envelope, this.profile.chaincode);
    const signed = holds(envelope.getPayload_asU8(), envelope.getSignature_asU8(), creator, 'client', this.members);
    if (!signed)
      return Promise.reject(new Failure(status.ABORTED, 'received unsuccessful response from orderer: FORBIDDEN'));
    if (fault?.forget !== true) this.chain.order(envelope);
    return Promise.resolve(new gateway.SubmitResponse());
  }

  private commitStatus(request: gateway.SignedCommitStatusRequest): Promise<gateway.CommitStatusResponse> {
    const id = gateway.CommitStatusRequest.deserializeBinary(request.getRequest_asU8()).getTransactionId();
    return new Promise((resolve) => {
      const look = (): void => {
        const placed = this.chain.find(id);
        if (placed === undefined) return;
        stop();
        const answer = new gateway.CommitStatusResponse();
        answer.setResult(placed.code as peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap]);
        answer.setBlockNumber(placed.height);
        resolve(answer);
      };
      const stop = this.chain.onBlock(look);
      look();
    });
  }

  private streamEvents(
    stream: ServerWritableStream<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse>,
  ): void {
    const request = gateway.ChaincodeEventsRequest.deserializeBinary(stream.request.getRequest_asU8());
    let next = request.getStartPosition()?.getSpecified()?.getNumber() ?? this.chain.blocks.length;
    let after = request.getAfterTransactionId();
    const send = (): void => {
      for (; next < this.chain.blocks.length; next += 1) {
        const block = this.chain.blocks[next];
        const all = block === undefined ? [] : eventsOf(block, this.profile.chaincode);
        const seen = all.findIndex((event) => event.getTxId() === after);
        const events = all.slice(seen + 1);
        after = '';
        if (events.length === 0) continue;
        const answer = new gateway.ChaincodeEventsResponse();
        answer.setBlockNumber(next);
        answer.setEventsList(events);
        for (let times = this.duplicateEvents ? 2 : 1; times > 0; times -= 1) stream.write(answer);
      }
    };
    const stop = this.chain.onBlock(send);
    this.streams.add(stream);
    stream.on('cancelled', () => {
      stop();
      this.streams.delete(stream);
    });
    send();
  }
}

const failureOf = ({ call, code = status.UNKNOWN }: Fault): Failure =>
  new Failure(code, `stand-in: ${call} told to fail`);

/** An error as the gateway sends it, with the peers' own reasons in its details. */
function errorOf(error: unknown) {
  if (!(error instanceof Failure)) return { code: status.INTERNAL, details: String(error) };
  const metadata = new Metadata();
  if (error.reasons.length > 0) {
    const whole = new google.rpc.Status();
    whole.setCode(error.code);
    whole.setDetailsList(error.reasons.map(detailOf));
    metadata.set('grpc-status-details-bin', Buffer.from(whole.serializeBinary()));
  }
  return { code: error.code, details: error.message, metadata };
}

function detailOf({ mspId, message }: { mspId: string; message: string }) {
  const detail = new gateway.ErrorDetail();
  detail.setMspId(mspId);
  detail.setMessage(message);
  detail.setAddress('stand-in');
  const any = new google.rpc.Status().addDetails();
  any.setValue(detail.serializeBinary());
  any.setTypeUrl('type.googleapis.com/gateway.ErrorDetail');
  return any;
}
