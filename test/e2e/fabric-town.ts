// What must hold of a town whose ledger is a Fabric channel, whoever serves the channel.
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { enrol } from '../../fabric-network/certificates';
import type { Folder } from '../../fabric-network/folder';
import { openFabric, type PeerLedger, peerLedgers } from '../../src/adapters/ledger/choice';
import type { FabricProfile } from '../../src/adapters/ledger/fabric';
import { b64u, canonicalBytes, readCanonical, type Json, type JsonObject } from '../../src/domain/canonical';
import { thumbprint } from '../../src/domain/identity';
import { ledgerKeys } from '../../src/domain/ledger';
import type { Ledger } from '../../src/domain/ledger/port';
import { Refusal } from '../../src/domain/refusals';
import { HeightKeeper } from '../../src/exchange/ledger/height-keeper';
import { LEDGER } from '../../src/exchange/ledger/tokens';
import type { Office } from '../../src/sdk/office';
import { verifyOnline } from '../../src/sdk/verify/online';
import { type AuditTrust, fetchTrust } from '../../src/sdk/verify/trust';
import { verifyOffline } from '../../src/sdk/verify/verify';
import { ledgerSigner } from '../../src/wire';
import { groupView } from '../../src/sdk/desk/view';
import { asking, type OnLedger, OPERATOR, openTown, type Town } from '../support/town';

/** Who serves the channel. */
export interface Served {
  readonly profile: FabricProfile;
  readonly folder: Folder;
  stop(): Promise<unknown>;
}

const now = () => Date.now();

/** The operator's organisation, that of the traders, and the one that looks on. */
function organisationOf(participant: string): string {
  if (participant === OPERATOR) return 'org1';
  return ['north', 'south', 'planner', 'rival'].includes(participant) ? 'org2' : 'org3';
}

function on(served: Served): OnLedger {
  const file = served.folder.at('town-profile.json');
  writeFileSync(file, JSON.stringify(served.profile));
  return {
    choice: { LEDGER: 'fabric', FABRIC_PROFILE: file },
    ledgerKey: async (participant) => {
      const role = participant === OPERATOR ? 'operator' : 'participant';
      const attributes = { role, use: 'ledger' } as const;
      const issued = await enrol(served.folder, organisationOf(participant), participant, attributes, now());
      const certificate = b64u(new Uint8Array(new X509Certificate(issued.certificate).raw));
      return { privateKey: issued.privateKey, certificate };
    },
  };
}

type Bundle = Record<'searcher' | 'owner', JsonObject & { readonly anchor: JsonObject }> & JsonObject;
const opened = (bytes: Uint8Array) => readCanonical(bytes) as unknown as Bundle;
const closed = (bundle: object) => canonicalBytes(bundle as Json);

/** One town for all promises; `serve` is called once. `ordered`: orderers sign its blocks, which a stand-in's nobody does. */
export function describeFabricTown(name: string, ordered: boolean, serve: () => Promise<Served>): void {
  describe(`a town on ${name}`, () => {
    let served: Served;
    let town: Town;
    let office: Office;
    let bundle: Uint8Array;
    let trust: AuditTrust;
    let group: string;
    const chosen = () => on(served);

    beforeAll(async () => {
      served = await serve();
      town = await openTown(chosen());
      office = town.office('planner');
      ({ group } = await office.ask(asking({ minAge: 16 })));
      for (let tries = 0; tries < 300 && office.book.all().some(({ owner }) => owner === undefined); tries += 1) {
        await office.advance();
        await new Promise((done) => setTimeout(done, 100));
      }
      const [record] = office.book.all();
      bundle = await office.evidence(record?.xid ?? '');
      trust = await fetchTrust(office.exchange, OPERATOR);
    });
    let stopped = false;
    const stop = async () => {
      if (stopped) return;
      stopped = true;
      await town.stop();
      await served.stop();
    };
    afterAll(stop);

    const peers = (): readonly PeerLedger[] =>
      peerLedgers(chosen().choice, { exchangeUrl: town.url, signer: ledgerSigner(town.keys('planner')), now });

    test('a receipt is FINAL, and both anchors have a block and a transaction', async () => {
      const { records } = await groupView(office, group, () => undefined);
      expect(records).toMatchObject([{ state: 'FINAL', status: 'ANSWERED' }]);
      const place = { height: expect.any(Number) as number, tx: expect.stringMatching(/^[0-9a-f]{64}$/) as string };
      expect(records[0]?.anchors).toMatchObject({ own: place, owner: place });
    });

    test('the auditor verifies offline with the genesis hash, two names, and who belongs where', () => {
      expect(trust).toMatchObject({ kind: 'fabric', channel: 'aggregora', chaincode: 'aggregora', agree: 2 });
      expect(trust).toHaveProperty('parties', {
        north: 'Org2MSP',
        south: 'Org2MSP',
        planner: 'Org2MSP',
        rival: 'Org2MSP',
      });
      expect(verifyOffline(bundle, trust).code).toBe(0);
      expect(
        Buffer.from(bundle)
          .toString()
          .match(/"genesis"/g),
      ).toHaveLength(1);
    });

    test.each([
      ['another genesis', { genesis: '0'.repeat(64) }],
      ['another channel', { channel: 'elsewhere' }],
      ['another chaincode', { chaincode: 'other' }],
      ['more organisations than there are', { agree: 4 }],
      ['no word on a party', { parties: { north: 'Org2MSP' } }],
    ])('trusting %s nothing on the ledger is believed', (_, change) => {
      expect(verifyOffline(bundle, { ...trust, ...change } as AuditTrust).code).toBe(15);
    });

    test('the peers of all organisations say the same', async () => {
      const asked = peers();
      const verdict = await verifyOnline(bundle, trust, asked);
      expect(verdict.code).toBe(0);
      expect(verdict.checks.at(-1)).toMatchObject({ name: 'PEERS', holds: true, note: 'org1, org2, org3' });
      await Promise.all(asked.map(({ ledger }) => ledger.close()));
    });

    test('a peer that says otherwise, a revocation that a peer knows, and too few peers are three different ends', async () => {
      const asked = peers();
      const [first, ...others] = asked as [PeerLedger, ...PeerLedger[]];
      const liar = (key: RegExp, value: object): PeerLedger => ({
        ...first,
        ledger: {
          ...first.ledger,
          read: async (wanted) => {
            const entry = (await first.ledger.read(wanted)) ?? { key: wanted, value: {}, height: 1, index: 0 };
            return key.test(wanted) ? { ...entry, value: { ...entry.value, ...value } } : first.ledger.read(wanted);
          },
        },
      });
      const lied = await verifyOnline(bundle, trust, [liar(/^anchor\/planner/, { size: 1 }), ...others]);
      expect(lied.code).toBe(24);
      const certificate = thumbprint(town.keys('planner').receipt.certificate);
      const revoked = new RegExp(ledgerKeys.revocation(certificate));
      expect((await verifyOnline(bundle, trust, [liar(revoked, { invalidFrom: 0 }), ...others])).code).toBe(15);
      const away = {
        organisation: 'gone',
        ledger: { ...first.ledger, read: () => Promise.reject(new Refusal('LEDGER_DOWN')) },
      };
      await expect(verifyOnline(bundle, trust, [first, away])).rejects.toMatchObject({ code: 'LEDGER_DOWN' });
      await Promise.all(asked.map(({ ledger }) => ledger.close()));
    });

    const alone = ordered
      ? 'an anchor in a block alone is ORDERED, code 23; with a read by the organisations it is VALID'
      : 'a block that no orderer signed proves nothing, code 18';
    test(alone, async () => {
      const signer = ledgerSigner(town.keys('planner'));
      const ledger = await openFabric(chosen().choice, signer, now);
      const shown = opened(bundle);
      const { seq } = shown.searcher['head'] as { seq: number };
      const { kind, document } = await ledger.proveChain('planner', seq);
      await ledger.close();
      const { read, next: _, ...block } = document;
      const having = (own: object) =>
        closed({ ...shown, searcher: { ...shown.searcher, anchor: { kind, document: own } } });
      const codes = [block, { ...block, read }].map((own) => verifyOffline(having(own), trust).code);
      expect(codes).toEqual(ordered ? [23, 0] : [18, 18]);
    });

    test('the exchange prepares and sends nothing for others: everybody signs at a peer', async () => {
      const command = { type: 'RecordHash', stream: 's', id: 'i', hash: '0'.repeat(64) };
      const certificate = thumbprint(town.keys('planner').ledger.certificate);
      const ask = (path: string, json: object) =>
        office.exchange.json(`/v1/ledger/${path}`, { open: true, json: json as Json });
      await expect(ask('prepare', { command, by: 'planner', certificate })).rejects.toMatchObject({
        code: 'LEDGER_SIGNED_AT_PEER',
      });
      await expect(ask('submit', { bytes: 'AA', signature: 'A'.repeat(86) })).rejects.toMatchObject({
        code: 'LEDGER_SIGNED_AT_PEER',
      });
    });

    test('the exchange keeps the record of heights, once for what was added', async () => {
      const keeper = town.exchange.app.get(HeightKeeper);
      // At the exchange's own peer: the searcher's may be a block behind it, or ahead.
      const own = town.exchange.app.get<Ledger>(LEDGER);
      const height = async () => (await own.head()).height;
      const note = { type: 'RecordHash', stream: 'note', id: 'height', hash: '0'.repeat(64) } as const;
      const signer = ledgerSigner(town.keys('planner'));
      const { height: before } = await own.submit(await own.prepare(note, signer));
      await keeper.keep();
      expect(await height()).toBeGreaterThan(before);
      const after = await height();
      await keeper.keep();
      expect((await height()) - after).toBeLessThanOrEqual(1); // A heartbeat of a data end may have come between.
    });

    test('fsck finds stored trees as anchored, and says when a stored leaf is another', async () => {
      const clean = await town.desk<{ fault: string | null; anchors: number }>('north', 'fsck');
      expect(clean).toMatchObject({ participant: 'north', fault: null });
      expect(clean.anchors).toBeGreaterThan(0);
      const { database } = town.dataEnd('north');
      await database.query(`UPDATE leaves SET bytes = set_byte(bytes, 5, get_byte(bytes, 5) # 1) WHERE index = 0`);
      expect(await town.desk('north', 'fsck')).toMatchObject({ fault: expect.stringContaining('of root') as string });
      await database.query(`UPDATE leaves SET bytes = set_byte(bytes, 5, get_byte(bytes, 5) # 1) WHERE index = 0`);
    });

    test('with everything down the evidence verifies all the same; asking peers then says that they are away', async () => {
      const asked = peers();
      await Promise.all(asked.map(({ ledger }) => ledger.head()));
      await stop();
      expect(verifyOffline(bundle, trust).code).toBe(0);
      await expect(verifyOnline(bundle, trust, asked)).rejects.toMatchObject({ code: 'LEDGER_DOWN' });
      await Promise.all(asked.map(({ ledger }) => ledger.close()));
    });
  });
}
