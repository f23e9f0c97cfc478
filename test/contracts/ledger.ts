// What every ledger promises, whichever stands behind the port.
import fc from 'fast-check';
import { hex, type JsonObject } from '../../src/domain/canonical';
import {
  anchorHash,
  apply,
  keysOf,
  ledgerKeys,
  type Anchor,
  type Command,
  type CommandOf,
} from '../../src/domain/ledger';
import type { Ledger, LedgerSigner } from '../../src/domain/ledger/port';
import { thumbprint } from '../../src/domain/identity';
import { leafHash, Tree } from '../../src/domain/merkle';
import {
  element,
  foundation,
  hashOf,
  keyOf,
  nameOf,
  permit,
  person,
  signerOf,
  template,
  world,
  type MakeKey,
  type World,
} from './ledger-world';

/** A ledger founded by `world.operator` and nothing else in it. */
export type MakeLedger = (world: World) => Promise<{ ledger: Ledger; close(): Promise<void> }>;

const code = (name: string) => expect.objectContaining({ code: name }) as unknown;

export const say = async (ledger: Ledger, command: Command, signer: LedgerSigner) =>
  ledger.submit(await ledger.prepare(command, signer));

/** The next anchor of a tree after `from` leaves. */
export function anchorOf(tree: Tree, seq: number, before?: Anchor): CommandOf<'AnchorBatch'> {
  const from = before?.size ?? 0;
  return {
    type: 'AnchorBatch',
    seq,
    size: tree.size,
    root: hex(tree.root()),
    consistency: from > 0 && from < tree.size ? tree.consistency(from).map(hex) : [],
    previous: before === undefined ? null : anchorHash(before),
  };
}

const leaf = (n: number) => leafHash(Buffer.from(`leaf ${String(n)}`));
const treeOf = (size: number) => Tree.of(Array.from({ length: size }, (_, n) => leaf(n)));

export function describeLedger(name: string, make: MakeLedger, ledgerKey: MakeKey = keyOf): void {
  describe(`ledger: ${name}`, () => {
    let people: World;
    let ledger: Ledger;
    let close: () => Promise<void>;
    const anchorHead = async (participant: string) =>
      (await ledger.read(ledgerKeys.anchorHead(participant)))?.value as Anchor | undefined;

    beforeAll(async () => {
      people = await world(ledgerKey);
      ({ ledger, close } = await make(people));
      for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
    });
    afterAll(() => close());

    test('what was said can be read, with the place it was written', async () => {
      const committed = await say(ledger, permit('p-read'), people.city.signer);
      const entry = await ledger.read(ledgerKeys.permit('p-read'));
      expect(entry).toMatchObject({ height: committed.height, index: committed.index, value: { status: 'granted' } });
      expect(await ledger.status(committed.id)).toEqual(committed);
      expect(await ledger.read('permit/none')).toBeUndefined();
      expect(await ledger.status(hashOf('never'))).toBeUndefined();
    });

    test('the same bytes sent again stand where they stood', async () => {
      const transaction = await ledger.prepare(permit('p-again'), people.city.signer);
      const [first, second] = await Promise.all([ledger.submit(transaction), ledger.submit(transaction)]);
      expect(second).toEqual(first);
      expect(await ledger.submit(transaction)).toEqual(first);
    });

    test('of two transactions that read the same thing, one lands and the other conflicts for ever', async () => {
      const both = await Promise.all([1, 2].map(() => ledger.prepare(permit('p-race'), people.city.signer)));
      const results = await Promise.allSettled(both.map((transaction) => ledger.submit(transaction)));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [lost] = both.filter((_, at) => results[at]?.status === 'rejected');
      if (lost === undefined) throw new Error('both landed');
      await expect(ledger.submit(lost)).rejects.toEqual(code('LEDGER_CONFLICT'));
      expect(await ledger.status(lost.id)).toBeUndefined();
      await expect(ledger.prepare(permit('p-race'), people.city.signer)).rejects.toEqual(
        code('LEDGER_ALREADY_RECORDED'),
      );
    });

    test('a caller who never saw the answer finds that it landed anyway', async () => {
      const transaction = await ledger.prepare(permit('p-landed'), people.city.signer);
      expect(await ledger.status(transaction.id)).toBeUndefined();
      await ledger.submit(transaction); // and the caller dies here
      expect(await ledger.status(transaction.id)).toMatchObject({ id: transaction.id });
      expect((await ledger.submit(transaction)).id).toBe(transaction.id);
    });

    test('listing walks a prefix in key order', async () => {
      for (const id of ['s-3', 's-1', 's-2']) {
        const command = { type: 'RecordHash', stream: 'walk', id, hash: hashOf(id) } as const;
        await say(ledger, command, people.lab.signer);
      }
      const keys = async (after?: string, limit?: number) =>
        (await ledger.list('hash/walk/', after, limit)).map(({ key }) => key);
      expect(await keys()).toEqual(['hash/walk/lab/s-1', 'hash/walk/lab/s-2', 'hash/walk/lab/s-3']);
      expect(await keys('hash/walk/lab/s-1', 1)).toEqual(['hash/walk/lab/s-2']);
    });

    test('events come in order, and can be taken up again from any height', async () => {
      const { height } = await ledger.head();
      await say(ledger, permit('p-event'), people.city.signer);
      const [event, ...more] = await ledger.events(height);
      expect(event).toMatchObject({ type: 'GrantPermit', key: 'permit/p-event', by: 'city' });
      expect(more).toEqual([]);
      expect(await ledger.events((await ledger.head()).height)).toEqual([]);
      const first = await ledger.events(0, 1);
      expect(new Set(first.map((one) => one.height)).size).toBe(1);
    });

    test.each([
      ['an unknown type', { type: 'Mint' }],
      ['an unknown field', { ...permit('p-x'), rows: 1 }],
      ['an id with a slash', permit('a/b')],
      ['half a number', { ...permit('p-x'), from: 0.5 }],
    ])('%s is refused at the door', async (_, command) => {
      const wrong = command as unknown as Command;
      await expect(ledger.prepare(wrong, people.city.signer)).rejects.toEqual(code('LEDGER_COMMAND_UNKNOWN'));
    });

    test('a foreign certificate, a foreign signature and a stranger are refused', async () => {
      const foreign = signerOf('city', await ledgerKey('city', 'owner'));
      await expect(ledger.prepare(permit('p-f'), foreign)).rejects.toEqual(code('LEDGER_CERTIFICATE_FOREIGN'));
      const forged = { ...people.city.signer, sign: (digest: Uint8Array) => foreign.sign(digest) };
      // A ledger may find this out while preparing already: Fabric's peers check the signature under a proposal.
      await expect(say(ledger, permit('p-f'), forged)).rejects.toEqual(code('LEDGER_SIGNATURE_WRONG'));
      const stranger = await person('stranger', ['owner'], 'stranger', ledgerKey);
      await expect(ledger.prepare(permit('p-f'), stranger.signer)).rejects.toEqual(code('LEDGER_PARTICIPANT_UNKNOWN'));
      await expect(ledger.prepare(stranger.registration, people.city.signer)).rejects.toEqual(
        code('LEDGER_ROLE_MISSING'),
      );
    });

    test('a changed key ends the old one at once', async () => {
      const mover = await person('mover', ['trader'], 'mover', ledgerKey);
      await say(ledger, mover.registration, people.operator.signer);
      const early = await ledger.prepare({ type: 'RecordHash', stream: 'm', id: 'a', hash: hashOf('a') }, mover.signer);
      const next = await ledgerKey('mover', 'trader');
      const change: Command = {
        type: 'ChangeKey',
        participant: 'mover',
        use: 'ledger',
        der: Buffer.from(next.certificate).toString('base64url'),
        previous: thumbprint(mover.ledger.certificate),
      };
      await say(ledger, change, mover.signer);
      await expect(ledger.submit(early)).rejects.toEqual(code('LEDGER_CONFLICT'));
      const late: Command = { type: 'RecordHash', stream: 'm', id: 'b', hash: hashOf('b') };
      await expect(ledger.prepare(late, mover.signer)).rejects.toEqual(code('LEDGER_CERTIFICATE_FOREIGN'));
      await say(ledger, late, signerOf('mover', next));
    });

    describe('anchors', () => {
      const anchor = async (tree: Tree, seq: number, before?: Anchor) =>
        say(ledger, anchorOf(tree, seq, before), people.lab.signer);
      const refused = (command: Command) => expect(ledger.prepare(command, people.lab.signer)).rejects;

      test('a tree grows by proof only: gap, replay, rollback and fork are told apart', async () => {
        await anchor(treeOf(0), 1);
        await anchor(treeOf(5), 2, await anchorHead('lab'));
        await anchor(treeOf(5), 3, await anchorHead('lab'));
        await anchor(treeOf(12), 4, await anchorHead('lab'));
        const head = await anchorHead('lab');
        await refused(anchorOf(treeOf(13), 6, head)).toEqual(code('LEDGER_ANCHOR_GAP'));
        await refused(anchorOf(treeOf(13), 4, head)).toEqual(code('LEDGER_ANCHOR_REPLAYED'));
        await refused(anchorOf(treeOf(11), 5, head)).toEqual(code('LEDGER_ANCHOR_ROLLBACK'));
        await refused(anchorOf(treeOf(0), 5, head)).toEqual(code('LEDGER_ANCHOR_ROLLBACK'));
        const other = Tree.of([leaf(99), ...Array.from({ length: 12 }, (_, n) => leaf(n))]);
        await refused(anchorOf(other, 5, head)).toEqual(code('LEDGER_ANCHOR_FORK'));
        await refused({ ...anchorOf(treeOf(13), 5, head), consistency: [] }).toEqual(code('LEDGER_ANCHOR_FORK'));
        await refused({ ...anchorOf(treeOf(13), 5, head), previous: hashOf('x') }).toEqual(code('LEDGER_ANCHOR_FORK'));
        await anchor(treeOf(13), 5, head);
      });

      test('two batchers of one participant: one wins, there is no fork', async () => {
        const head = await anchorHead('lab');
        const seq = (head?.seq ?? 0) + 1;
        const size = head?.size ?? 0;
        const drafts = [size + 1, size + 3].map((n) =>
          ledger.prepare(anchorOf(treeOf(n), seq, head), people.lab.signer),
        );
        const results = await Promise.allSettled((await Promise.all(drafts)).map((draft) => ledger.submit(draft)));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await anchorHead('lab'))?.seq).toBe(seq);
      });

      test('a dispute is answered by an inclusion proof, or withdrawn, not defaulted early', async () => {
        const head = await anchorHead('lab');
        const { height } = await ledger.head();
        const open = (dispute: string, n: number): Command => {
          return { type: 'OpenDispute', dispute, against: 'lab', leaf: hex(leaf(n)), deadline: height + 500 };
        };
        await say(ledger, open('d-1', 2), people.city.signer);
        const tree = treeOf(head?.size ?? 0);
        const answer = { type: 'AnswerDispute', dispute: 'd-1', seq: head?.seq ?? 0, index: 2 } as const;
        const wrong = { ...answer, proof: tree.inclusion(3).map(hex) };
        await expect(ledger.prepare(wrong, people.lab.signer)).rejects.toEqual(code('LEDGER_DISPUTE_UNPROVED'));
        await say(ledger, { ...answer, proof: tree.inclusion(2).map(hex) }, people.lab.signer);
        expect((await ledger.read(ledgerKeys.dispute('d-1')))?.value).toMatchObject({ status: 'resolved' });
        await say(ledger, open('d-2', 999), people.city.signer);
        const close2: Command = { type: 'CloseDispute', dispute: 'd-2' };
        await expect(ledger.prepare(close2, people.lab.signer)).rejects.toEqual(code('LEDGER_DISPUTE_EARLY'));
        await say(ledger, close2, people.city.signer);
        await expect(ledger.prepare(close2, people.city.signer)).rejects.toEqual(code('LEDGER_DISPUTE_CLOSED'));
      });
    });

    test('two signatures where two are needed', async () => {
      const bare = {
        type: 'AppointAuditor',
        appointment: 'a-1',
        auditor: 'court',
        scope: hashOf('s'),
        from: 1,
        until: 9,
      } as const;
      const by = (...signers: World['city'][]) => ({
        ...bare,
        approvals: signers.map((one) => one.approves(bare as never)),
      });
      const { operator, city, lab } = people;
      await expect(ledger.prepare(by(operator), operator.signer)).rejects.toEqual(code('LEDGER_APPROVAL_MISSING'));
      await expect(ledger.prepare(by(lab), operator.signer)).rejects.toEqual(code('LEDGER_APPROVAL_MISSING'));
      const stolen = { ...by(city), scope: hashOf('wider') };
      await expect(ledger.prepare(stolen, operator.signer)).rejects.toEqual(code('LEDGER_APPROVAL_WRONG'));
      await say(ledger, by(city), operator.signer);
      expect((await ledger.read('appointment/a-1'))?.value).toMatchObject({ appointedBy: ['exchange', 'city'] });
    });

    test('rights: no more than the whole is given, and a transfer needs the receiver', async () => {
      const { city, lab } = people;
      const register = (right: string, shareBp: number) =>
        ({
          type: 'RegisterRight',
          right,
          repository: 'city-trips',
          kind: 'holding',
          holder: 'city',
          shareBp,
          from: 1,
        }) as const;
      await say(ledger, register('r-1', 6000), city.signer);
      await expect(ledger.prepare(register('r-2', 4001), city.signer)).rejects.toEqual(code('LEDGER_SHARES_EXCEEDED'));
      const bare = { type: 'TransferRight', right: 'r-1', version: 1, to: 'lab', agreement: hashOf('a') } as const;
      const alone = { ...bare, approvals: [city.approves(bare as never)] };
      await expect(ledger.prepare(alone, city.signer)).rejects.toEqual(code('LEDGER_APPROVAL_MISSING'));
      const agreed = { ...bare, approvals: [lab.approves(bare as never)] };
      await say(ledger, agreed, city.signer);
      await expect(ledger.prepare(agreed, city.signer)).rejects.toEqual(code('LEDGER_NOT_YOURS'));
      expect((await ledger.read('right/r-1'))?.value).toMatchObject({ holder: 'lab', version: 2 });
    });

    test('a permit only shrinks, and a revoked one stays revoked', async () => {
      const { signer } = people.city;
      await say(ledger, permit('p-life'), signer);
      const narrow = {
        type: 'NarrowPermit',
        permit: 'p-life',
        version: 2,
        hash: hashOf('n'),
        from: 1000,
        until: 1500,
      } as const;
      await expect(ledger.prepare({ ...narrow, until: 2001 }, signer)).rejects.toEqual(code('LEDGER_PERMIT_WIDER'));
      await expect(ledger.prepare({ ...narrow, version: 3 }, signer)).rejects.toEqual(code('LEDGER_VERSION_WRONG'));
      await say(ledger, narrow, signer);
      await say(ledger, { type: 'RevokePermit', permit: 'p-life', version: 3 }, signer);
      const again = { ...narrow, version: 4 };
      await expect(ledger.prepare(again, signer)).rejects.toEqual(code('LEDGER_PERMIT_REVOKED'));
      const versions = await ledger.list('permit-version/p-life/');
      expect(versions.map(({ value }) => value['status'])).toEqual(['granted', 'granted', 'revoked']);
    });

    test('templates need independent reviewers, and the same element as the repository', async () => {
      const reviews = (...names: string[]) => names.map((reviewer) => ({ reviewer, jws: hashOf(reviewer) }));
      const publish = (text: string, ...names: string[]): Command => {
        return { type: 'PublishTemplate', template: nameOf(text), element, author: 'city', reviews: reviews(...names) };
      };
      const { signer } = people.city;
      const refusedAs = async (command: Command, as: string) =>
        expect(ledger.prepare(command, signer)).rejects.toEqual(code(as));
      await refusedAs(publish('t', 'reviewer-a', 'reviewer-a'), 'LEDGER_REVIEWERS_TOO_NEAR');
      await refusedAs(publish('t', 'reviewer-a', 'lab'), 'LEDGER_ROLE_MISSING');
      await refusedAs(publish('how many trips', 'reviewer-a', 'reviewer-b'), 'LEDGER_ALREADY_RECORDED');
      const adopt = { type: 'AdoptTemplate', repository: 'city-trips', template, policy: hashOf('p') } as const;
      await refusedAs(adopt, 'LEDGER_ADOPTION_EXISTS');
      await refusedAs({ ...adopt, template: nameOf('none') }, 'LEDGER_TEMPLATE_UNKNOWN');
    });

    test('any sequence of commands leaves the state that the rules alone give', async () => {
      const { city, lab } = people;
      const id = fc.constantFrom('x', 'y', 'z');
      const version = fc.integer({ min: 1, max: 4 });
      const sentence = fc.oneof(
        fc.record({ permit: id }).map((p) => permit(`${run}-${p.permit}`)),
        fc.record({ permit: id, version, until: fc.constantFrom(1200, 1800, 2500) }).map((n): Command => {
          return { type: 'NarrowPermit', ...n, permit: `${run}-${n.permit}`, hash: hashOf('n'), from: 1000 };
        }),
        fc.record({ permit: id, version }).map((r): Command => {
          return { type: 'RevokePermit', version: r.version, permit: `${run}-${r.permit}` };
        }),
        fc.record({ id }).map((h): Command => ({ type: 'RecordHash', stream: run, id: h.id, hash: hashOf(h.id) })),
        fc.record({ id, shareBp: fc.constantFrom(900, 2500, 6000) }).map((r): Command => {
          const right = { repository: 'city-trips', kind: 'processing', holder: 'city', from: 1 } as const;
          return { type: 'RegisterRight', ...right, right: `${run}-${r.id}`, shareBp: r.shareBp };
        }),
        // Mostly the next anchor of a tree that grew; else a gap, a replay, a rollback or a fork of what stands there.
        fc.record({
          step: fc.constantFrom(1, 1, 1, 0, 2),
          grow: fc.constantFrom(0, 1, 3, -1),
          fork: fc.constantFrom(false, false, true),
        }),
      );
      let run = 'run-0';
      let runs = 0;
      const check = async (script: readonly (readonly [Command | Growth, boolean])[]) => {
        const model = new Map<string, JsonObject>();
        const start = await ledger.list('', '', 1000);
        for (const { key, value } of start) model.set(key, value as JsonObject);
        for (const [line, mine] of script) {
          const who = mine ? city : lab;
          const head = model.get(ledgerKeys.anchorHead(who.participant)) as Anchor | undefined;
          const command = 'type' in line ? line : grown(line, head);
          const expected = outcomeOf(command, who.participant, thumbprint(who.ledger.certificate), model);
          const got = await say(ledger, command, who.signer).then(
            () => 'VALID',
            (error: unknown) => (error as { code?: string }).code ?? error,
          );
          expect(got).toBe(expected);
        }
        const after = new Map((await ledger.list('', '', 1000)).map(({ key, value }) => [key, value]));
        expect(after).toEqual(model);
      };
      const script = fc.array(fc.tuple(sentence, fc.boolean()), { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc
          .asyncProperty(fc.integer(), script, async (_, lines) => {
            runs += 1;
            const fresh = `run-${String(Math.ceil(runs / 4))}`; // four scripts meet the same things, so that they get old
            await check(JSON.parse(JSON.stringify(lines).replaceAll(run, fresh)) as typeof lines);
          })
          .beforeEach(() => {
            run = 'run-0';
          }),
        { numRuns: 24, seed: 7, endOnFailure: true },
      );
    });
  });
}

interface Growth {
  /** From the head's sequence number, and from its size. */
  readonly step: number;
  readonly grow: number;
  readonly fork: boolean;
}

function grown({ step, grow, fork }: Growth, head: Anchor | undefined): Command {
  const size = Math.max((head?.size ?? 0) + grow, 1);
  const tree = fork ? Tree.of(Array.from({ length: size }, (_, n) => leaf(n + 1000))) : treeOf(size);
  return anchorOf(tree, Math.max((head?.seq ?? 0) + step, 1), head);
}

/** The rules alone, folded over a map: the model every ledger is compared with. */
function outcomeOf(command: Command, by: string, certificate: string, model: Map<string, JsonObject>): string {
  try {
    const named = keysOf(command, by);
    const slice = new Map([...model].filter(([key]) => named.includes(key)));
    const { writes } = apply(command, { by, certificate, txId: '', height: 1 }, slice);
    for (const { key, value } of writes) model.set(key, value as JsonObject);
    return 'VALID';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
