// What only a real network can show: proofs by its peers with one away, events over a restart, many at once, and figures.
import { StatusCode } from '@hyperledger/fabric-gateway';
import { again } from '../../fabric-network/channels';
import type { FabricNetwork } from '../../fabric-network/network';
import { describeFabric } from '../support/fabric';
import { openFabricLedger, type FabricLedger, type FabricProfile } from '../../src/adapters/ledger/fabric';

import { canonicalText, type Json } from '../../src/domain/canonical';
import { ledgerKeys, type Anchor, type Command } from '../../src/domain/ledger';
import { verifyFabricProof } from '../../src/domain/ledger/fabric-proof';
import { leafHash, Tree } from '../../src/domain/merkle';
import { anchorOf, say } from './ledger';
import { fabricProfile, identityOf, issuedBy, openFounded, proofMustHold, startNetwork } from './ledger-fabric-places';
import { foundation, hashOf, world, type World } from './ledger-world';

jest.setTimeout(180_000);

describeFabric('the Fabric ledger on a real network', () => {
  let fabric: FabricNetwork;
  let people: World;
  let ledger: FabricLedger;
  let profile: FabricProfile;
  const figures: string[] = [];

  beforeAll(async () => {
    fabric = await startNetwork();
    people = await world(issuedBy(() => Promise.resolve(fabric)));
    profile = fabricProfile(fabric, await fabric.createChannel('alone'));
    ledger = await openFounded(profile, people);
    for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
  });
  afterAll(async () => {
    if (figures.length > 0) process.stderr.write(`fabric ledger: ${figures.join('; ')}\n`);
    await ledger.close();
    await fabric.down(true);
  });

  const note = (id: string): Command => ({ type: 'RecordHash', stream: 'n', id, hash: hashOf(id) });

  test('an anchor is proved by three organisations, and by two while one peer is away', async () => {
    await say(ledger, anchorOf(Tree.of([leafHash(Buffer.from('leaf'))]), 1), people.lab.signer);
    const key = ledgerKeys.anchor('lab', 1);
    const from = performance.now();
    const whole = await proofMustHold(ledger, profile, key);
    figures.push(`receipt made and checked in ${(performance.now() - from).toFixed(0)} ms`);
    expect(whole.organisations).toHaveLength(3);
    const trust = { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode };
    const chained = verifyFabricProof(await ledger.proveChain('lab', 1), { ...trust, minimum: 2, excluded: [] });
    expect(chained).toMatchObject({ verdict: 'VALID', key, height: whole.height, index: whole.index });
    await fabric.kill('peer-org2');
    const proof = await ledger.prove(key);
    await fabric.start('peer-org2');
    expect(proof.kind).toBe('fabric-receipt');
  });

  test('an anchor without an organisation that may be neutral is ordered, and is nothing', async () => {
    const head = (await ledger.read(ledgerKeys.anchorHead('lab')))?.value as Anchor;
    const tree = Tree.of(['leaf', 'more'].map((text) => leafHash(Buffer.from(text))));
    const command = anchorOf(tree, head.seq + 1, head);
    const { mspId, certificate, privateKey } = identityOf(people.lab);
    const { gateway, close } = fabric.connect('org1', { mspId, certificate, privateKey });
    const contract = gateway.getNetwork(profile.channel).getContract(profile.chaincode);
    const both = ['Org1MSP', 'Org2MSP'];
    for (const organisations of [both.slice(0, 1), both]) {
      const options = { arguments: [canonicalText(command as Json), 'lab'], endorsingOrganizations: organisations };
      const sent = await again(() => contract.submitAsync('ledger:Say', options), 20_000); // org2's peer came back just now
      expect((await sent.getStatus()).code).toBe(StatusCode.ENDORSEMENT_POLICY_FAILURE);
    }
    close();
    expect((await ledger.read(ledgerKeys.anchorHead('lab')))?.value).toEqual(head);
    await say(ledger, command, people.lab.signer); // by all three, as the gateway's own plan has it
    const proof = await ledger.proveChain('lab', head.seq + 1);
    const trust = { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode };
    const neutral = verifyFabricProof(proof, { ...trust, minimum: 1, excluded: both });
    expect(neutral.organisations).toHaveLength(3);
  });

  test('forty at once land once each', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `many-${String(at)}`);
    const from = performance.now();
    const places = await Promise.all(ids.map((id) => say(ledger, note(id), people.lab.signer)));
    const seconds = (performance.now() - from) / 1000;
    figures.push(`${(ids.length / seconds).toFixed(1)} tx/s with 40 in flight`);
    expect(new Set(places.map(({ id }) => id)).size).toBe(ids.length);
    expect(await ledger.list('hash/n/lab/many-', '', 100)).toHaveLength(ids.length);
  });

  test('orderer killed with twelve in flight: the same bytes land once each', async () => {
    const ids = Array.from({ length: 12 }, (_, at) => `flight-${String(at)}`);
    const signed = await Promise.all(ids.map((id) => ledger.prepare(note(id), people.lab.signer)));
    const sending = Promise.all(signed.map((one) => ledger.submit(one)));
    await fabric.kill('orderer-1');
    await fabric.start('orderer-1');
    const places = await sending;
    expect(await Promise.all(signed.map((one) => ledger.submit(one)))).toEqual(places);
    expect(await ledger.list('hash/n/lab/flight-', '', 100)).toHaveLength(ids.length);
  });

  test('the chaincode killed: the next command waits for it', async () => {
    await fabric.kill('chaincode');
    const saying = say(ledger, note('after-chaincode'), people.lab.signer);
    await fabric.start('chaincode');
    expect((await saying).height).toBeGreaterThan(0);
  });

  test('events are followed once each over a restart of the gateway peer', async () => {
    const [{ height }, end, heard] = [await ledger.head(), new AbortController(), [] as string[]];
    const ids = ['e-1', 'e-2', 'e-3', 'e-4'];
    const following = (async () => {
      for await (const { key } of ledger.follow({ height, index: 99 }, end.signal)) {
        heard.push(key);
        if (heard.length === ids.length) end.abort();
      }
    })();
    for (const id of ids.slice(0, 2)) await say(ledger, note(id), people.lab.signer);
    await fabric.kill('peer-org1');
    await fabric.start('peer-org1');
    for (const id of ids.slice(2)) await say(ledger, note(id), people.lab.signer);
    await following;
    expect(heard).toEqual(ids.map((id) => `hash/n/lab/${id}`));
  });

  test('a participant opens the ledger from the files of the network, at its own peer', async () => {
    await fabric.enrol('org2', 'city-two', { role: 'owner', use: 'ledger' });
    const opened = await openFabricLedger(fabric.folder.profileFile, {
      organisation: 'org2',
      participant: 'city-two',
      use: 'ledger',
      now: () => Date.now(),
    });
    expect((await opened.ledger.head()).height).toBeGreaterThan(0);
    expect(opened.signer.participant).toBe('city-two');
    await opened.ledger.close();
  });

  test('one after another: how long a command takes', async () => {
    const times: number[] = [];
    for (let n = 0; n < 15; n += 1) {
      const from = performance.now();
      await say(ledger, note(`time-${String(n)}`), people.lab.signer);
      times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    figures.push(
      `said in p50 ${(times[7] ?? 0).toFixed(0)} ms, worst ${(times[14] ?? 0).toFixed(0)} ms (blocks every 20 ms)`,
    );
  });
});
