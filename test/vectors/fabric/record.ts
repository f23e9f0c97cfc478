// Records genuine signatures of a real network, and what only its own keys can forge, into network.json.
import { sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { msp, peer } from '@hyperledger/fabric-protos';
import type { FabricNetwork } from '../../../fabric-network/network';
import type { FabricLedger, FabricProfile } from '../../../src/adapters/ledger/fabric';
import { FabricChannel } from '../../../src/adapters/ledger/fabric/channel';
import { Gateways } from '../../../src/adapters/ledger/fabric/gateways';
import { envelopeIn } from '../../../src/adapters/ledger/fabric/messages';
import { organisationIn } from '../../../src/adapters/ledger/fabric/profile';
import { b64u } from '../../../src/domain/canonical';
import { toLowS } from '../../../src/domain/identity';
import { ledgerKeys, type Anchor } from '../../../src/domain/ledger';
import { derOf } from '../../../src/domain/ledger/fabric-proof';
import { leafHash, Tree } from '../../../src/domain/merkle';
import { anchorOf, say } from '../../contracts/ledger';
import { fabricProfile, issuedBy, openFounded, startNetwork } from '../../contracts/ledger-fabric-places';
import { foundation, world, type World } from '../../contracts/ledger-world';
import { withEndorsements } from './rewrite';

const treeOf = (size: number) => Tree.of(Array.from({ length: size }, (_, n) => leafHash(Buffer.from(String(n)))));
const key = (seq: number) => ledgerKeys.anchor('lab', seq);

async function anchors(ledger: FabricLedger, people: World): Promise<void> {
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
  let before: Anchor | undefined;
  for (const [at, size] of [1, 3, 3, 7].entries()) {
    await say(ledger, anchorOf(treeOf(size), at + 1, before), people.lab.signer);
    before = (await ledger.read(ledgerKeys.anchorHead('lab')))?.value as Anchor;
  }
  // Two batchers at once: one block, one winner, one loser whose transaction is ordered all the same.
  const rivals = [8, 9].map((size) => ledger.prepare(anchorOf(treeOf(size), 5, before), people.lab.signer));
  await Promise.allSettled((await Promise.all(rivals)).map((one) => ledger.submit(one)));
  before = (await ledger.read(ledgerKeys.anchorHead('lab')))?.value as Anchor;
  await say(ledger, anchorOf(treeOf(12), 6, before), people.lab.signer);
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
  const head = (await ledger.read(ledgerKeys.anchorHead('lab')))?.value as Anchor;
  const unordered = await ledger.prepare(anchorOf(treeOf(20), 7, head), people.lab.signer);
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
  };
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

void (async () => {
  const network = await startNetwork();
  try {
    writeFileSync(join(__dirname, 'network.json'), `${JSON.stringify(await record(network), undefined, 1)}\n`);
  } finally {
    await network.down(true);
  }
})();
