// Cheats against mode S: each node in each step, the exchange in between, and repositories.
import {
  addOpenings,
  begin,
  BLINDING,
  checkContribution,
  contributorSet,
  CONTRIBUTION_TAG,
  envelopeHash,
  mod,
  nodeNoise,
  seal,
  shareHeader,
  writeShare,
  openRelease,
  openingOf,
  questionId,
  receive,
  setRoot,
  signDocument,
  stepOf,
  twoFaces,
  verifyAnswer,
  verifyNoise,
  verifyPart,
  verifyPublic,
  verifyShares,
  writePoint,
  type Failure,
  type Opening,
  type ShareContribution,
} from '../../../src/domain/confidential';
import { caught, type Cheat } from './cheat';
import { random, signAs, verifyAny } from './keys';
import {
  ask,
  bare,
  cellsOf,
  complete,
  contributed,
  envelopesTo,
  given,
  NODES,
  NOW,
  play,
  rebuild,
  settingOf,
  withChain,
  type Stage,
} from './stage';

const chainOf = (stage: Stage, at: number) => stage.transcript.chains[at] ?? (stage.transcript.chains[0] as never);

/** Level B with node `at`'s opening changed, as the searcher sees it. */
function answerWith(stage: Stage, at: number, change: (opening: Opening) => Opening): readonly Failure[] {
  const parts = stage.parts.map((part, index) => (index === at ? { ...part, opening: change(part.opening) } : part));
  return verifyAnswer(stage.transcript, addOpenings(parts.map(({ opening }) => opening)), parts, random);
}

const plus =
  (by: bigint) =>
  (opening: Opening): Opening => ({
    ...opening,
    cells: opening.cells.map((cell, at) => (at === 7 ? mod(cell + by) : cell)),
  });
const minus = (a: Opening, b: Opening): Opening =>
  addOpenings([a, { cells: b.cells.map((cell) => -cell), blinding: -b.blinding }]);

const shareAt = async (stage: Stage, repository: number, at: 0 | 1 | 2): Promise<Opening> => {
  const entry = stage.entries[repository] as Stage['entries'][number];
  return openingOf(
    await receive(stage.question, at, entry.document, entry.envelopes[at], stage.keys.nodes[at]),
    stage.question.cells,
  );
};

const publicly = (stage: Stage, at: number, edits: Parameters<typeof rebuild>[1]): readonly Failure[] =>
  verifyPublic(withChain(stage, rebuild(chainOf(stage, at), edits)), given(stage));

export function nodeCheats(stage: Stage): readonly Cheat[] {
  const { transcript, question } = stage;
  const other = writePoint(BLINDING);
  const node = (name: string, code: string, at: number, act: Cheat['play']): Cheat => ({
    name,
    by: 'node',
    code,
    culprit: NODES[at] ?? '',
    play: act,
  });
  return [
    ...NODES.map((_, at) =>
      node(`${NODES[at] ?? ''} adds 5 to a cell of its sum`, 'CERTIFICATE_FAILS', at, () =>
        answerWith(stage, at, plus(5n)),
      ),
    ),
    node('takes 1 from a cell', 'CERTIFICATE_FAILS', 1, () => answerWith(stage, 1, plus(-1n))),
    node('changes only the blinding', 'CERTIFICATE_FAILS', 2, () =>
      answerWith(stage, 2, (one) => ({ ...one, blinding: mod(one.blinding + 1n) })),
    ),
    node('leaves one repository out of its sum', 'CERTIFICATE_FAILS', 0, async () => {
      const part = await shareAt(stage, 1, 0);
      return answerWith(stage, 0, (one) => minus(one, part));
    }),
    node('counts one repository twice', 'CERTIFICATE_FAILS', 1, async () => {
      const part = await shareAt(stage, 2, 1);
      return answerWith(stage, 1, (one) => addOpenings([one, part]));
    }),
    node('strips its noise after committing to it', 'CERTIFICATE_FAILS', 2, () =>
      answerWith(stage, 2, (one) =>
        minus(
          one,
          nodeNoise(questionId(question), NODES[2], question.noiseScale, question.cells, stage.seeds[2] ?? random(32)),
        ),
      ),
    ),
    node('records another sum of commitments', 'AGGREGATE_DIFFERS', 0, () =>
      publicly(stage, 0, { aggregated: { commitment: other } }),
    ),
    node('records another set of contributors', 'SET_DIFFERS', 1, () =>
      publicly(stage, 1, { received: { setRoot: setRoot(stage.set.slice(1)) } }),
    ),
    node('goes on with a smaller set than it agreed to', 'SET_DIFFERS', 2, () =>
      publicly(stage, 2, { verified: { setRoot: setRoot(stage.set.slice(1)) } }),
    ),
    node('seals to another key', 'SEALED_TO_ANOTHER', 0, () =>
      publicly(stage, 0, { sealed: { recipient: 'A'.repeat(43) } }),
    ),
    node('sends another envelope than it recorded', 'OUTPUT_DIFFERS', 1, () => {
      const outputs = [...transcript.completion.document.outputs] as [string, string, string];
      const chains = transcript.chains.map((chain) =>
        chain.node === NODES[1] ? rebuild(chain, { sealed: { output: 'e'.repeat(64) } }) : chain,
      );
      return verifyPublic(
        { ...transcript, chains, completion: complete(question, stage.set, chains, { outputs }) },
        given(stage),
      );
    }),
    node('skips the noise step', 'STEP_MISSING', 2, () =>
      verifyPublic(
        withChain(stage, {
          ...chainOf(stage, 2),
          steps: chainOf(stage, 2).steps.filter(({ document }) => document.kind !== 'noised'),
        }),
        given(stage),
      ),
    ),
    node('rewrites an old step and keeps the later ones', 'CHAIN_BROKEN', 0, () => {
      const old = rebuild(chainOf(stage, 0), { received: { contributions: [] } });
      const steps = chainOf(stage, 0).steps.map((step, at) => (at === 0 ? (old.steps[0] ?? step) : step));
      return verifyPublic(withChain(stage, { ...chainOf(stage, 0), steps }), given(stage));
    }),
    node('cuts its chain after the noise', 'STEP_MISSING', 1, () =>
      verifyPublic(
        withChain(stage, { ...chainOf(stage, 1), steps: chainOf(stage, 1).steps.slice(0, 3) }),
        given(stage),
      ),
    ),
    node('shows two faces: two steps at one place', 'TWO_FACES', 2, () => {
      const [a, b] = [
        chainOf(stage, 2).steps[3],
        rebuild(chainOf(stage, 2), { aggregated: { commitment: other } }).steps[3],
      ];
      return a && b && twoFaces(a, b, verifyAny) ? [{ code: 'TWO_FACES', party: a.by }] : [];
    }),
    node('commits to noise that its seed does not give', 'NOISE_DIFFERS', 0, () =>
      verifyNoise(
        withChain(stage, rebuild(chainOf(stage, 0), { noised: { commitment: other } })),
        NODES[0],
        stage.seeds[0] ?? random(32),
      ),
    ),
    node('commits to no noise at all', 'NOISE_DIFFERS', 1, () =>
      verifyNoise(
        withChain(stage, rebuild(chainOf(stage, 1), { noised: { commitment: writePoint(BLINDING.multiply(7n)) } })),
        NODES[1],
        stage.seeds[1] ?? random(32),
      ),
    ),
    node('hands another seed to the auditor', 'SEED_DIFFERS', 1, () => verifyNoise(transcript, NODES[1], random(32))),
    node('replays its chain of another computation', 'CHAIN_MISSING', 2, async () => {
      const before = await play(stage.keys, ask(stage.keys, { computation: 'c-0' }));
      return verifyPublic(withChain(stage, chainOf(before, 2)), given(stage));
    }),
    {
      name: 'a step signed with another key',
      by: 'node',
      code: 'STEP_SIGNATURE_WRONG',
      play: () => {
        const steps = chainOf(stage, 0).steps.map((step) =>
          step.document.kind === 'sealed'
            ? signDocument('aggregora/step/1', step.document, NODES[0], signAs(NODES[1]))
            : step,
        );
        return verifyPublic(withChain(stage, { ...chainOf(stage, 0), steps }), given(stage));
      },
    },
    node('refuses to sign the completion', 'COMPLETION_UNSIGNED', 1, () =>
      verifyPublic(
        {
          ...transcript,
          completion: {
            ...transcript.completion,
            signatures: transcript.completion.signatures.filter(({ by }) => by !== NODES[1]),
          },
        },
        given(stage),
      ),
    ),
    node('releases the sum of another computation', 'QUESTION_MISMATCH', 0, async () => {
      const before = await play(stage.keys, ask(stage.keys, { computation: 'c-0' }));
      return caught(() => openRelease(question, before.releases[0] as never, setRoot(stage.set), stage.keys.searcher));
    }),
    node('relabels an old release', 'ENVELOPE_BROKEN', 0, async () => {
      const before = await play(stage.keys, ask(stage.keys, { computation: 'c-0' }));
      const old = {
        ...(before.releases[0] as Stage['releases'][number]),
        question: questionId(question),
        setRoot: setRoot(stage.set),
      };
      return (await caught(() => openRelease(question, old, setRoot(stage.set), stage.keys.searcher))).map(
        ({ code }) => ({ code, party: old.node }),
      );
    }),
  ];
}

export function exchangeCheats(stage: Stage): readonly Cheat[] {
  const { question, entries, keys, transcript } = stage;
  const cheat = (name: string, code: string, act: Cheat['play']): Cheat => ({ name, by: 'exchange', code, play: act });
  const setting = settingOf(question, NODES[0], random(32));
  const sets = (count: number) => ({
    template: question.template,
    binding: question.binding,
    epoch: question.epoch,
    repositories: Array.from({ length: count }, (_, at) => `repo-${String(at)}`),
  });
  return [
    cheat('swaps the searcher key in the question it forwards', 'SEARCHER_KEY_MISMATCH', () =>
      caught(() =>
        begin(
          {
            ...settingOf(
              { ...question, searcherKey: Buffer.from(keys.nodes[0].publicKey).toString('base64url') },
              NODES[0],
              random(32),
            ),
            registered: setting.registered,
          },
          entries.map(bare),
          [],
        ),
      ),
    ),
    cheat('swaps the searcher key and keeps the signature', 'QUESTION_SIGNATURE_WRONG', () =>
      verifyPublic(
        {
          ...transcript,
          question: {
            ...transcript.question,
            document: { ...question, searcherKey: Buffer.from(keys.nodes[0].publicKey).toString('base64url') },
          },
        },
        given(stage),
      ),
    ),
    cheat('lowers the minimum of repositories', 'QUESTION_SIGNATURE_WRONG', () =>
      verifyPublic(
        { ...transcript, question: { ...transcript.question, document: { ...question, minRepositories: 2 } } },
        given(stage),
      ),
    ),
    cheat('delivers one repository’s envelope as another’s', 'CIPHERTEXT_HASH_MISMATCH', async () => {
      const spliced = new Map(
        [...envelopesTo(entries, 0)].map(([repository]) => [repository, entries[0]?.envelopes[0] ?? new Uint8Array(0)]),
      );
      return (await verifyShares(setting, entries, spliced, keys.nodes[0])).excluded.map(({ code }) => ({ code }));
    }),
    cheat('delivers node b’s envelope to node a', 'CIPHERTEXT_HASH_MISMATCH', async () =>
      (await verifyShares(setting, entries, envelopesTo(entries, 1), keys.nodes[0])).excluded.map(({ code }) => ({
        code,
      })),
    ),
    cheat('replays contributions of another question', 'QUESTION_MISMATCH', async () => {
      const old = await contributed(ask(keys, { computation: 'c-0' }), keys, 'repo-0', cellsOf(0, 8));
      return caught(() => {
        checkContribution(question, bare(old), NOW, verifyAny);
      });
    }),
    cheat('relabels a contribution of another question', 'CONTRIBUTION_SIGNATURE_WRONG', async () => {
      const old = await contributed(ask(keys, { computation: 'c-0' }), keys, 'repo-0', cellsOf(0, 8));
      return caught(() => {
        checkContribution(
          question,
          { ...bare(old), document: { ...old.document, question: questionId(question) } },
          NOW,
          verifyAny,
        );
      });
    }),
    cheat('hides one repository from all nodes', 'TOO_FEW_REPOSITORIES', () =>
      caught(() => begin(setting, entries.slice(1).map(bare), [])),
    ),
    cheat('hides one repository from one node', 'SET_DIFFERS', async () => {
      const wide = await play(keys, ask(keys, { computation: 'c-4' }), 4);
      const chain = rebuild(chainOf(wide, 0), {
        received: { setRoot: setRoot(wide.set.slice(1)) },
        verified: { setRoot: setRoot(wide.set.slice(1)) },
      });
      return verifyPublic(withChain(wide, chain), given(wide));
    }),
    cheat('asks again with one repository fewer', 'SETS_TOO_CLOSE', () =>
      caught(() => begin({ ...setting, answered: [sets(4)] }, entries.map(bare), [])),
    ),
    cheat('asks the same set again to average the noise away', 'ALREADY_ANSWERED', () =>
      caught(() => begin({ ...setting, answered: [sets(3)] }, entries.map(bare), [])),
    ),
    cheat('alters the combined answer', 'ANSWER_ALTERED', () =>
      verifyAnswer(transcript, plus(1n)(stage.answer), stage.parts, random),
    ),
    cheat('reorders the cells of the answer', 'ANSWER_ALTERED', () =>
      verifyAnswer(transcript, { ...stage.answer, cells: [...stage.answer.cells].reverse() }, stage.parts, random),
    ),
    cheat('flips one bit of a released envelope', 'ENVELOPE_BROKEN', () => {
      const sent = stage.releases[0] as Stage['releases'][number];
      const bytes = Buffer.from(sent.envelope, 'base64url');
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      return caught(() =>
        openRelease(question, { ...sent, envelope: bytes.toString('base64url') }, setRoot(stage.set), keys.searcher),
      );
    }),
    cheat('claims another number of repositories in the completion', 'COMPLETION_DIFFERS', () =>
      verifyPublic(
        { ...transcript, completion: complete(question, stage.set, transcript.chains, { repositories: 30 }) },
        given(stage),
      ),
    ),
    cheat('moves a contribution past the cut-off', 'CUT_OFF_PASSED', () =>
      caught(() => {
        checkContribution(question, bare(entries[0] as Stage['entries'][number]), question.cutOff + 1, verifyAny);
      }),
    ),
  ];
}

export function repositoryCheats(stage: Stage): readonly Cheat[] {
  const { question, entries, keys } = stage;
  const first = entries[0] as Stage['entries'][number];
  const setting = settingOf(question, NODES[0], random(32));
  const resigned = (document: ShareContribution): Stage['entries'][number] => ({
    ...first,
    ...signDocument(CONTRIBUTION_TAG, document, document.repository, signAs(document.repository)),
  });
  const cheat = (name: string, code: string, culprit: string, act: Cheat['play']): Cheat => ({
    name,
    by: 'repository',
    code,
    culprit,
    play: act,
  });
  const shown = async (bad: Stage['entries'][number], at: 0 | 1 | 2) => {
    const all = [bad, ...entries.slice(1)];
    return (
      await verifyShares({ ...setting, node: NODES[at] }, all, envelopesTo(all, at), keys.nodes[at])
    ).excluded.map(({ repository, code }) => ({ code, party: repository }));
  };
  return [
    cheat('commits to other shares than it sends', 'SHARE_MISMATCH', 'repo-0', async () => {
      // Sealed to the false commitments, so that only the commitment check can notice.
      const shares = [writePoint(BLINDING), first.document.shares[1], first.document.shares[2]] as const;
      const share = await receive(question, 0, first.document, first.envelopes[0], keys.nodes[0]);
      const envelope = await seal(
        keys.nodes[0].publicKey,
        shareHeader(questionId(question), 'repo-0', NODES[0], shares),
        writeShare(share),
        random,
      );
      const bad = resigned({
        ...first.document,
        shares,
        envelopes: [envelopeHash(envelope), first.document.envelopes[1], first.document.envelopes[2]],
      });
      return shown({ ...bad, envelopes: [envelope, first.envelopes[1], first.envelopes[2]] }, 0);
    }),
    cheat('sends an envelope that does not open', 'ENVELOPE_BROKEN', 'repo-0', () => {
      const junk = random(400);
      return shown(
        {
          ...resigned({ ...first.document, envelopes: [envelopeHash(junk), 'a'.repeat(64), 'b'.repeat(64)] }),
          envelopes: [junk, junk, junk],
        },
        0,
      );
    }),
    cheat('sends no envelope', 'CIPHERTEXT_HASH_MISMATCH', 'repo-0', () =>
      shown({ ...first, envelopes: [new Uint8Array(0), first.envelopes[1], first.envelopes[2]] }, 0),
    ),
    cheat('commits to bytes that are no group element', 'POINT_MALFORMED', 'repo-0', () =>
      shown(
        resigned({
          ...first.document,
          shares: [Buffer.alloc(32, 255).toString('base64url'), first.document.shares[1], first.document.shares[2]],
        }),
        0,
      ),
    ),
    cheat('contributes twice', 'CONTRIBUTION_REPEATED', 'repo-0', async () => {
      const again = await contributed(question, keys, 'repo-0', cellsOf(5, 8));
      return caught(() => contributorSet([...entries.map(bare), bare(again)]));
    }),
    cheat('copies another repository’s commitments', 'CONTRIBUTION_REPEATED', 'repo-9', () =>
      caught(() => contributorSet([...entries.map(bare), bare(resigned({ ...first.document, repository: 'repo-9' }))])),
    ),
    cheat('passes another’s envelopes off as its own', 'ENVELOPE_BROKEN', 'repo-9', async () => {
      const stolen = resigned({ ...first.document, repository: 'repo-9' });
      return (
        await verifyShares(
          setting,
          [stolen, ...entries.slice(1)],
          envelopesTo([stolen, ...entries.slice(1)], 0),
          keys.nodes[0],
        )
      ).excluded.map(({ repository, code }) => ({ code, party: repository }));
    }),
    {
      name: 'signs for another repository',
      by: 'repository',
      code: 'CONTRIBUTION_SIGNATURE_WRONG',
      play: () =>
        caught(() => {
          checkContribution(question, { ...bare(first), signature: signAs('repo-1')(random(8)) }, NOW, verifyAny);
        }),
    },
    cheat('shows the auditor another vector than it committed', 'PART_DIFFERS', 'repo-0', () =>
      verifyPart(stage.transcript, 'repo-0', { cells: cellsOf(1, 8), blinding: 5n }),
    ),
    {
      name: 'contributes above the bound with the honest client',
      by: 'repository',
      code: 'VALUE_OUT_OF_BOUND',
      play: () => caught(() => contributed(question, keys, 'repo-3', [...cellsOf(3, 7), 1_000_001n])),
    },
  ];
}

/** The honest run must pass all three levels, or the detections above would mean nothing. */
export const honest = (stage: Stage): readonly Failure[] => [
  ...verifyPublic(stage.transcript, given(stage)),
  ...verifyAnswer(stage.transcript, stage.answer, stage.parts, random),
  ...NODES.flatMap((node, at) => verifyNoise(stage.transcript, node, stage.seeds[at] ?? random(32))),
  ...(stepOf(chainOf(stage, 0), 'sealed') ? [] : [{ code: 'STEP_MISSING' }]),
];
