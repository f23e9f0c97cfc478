// The Fabric client against a stand-in that misbehaves: each row of the retry table, and what a certificate may not do.
import { status } from '@grpc/grpc-js';
import { fabricLedger, found, signerWith, type FabricLedger } from '../../src/adapters/ledger/fabric';
import type { Command } from '../../src/domain/ledger';
import { hex } from '../../src/domain/canonical';
import { leafHash } from '../../src/domain/merkle';
import { issue } from '../../fabric-network/certificates';
import { type Fault, StandIn } from '../support/stand-in';
import { say } from './ledger';
import { issuedBy, keyIn, openFounded, proofMustHold } from './ledger-fabric-places';
import { foundation, hashOf, keyOf, person, signerOf, world, type World } from './ledger-world';

let standIn: StandIn;
let people: World;
let ledger: FabricLedger;

beforeAll(async () => {
  standIn = await StandIn.start();
  people = await world(issuedBy(() => Promise.resolve(standIn)));
  ledger = await openFounded(standIn.profile, people, {
    kind: 'stand-in',
    patienceMs: 2_000,
    deadlines: { commitStatus: 400 },
  });
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
});
afterAll(async () => {
  await ledger.close();
  standIn.stop();
});

let count = 0;
const note = (): Command => {
  count += 1;
  return { type: 'RecordHash', stream: 'n', id: `n-${String(count)}`, hash: hashOf('n') };
};
const code = (name: string) => expect.objectContaining({ code: name }) as unknown;
const { UNAVAILABLE, FAILED_PRECONDITION, ABORTED, DEADLINE_EXCEEDED } = status;

// `orFound`: one submission less when the block was cut before it was looked for.
test.each<[string, Fault[], { endorse: number; submit: number; orFound?: true }]>([
  ['nothing goes wrong', [], { endorse: 1, submit: 1 }],
  ['no peer is there', [{ call: 'endorse', code: UNAVAILABLE, times: 3 }], { endorse: 4, submit: 1 }],
  ['no endorsement plan yet', [{ call: 'endorse', code: FAILED_PRECONDITION, times: 2 }], { endorse: 3, submit: 1 }],
  ['endorsers disagree', [{ call: 'endorse', code: ABORTED }], { endorse: 2, submit: 1 }],
  ['the orderer is away', [{ call: 'submit', code: UNAVAILABLE, times: 3 }], { endorse: 1, submit: 4 }],
  ['the orderer acknowledges and forgets', [{ call: 'submit', forget: true }], { endorse: 1, submit: 2 }],
  ['the commit status never comes', [{ call: 'commitStatus', hang: true }], { endorse: 1, submit: 1 }],
  [
    'the commit status fails',
    [{ call: 'commitStatus', code: DEADLINE_EXCEEDED }],
    { endorse: 1, submit: 2, orFound: true },
  ],
])('%s: the command lands once', async (_, faults, calls) => {
  const [command, before, { height }] = [note(), { ...standIn.calls }, await ledger.head()];
  standIn.next(...faults);
  const committed = await say(ledger, command, people.lab.signer);
  expect(standIn.calls.endorse - before.endorse).toBe(calls.endorse);
  const submits = standIn.calls.submit - before.submit;
  expect(calls.orFound === true ? [calls.submit, calls.submit - 1] : [calls.submit]).toContain(submits);
  expect(await ledger.status(committed.id)).toEqual(committed);
  expect(await ledger.events(height)).toHaveLength(1);
});

test.each([1, 100])(
  'the acknowledgement is lost %i time(s), as SmartBFT refuses what it has ordered: it is found',
  async (times) => {
    const command = note();
    standIn.next({ call: 'submit', code: UNAVAILABLE, after: true, times });
    const committed = await say(ledger, command, people.lab.signer);
    standIn.forgive();
    expect(await ledger.status(committed.id)).toEqual(committed);
    expect(await ledger.events(committed.height - 1)).toHaveLength(1);
  },
);

test('another organisation that lags only delays', async () => {
  await say(ledger, note(), people.lab.signer);
  const fresh = await person(
    'late',
    ['trader'],
    'late',
    issuedBy(() => Promise.resolve(standIn)),
  );
  await say(ledger, fresh.registration, people.operator.signer);
  standIn.next({ call: 'endorse', lag: true });
  expect(await say(ledger, note(), fresh.signer)).toMatchObject({ index: 0 });
});

test('a rule that says no is final: one proposal, no retry, and a look at how far the two other members are', async () => {
  const command = note();
  await say(ledger, command, people.lab.signer);
  const before = standIn.calls.endorse;
  await expect(ledger.prepare(command, people.lab.signer)).rejects.toEqual(code('LEDGER_ALREADY_RECORDED'));
  expect(standIn.calls.endorse - before).toBe(1 + 2);
});

test('an endorsement that does not suffice must be made anew', async () => {
  standIn.next({ call: 'endorse', single: true });
  const command = note();
  await expect(say(ledger, command, people.lab.signer)).rejects.toMatchObject({
    code: 'LEDGER_CONFLICT',
    details: { code: 10 },
  });
  await say(ledger, command, people.lab.signer);
});

test('when patience ends it is LEDGER_DOWN, and the same bytes land later, once', async () => {
  standIn.next({ call: 'endorse', code: UNAVAILABLE, times: 100 });
  await expect(ledger.prepare(note(), people.lab.signer)).rejects.toEqual(code('LEDGER_DOWN'));
  standIn.forgive();
  const transaction = await ledger.prepare(note(), people.lab.signer);
  standIn.next({ call: 'submit', code: UNAVAILABLE, times: 100 });
  await expect(ledger.submit(transaction)).rejects.toEqual(code('LEDGER_DOWN'));
  standIn.forgive();
  const landed = await ledger.submit(transaction);
  expect(await ledger.submit(transaction)).toEqual(landed);
});

describe('certificates', () => {
  const opened = (certificate: Awaited<ReturnType<typeof keyOf>>, participant = 'city') =>
    signerWith(participant, certificate.certificate, certificate.privateKey);

  test.each([
    ['for receipts', { role: 'owner', use: 'receipt' as const }, 3600_000],
    ['that has expired', { role: 'owner', use: 'ledger' as const }, -1_000],
  ])('one %s says no command', async (_, attributes, leftMs) => {
    const dates = { notBefore: Date.now() - 60_000, notAfter: Date.now() + leftMs };
    const made = await issue(standIn.folder, { organisation: 'org1', participant: 'city', attributes, ...dates });
    await expect(ledger.prepare(note(), opened(keyIn(made)))).rejects.toEqual(code('LEDGER_CERTIFICATE_FOREIGN'));
  });

  test('one of an unknown authority says none either', async () => {
    const made = await keyOf('city');
    await expect(ledger.prepare(note(), signerOf('city', made))).rejects.toEqual(code('LEDGER_CERTIFICATE_FOREIGN'));
  });

  test('nobody founds a founded ledger again, and only an operator founds one', async () => {
    await found(ledger, people.operator.registration, people.operator.signer);
    const other = await StandIn.start({ channel: 'other' });
    const strangers = await world(issuedBy(() => Promise.resolve(other)));
    const { city } = strangers;
    const open = () => openFounded(other.profile, { ...strangers, operator: city });
    await expect(open()).rejects.toEqual(code('LEDGER_ROLE_MISSING'));
    other.stop();
  });

  test('a profile with another genesis is refused', async () => {
    const profile = { ...standIn.profile, genesis: hashOf('other') };
    const options = { profile, organisation: 'org1', identity: people.operator.signer, now: () => Date.now() };
    await expect(fabricLedger(options)).rejects.toEqual(code('LEDGER_CHAIN_FOREIGN'));
  });
});

test('bytes that are no transaction, or not signed, go nowhere', async () => {
  const nothing = { id: 'x', bytes: new Uint8Array([1, 2, 3]) };
  await expect(ledger.submit(nothing)).rejects.toEqual(code('LEDGER_BYTES_UNSOUND'));
});

test('a receipt proves a key offline, and what is not there is not proved', async () => {
  expect(await proofMustHold(ledger, standIn.profile, 'participant/city')).toMatchObject({ key: 'participant/city' });
});

test('a dispute defaults once the clock on record has passed its deadline, and not before', async () => {
  await ledger.tick(people.operator.signer);
  await expect(ledger.tick(people.city.signer)).rejects.toEqual(code('LEDGER_ROLE_MISSING'));
  const { height } = await ledger.head();
  const open = { type: 'OpenDispute', dispute: 'd', against: 'lab', leaf: hex(leafHash(Buffer.from('x'))) } as const;
  await say(ledger, { ...open, deadline: height + 25 }, people.city.signer);
  const close: Command = { type: 'CloseDispute', dispute: 'd' };
  await expect(ledger.prepare(close, people.lab.signer)).rejects.toEqual(code('LEDGER_DISPUTE_EARLY'));
  while ((await ledger.head()).height <= height + 25) await say(ledger, note(), people.lab.signer);
  await ledger.tick(people.operator.signer);
  await say(ledger, close, people.lab.signer);
  expect((await ledger.read('dispute/d'))?.value).toMatchObject({ status: 'defaulted' });
});

test('events are followed once each, over duplicates and a stream that breaks', async () => {
  standIn.duplicateEvents = true;
  const [from, end] = [await ledger.head(), new AbortController()];
  const wanted = [note(), note(), note(), note()];
  const heard: string[] = [];
  const following = (async () => {
    for await (const { key } of ledger.follow({ height: from.height, index: 0 }, end.signal)) {
      heard.push(key);
      if (heard.length === 2) standIn.cutStreams();
      if (heard.length === wanted.length) end.abort();
    }
  })();
  for (const command of wanted) await say(ledger, command, people.lab.signer);
  await following;
  expect(heard).toEqual(wanted.map((command) => `hash/n/lab/${(command as { id: string }).id}`));
});
