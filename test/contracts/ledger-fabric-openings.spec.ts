// Openings for auditors on a real network: kept at the auditor's organisation alone, read by the appointed auditor alone, hashed with salt.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FabricNetwork } from '../../fabric-network/network';
import { seatsOf, ledgerFolder } from '../../fabric-network/plan';
import { fabricLedger, type FabricLedger, type FabricProfile } from '../../src/adapters/ledger/fabric';
import { b64u, canonicalBytes, fromB64u, hex, sha256, utf8 } from '../../src/domain/canonical';
import { openingKey, type Opening } from '../../src/domain/ledger';
import { commitmentOf } from '../../src/domain/receipts';
import { describeFabric } from '../support/fabric';
import { say } from './ledger';
import { fabricProfile, identityOf, issuedBy, openFounded, startNetwork } from './ledger-fabric-places';
import { foundation, hashOf, person, world, type MakeKey, type Person, type World } from './ledger-world';

jest.setTimeout(180_000);

const code = (name: string) => expect.objectContaining({ code: name }) as unknown;
const AUDITORS = 'Org3MSP';

describeFabric('openings for auditors on a real network', () => {
  let fabric: FabricNetwork;
  let people: World;
  let clerk: Person;
  let profile: FabricProfile;
  /** Each at its own organisation's peer: city in org1, lab in org2, the auditor and a clerk beside it in org3. */
  let at: Record<'city' | 'lab' | 'court' | 'clerk', FabricLedger>;
  const secret = `the answer was ${randomBytes(24).toString('hex')}`;
  const opening = (change: Partial<Opening> = {}): Opening => ({
    ...{ v: 1, appointment: 'case-1', xid: 'x-1', part: 'answer' },
    ...{ salt: b64u(randomBytes(32)), bytes: b64u(utf8(secret)), ...change },
  });
  const shown = opening();
  const keyOfShown = openingKey(shown, 'city');

  beforeAll(async () => {
    fabric = await startNetwork();
    const homes: Record<string, string> = { lab: 'org2', court: 'org3', clerk: 'org3' };
    const key: MakeKey = (name, role) => issuedBy(() => Promise.resolve(fabric), homes[name] ?? 'org1')(name, role);
    people = await world(key);
    clerk = await person('clerk', ['auditor'], 'court', key);
    profile = fabricProfile(fabric, await fabric.createChannel('openings'));
    const city = await openFounded(profile, people);
    const open = (organisation: string, { signer }: Person) =>
      fabricLedger({ profile, organisation, identity: signer, now: Date.now });
    for (const [command, by] of foundation(people).slice(0, 5)) await say(city, command, by.signer);
    await say(city, clerk.registration, people.operator.signer);
    for (const appointment of ['case-1', 'case-2']) {
      const bare = {
        type: 'AppointAuditor',
        appointment,
        auditor: 'court',
        scope: hashOf('s'),
        from: 1,
        until: 9,
      } as const;
      await say(city, { ...bare, approvals: [people.city.approves(bare as never)] }, people.operator.signer);
    }
    at = {
      city,
      lab: await open('org2', people.lab),
      court: await open('org3', people.auditor),
      clerk: await open('org3', clerk),
    };
  });
  afterAll(async () => {
    for (const ledger of Object.values(at)) await ledger.close();
    await fabric.down(true);
  });

  const disclose = (one: Opening) => at.city.openings(AUDITORS).disclose(one, people.city.signer);

  test('the owner opens a part, and the auditor reads it and finds the part’s commitment', async () => {
    const { key, height } = await disclose(shown);
    expect(key).toBe(keyOfShown);
    expect(height).toBeGreaterThan(0);
    const read = await at.court.openings(AUDITORS).read(key, people.auditor.signer);
    expect(read).toEqual(shown);
    const commitment = commitmentOf('answer', fromB64u(shown.salt), utf8(secret));
    expect(commitmentOf('answer', fromB64u(read?.salt ?? ''), fromB64u(read?.bytes ?? ''))).toEqual(commitment);
  });

  test('every member can hold the auditor to it: the channel has the hash of those very bytes', async () => {
    const hash = await at.lab.openings(AUDITORS).hash(keyOfShown, people.lab.signer);
    expect(hex(hash ?? new Uint8Array())).toBe(hex(sha256(canonicalBytes(shown))));
  });

  test('a foreign organisation cannot read it: not at its own peer, and not at the auditor’s', async () => {
    const own = at.lab.openings(AUDITORS).read(keyOfShown, people.lab.signer);
    await expect(own).rejects.toEqual(code('LEDGER_CERTIFICATE_FOREIGN'));
    const elsewhere = await at.lab.openings('Org2MSP').hash(keyOfShown, people.lab.signer);
    expect(elsewhere).toBeUndefined();
    const { gateway, close } = fabric.connect('org3', identityOf(people.lab, 'Org2MSP'));
    const contract = gateway.getNetwork(profile.channel).getContract(profile.chaincode);
    for (const claimed of ['lab', 'court'])
      await expect(contract.evaluateTransaction('openings:Read', AUDITORS, keyOfShown, claimed)).rejects.toThrow(
        /LEDGER_CERTIFICATE_FOREIGN|access denied/,
      );
    close();
  });

  test('in the auditor’s own organisation only the appointed may', async () => {
    const read = at.clerk.openings(AUDITORS).read(keyOfShown, clerk.signer);
    await expect(read).rejects.toEqual(code('LEDGER_OPENING_FOREIGN'));
    const posing = { ...clerk.signer, participant: 'court' };
    await expect(at.clerk.openings(AUDITORS).read(keyOfShown, posing)).rejects.toEqual(
      code('LEDGER_CERTIFICATE_FOREIGN'),
    );
  });

  test('no block and no other peer’s disk holds the content; the auditor’s peer does', async () => {
    const { height } = await at.city.head();
    const { gateway, close } = fabric.connect('org1', identityOf(people.city));
    const qscc = gateway.getNetwork(profile.channel).getContract('qscc');
    const needles = [secret, b64u(utf8(secret)), shown.salt, shown.xid, hex(sha256(utf8(secret)))];
    for (let n = 1; n <= height; n += 1) {
      const block = Buffer.from(await qscc.evaluateTransaction('GetBlockByNumber', profile.channel, String(n)));
      for (const needle of needles) expect(block.includes(needle)).toBe(false);
    }
    close();
    const holders = seatsOf(fabric.network.shape)
      .filter((seat) => seat.kind !== 'chaincode' && holds(ledgerFolder(fabric.folder, seat), b64u(utf8(secret))))
      .map(({ name }) => name);
    expect(holders).toEqual(['peer-org3']);
  });

  test('the salt makes two openings of one content two different hashes', async () => {
    const same = opening({ xid: 'x-2' });
    const { key } = await disclose(same);
    const hashes = await Promise.all(
      [keyOfShown, key].map((one) => at.lab.openings(AUDITORS).hash(one, people.lab.signer)),
    );
    expect(new Set(hashes.map((hash) => hex(hash ?? new Uint8Array()))).size).toBe(2);
  });

  test.each<[string, () => Opening, string]>([
    ['the same part again', () => opening(), 'LEDGER_ALREADY_RECORDED'],
    ['no salt', () => opening({ xid: 'x-3', salt: '' }), 'LEDGER_COMMAND_UNKNOWN'],
    ['a short salt', () => opening({ xid: 'x-3', salt: b64u(randomBytes(16)) }), 'LEDGER_COMMAND_UNKNOWN'],
    ['a field nobody knows', () => ({ ...opening({ xid: 'x-3' }), rows: 1 }) as Opening, 'LEDGER_COMMAND_UNKNOWN'],
    ['for an office that is not', () => opening({ appointment: 'case-9' }), 'LEDGER_APPOINTMENT_UNKNOWN'],
  ])('%s is refused', async (_, one, as) => {
    await expect(disclose(one())).rejects.toEqual(code(as));
  });

  test('nobody writes into the auditor’s collection without the auditor’s organisation', async () => {
    const { gateway, close } = fabric.connect('org1', identityOf(people.city));
    const contract = gateway.getNetwork(profile.channel).getContract(profile.chaincode);
    const one = opening({ xid: 'x-4' });
    const sent = await contract.submitAsync('openings:Disclose', {
      arguments: [AUDITORS, 'city'],
      transientData: { opening: canonicalBytes(one) },
      endorsingOrganizations: ['Org1MSP', 'Org2MSP'],
    });
    expect((await sent.getStatus()).successful).toBe(false);
    close();
    expect(await at.lab.openings(AUDITORS).hash(openingKey(one, 'city'), people.lab.signer)).toBeUndefined();
  });

  test('only its author or the auditor destroys it; then nobody has it', async () => {
    await expect(at.lab.openings(AUDITORS).forget(keyOfShown, people.lab.signer)).rejects.toEqual(
      code('LEDGER_OPENING_FOREIGN'),
    );
    await at.city.openings(AUDITORS).forget(keyOfShown, people.city.signer);
    expect(await at.court.openings(AUDITORS).read(keyOfShown, people.auditor.signer)).toBeUndefined();
    expect(await at.lab.openings(AUDITORS).hash(keyOfShown, people.lab.signer)).toBeUndefined();
  });

  test('when the office has ended nothing is opened or read any more', async () => {
    const late = opening({ appointment: 'case-2', xid: 'x-5' });
    const { key } = await disclose(late);
    await say(at.city, { type: 'EndAppointment', appointment: 'case-2' }, people.operator.signer);
    await expect(at.court.openings(AUDITORS).read(key, people.auditor.signer)).rejects.toEqual(
      code('LEDGER_APPOINTMENT_ENDED'),
    );
    await expect(disclose({ ...late, xid: 'x-6' })).rejects.toEqual(code('LEDGER_APPOINTMENT_ENDED'));
    await at.court.openings(AUDITORS).forget(key, people.auditor.signer);
  });
});

/** Whether any file below this folder contains the text. */
const holds = (folder: string, text: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text));
