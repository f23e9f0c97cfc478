// Records genuine signatures of a real network, and what only its own keys can forge, into network.json.
import { sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { msp, peer } from '@hyperledger/fabric-protos';
import type { FabricNetwork } from '../../../fabric-network/network';
import type { NetworkShape } from '../../../fabric-network/shape';
import type { FabricLedger, FabricProfile } from '../../../src/adapters/ledger/fabric';
import { FabricChannel } from '../../../src/adapters/ledger/fabric/channel';
import { Gateways } from '../../../src/adapters/ledger/fabric/gateways';
import { envelopeIn, readBlock, readEnvelope } from '../../../src/adapters/ledger/fabric/messages';
import { organisationIn } from '../../../src/adapters/ledger/fabric/profile';
import { b64u, canonicalText, type Json } from '../../../src/domain/canonical';
import { toLowS } from '../../../src/domain/identity';
import { ledgerKeys, type Anchor } from '../../../src/domain/ledger';
import { derOf } from '../../../src/domain/ledger/fabric-proof';
import { leafHash, Tree } from '../../../src/domain/merkle';
import { anchorOf, say } from '../../contracts/ledger';
import { fabricProfile, identityOf, issuedBy, openFounded, startNetwork } from '../../contracts/ledger-fabric-places';
import { foundation, world, type Person, type World } from '../../contracts/ledger-world';
import { type Forger, forgeries } from './forge';
import { withEndorsements } from './rewrite';

const treeOf = (size: number) => Tree.of(Array.from({ length: size }, (_, n) => leafHash(Buffer.from(String(n)))));
const key = (seq: number) => ledgerKeys.anchor('lab', seq);

const headOf = async (ledger: FabricLedger, who = 'lab') =>
  (await ledger.read(ledgerKeys.anchorHead(who)))?.value as Anchor | undefined;

async function anchors(ledger: FabricLedger, people: World): Promise<void> {
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
  const { lab, city } = people;
  for (const [at, size] of [1, 3, 3, 7].entries())
    await say(ledger, anchorOf(treeOf(size), at + 1, await headOf(ledger)), lab.signer);
  for (const seq of [1, 2]) await say(ledger, anchorOf(treeOf(seq), seq, await headOf(ledger, 'city')), city.signer);
  // Two batchers at once: one block, one winner, one loser whose transaction is ordered all the same.
  const before = await headOf(ledger);
  const rivals = [8, 9].map((size) => ledger.prepare(anchorOf(treeOf(size), 5, before), lab.signer));
  await Promise.allSettled((await Promise.all(rivals)).map((one) => ledger.submit(one)));
  // One that comes too late, in a block of its own; and the winner's very bytes once more.
  const head = await headOf(ledger);
  const [stale, sixth] = [
    await ledger.prepare(anchorOf(treeOf(11), 6, head), lab.signer),
    await ledger.prepare(anchorOf(treeOf(12), 6, head), lab.signer),
  ];
  for (const one of [sixth, stale, sixth]) await ledger.submit(one).catch(() => undefined);
}

/** An anchor that one organisation endorsed: ordered, and invalid by the policy. */
async function loneAnchor(
  network: FabricNetwork,
  { channel, chaincode }: FabricProfile,
  ledger: FabricLedger,
  { lab }: World,
) {
  const { gateway, close } = network.connect('org1', identityOf(lab));
  const command = anchorOf(treeOf(20), 7, await headOf(ledger));
  const options = { arguments: [canonicalText(command as Json), 'lab'], endorsingOrganizations: ['Org1MSP'] };
  const sent = await gateway.getNetwork(channel).getContract(chaincode).submitAsync('ledger:Say', options);
  await sent.getStatus();
  close();
}

function channelOf(profile: FabricProfile, people: World): FabricChannel {
  const home = organisationIn(profile, 'org1');
  const patience = { now: Date.now, pause: () => Promise.resolve() };
  return new FabricChannel({
    gateways: new Gateways(profile, home, Date.now),
    channel: profile.channel,
    chaincode: profile.chaincode,
    home: home.mspId,
    others: [],
    reader: people.operator.signer,
    patience,
    patienceMs: 5_000,
  });
}

async function record(network: FabricNetwork): Promise<unknown> {
  const profile = fabricProfile(network, await network.createChannel('recorded'));
  const other = fabricProfile(network, await network.createChannel('elsewhere'));
  const people = await world(issuedBy(() => Promise.resolve(network)));
  const [ledger, elsewhere] = [await openFounded(profile, people), await openFounded(other, people)];
  await anchors(ledger, people);
  await anchors(elsewhere, people);
  const channel = channelOf(profile, people);
  const answer = async (name: string, args: string[], organisations: string[]) => {
    const transaction = await channel.endorse(people.operator.signer, name, args, { organisations });
    return b64u(envelopeIn(transaction.getBytes()).getPayload_asU8());
  };
  const both = ['Org1MSP', 'Org2MSP'];
  const proof = await ledger.prove(key(2));
  const unordered = await ledger.prepare(anchorOf(treeOf(20), 7, await headOf(ledger)), people.lab.signer);
  await loneAnchor(network, profile, ledger, people);
  const height = (await ledger.head()).height;
  const blocks = await Promise.all(Array.from({ length: height + 1 }, (_, at) => channel.rawBlock(at)));
  return {
    fabric: network.network.fabric,
    trust: { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode },
    proof,
    otherKey: (await ledger.prove(key(3))).document['payload'],
    elsewhere: (await elsewhere.prove(key(2))).document,
    lone: await answer('ledger:Read', [key(2)], ['Org1MSP']),
    absent: await answer('ledger:Read', [key(9)], both),
    listed: await answer('ledger:List', ['anchor/lab/', ''], both),
    unordered: b64u(envelopeIn(unordered.bytes).getPayload_asU8()),
    byClient: byClient(String(proof.document['payload']), people),
    reads: await Promise.all([1, 2, 3, 4, 5, 6].map(async (seq) => (await ledger.prove(key(seq))).document['payload'])),
    blocks: blocks.map(b64u),
    elsewhereAnchor: (await elsewhere.proveChain('lab', 2)).document['anchor'],
    forged: await forgeries(materialOf(network, people, blocks)),
  };
}

function materialOf({ folder }: FabricNetwork, { lab, operator }: World, blocks: readonly Uint8Array[]) {
  const placed = blocks.flatMap((block) => readBlock(block).transactions.map((one) => ({ block, ...one })));
  const anchored = placed.flatMap((one) => {
    try {
      const { args } = readEnvelope(one.envelope, 'aggregora');
      const { type, seq } = JSON.parse(args[1] ?? '{}') as { type?: string; seq?: number };
      return type === 'AnchorBatch' && args[2] === 'lab' ? [{ ...one, seq }] : [];
    } catch {
      return [];
    }
  });
  const found = (seq: number, code: number) => {
    const one = anchored.find((anchor) => anchor.seq === seq && anchor.code === code);
    if (one === undefined) throw new Error(`no anchor ${String(seq)} with code ${String(code)} was recorded`);
    return one;
  };
  for (const [seq, code] of [
    [6, 11],
    [6, 9],
    [7, 10],
  ] as const)
    found(seq, code);
  const winner = found(5, 0);
  const forger = ({ ledger: key }: Person): Forger => {
    return { mspId: 'Org1MSP', certificate: pem(key.certificate), key: key.privateKey };
  };
  return {
    ...{ folder, creator: forger(lab), client: forger(operator), anchor: found(2, 0), next: found(3, 0) },
    race: { block: winner.block, index: winner.index, loser: found(5, 11).envelope.serializeBinary() },
  };
}

/** Three anchors ordered by four SmartBFT orderers, and the proof of the second. */
async function recordBft(network: FabricNetwork): Promise<unknown> {
  const profile = fabricProfile(network, await network.createChannel('recorded'));
  const people = await world(issuedBy(() => Promise.resolve(network)));
  const ledger = await openFounded(profile, people);
  for (const [command, by] of foundation(people).slice(0, 2)) await say(ledger, command, by.signer);
  for (const seq of [1, 2, 3]) await say(ledger, anchorOf(treeOf(seq), seq, await headOf(ledger)), people.lab.signer);
  const trust = { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode };
  return { trust, proof: await ledger.proveChain('lab', 2) };
}

/** The genuine answer with a client's signature in the second endorser's place. */
function byClient(payload: string, { operator }: World): string {
  return withEndorsements(payload, ([first], signedPayload) => {
    const identity = new msp.SerializedIdentity();
    identity.setMspid('Org1MSP');
    identity.setIdBytes(Buffer.from(pem(operator.ledger.certificate)));
    const endorser = identity.serializeBinary();
    const bytes = Buffer.concat([signedPayload, endorser]);
    const raw = sign('sha256', bytes, { key: operator.ledger.privateKey, dsaEncoding: 'ieee-p1363' });
    const forged = new peer.Endorsement();
    forged.setEndorser(endorser);
    forged.setSignature(derOf(toLowS(raw)));
    return first === undefined ? [] : [first, forged];
  });
}

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

async function on(shape: Partial<NetworkShape>, work: (network: FabricNetwork) => Promise<unknown>): Promise<unknown> {
  const network = await startNetwork(shape);
  try {
    return await work(network);
  } finally {
    await network.down(true);
  }
}

void (async () => {
  const raft = await on({}, record);
  const bft = await on({ consensus: 'bft', orderers: 4 }, recordBft);
  writeFileSync(join(__dirname, 'network.json'), `${JSON.stringify({ ...(raft as object), bft }, undefined, 1)}\n`);
})();
