// Checks a confidential answer with no network: ledger proofs give the keys, the keys check the transcript, the openings the sum.
import { randomBytes } from 'node:crypto';
import { fromB64u, fromHex, readCanonical, b64u } from '../../domain/canonical';
import {
  completionId,
  KEY_STREAM,
  type large,
  lattice,
  overlap,
  overlapOf,
  questionId,
  verifierOf,
  verifyAnswer,
  verifyLargeAnswer,
  verifyNoise,
  verifyPublic,
  type Failure,
  type Opening,
  type Transcript,
  type Verify,
} from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { LedgerProof } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { believe } from '../verify/proofs';
import type { AuditTrust } from '../verify/trust';
import { EVIDENCE_LIMIT, EVIDENCE_SCHEMA } from './evidence';
import type { NodeSeed } from './mandate';
import { FIT_LIMIT, FIT_SCHEMA, readFit } from './rounds/evidence';
import { verifyFit } from './rounds/verify';

/** A: what anyone may have. B: with the answer. C: with the nodes' seeds, for an auditor under mandate. */
export type ConfidentialLevel = 'A' | 'B' | 'C';

export interface ConfidentialCheck {
  readonly name: string;
  readonly holds: boolean;
  readonly failures: readonly Failure[];
}
export interface ConfidentialVerdict {
  /** 0 good; 1 something does not hold; 2 not such evidence. */
  readonly code: 0 | 1 | 2;
  readonly level: ConfidentialLevel;
  readonly checks: readonly ConfidentialCheck[];
}

interface OpeningText {
  readonly cells: readonly string[];
  readonly blinding: string;
}
interface Bundle {
  readonly schema: string;
  readonly level: ConfidentialLevel;
  readonly transcript: Transcript;
  readonly proofs: Readonly<Record<string, LedgerProof>>;
  readonly answer?: OpeningText;
  readonly overlap?: overlap.RevealedText;
  /** Large form: each node's sum (little-endian words) and mask total, base64url. */
  readonly sums?: readonly { readonly node: string; readonly sum: string; readonly mask: string }[];
  readonly seeds?: readonly NodeSeed[];
  readonly openings?: readonly { readonly node: string; readonly opening: OpeningText }[];
  readonly ciphertexts?: readonly string[];
  readonly parameters?: Readonly<
    Record<'moduli' | 'plainModulus' | 'cipherHeader' | 'publicKeyHeader' | 'secretKeyHeader', string>
  > & {
    readonly moduli: readonly string[];
  };
}

/** True when the bytes call themselves confidential evidence: how `aggregora verify` chooses. */
export function isConfidentialEvidence(bytes: Uint8Array): boolean {
  try {
    const { schema } = readCanonical(bytes, FIT_LIMIT) as unknown as Partial<Bundle>;
    return schema === EVIDENCE_SCHEMA || schema === FIT_SCHEMA;
  } catch {
    return false;
  }
}

/** Level A always, B where the bundle opens the answer, C where it has the nodes' seeds. Every check by name; nothing is asked of anybody. */
export function verifyConfidential(bytes: Uint8Array, trust: AuditTrust): ConfidentialVerdict {
  const fit = readFit(bytes);
  return fit === undefined ? verifyOne(bytes, trust) : verifyFit(fit, trust, verifyOne);
}

function verifyOne(bytes: Uint8Array, trust: AuditTrust): ConfidentialVerdict {
  let bundle: Bundle;
  try {
    bundle = readCanonical(bytes, EVIDENCE_LIMIT) as unknown as Bundle;
    if (bundle.schema !== EVIDENCE_SCHEMA) return { code: 2, level: 'A', checks: [] };
  } catch {
    return { code: 2, level: 'A', checks: [] };
  }
  const checks: ConfidentialCheck[] = [];
  const check = (name: string, run: () => readonly Failure[]): void => {
    const failures = attempt(run);
    checks.push({ name, holds: failures.length === 0, failures });
  };
  const entries = new Map<string, Readonly<Record<string, unknown>>>();
  check('ledger proofs', () => proven(bundle, trust, entries));
  const party = partiesOf(bundle.transcript, entries);
  check('three nodes and the searcher of four organisations, nodes registered as such', () =>
    apart(bundle.transcript, entries),
  );
  check('signatures, chains, sets and sums of commitments (level A)', () =>
    verifyPublic(bundle.transcript, {
      verify: verifierOf(party.certificates),
      registered: party.registered,
      ...(bundle.parameters === undefined
        ? {}
        : {
            ciphertexts: (bundle.ciphertexts ?? []).map((text) => fromB64u(text)),
            parameters: parametersOf(bundle.parameters),
          }),
    }),
  );
  check('every node recorded this completion on the ledger', () => recorded(bundle.transcript, entries));
  if (bundle.transcript.question.document.mode === 'overlap') {
    for (const [name, run] of overlapChecks(bundle, verifierOf(party.certificates))) check(name, run);
    return { code: checks.every(({ holds }) => holds) ? 0 : 1, level: bundle.level, checks };
  }
  const isLarge = bundle.transcript.question.document.mode === 'large-shares';
  if (isLarge && (bundle.level === 'B' || bundle.sums !== undefined)) {
    check('the answer is what all repositories and nodes fingerprinted under one challenge (level B)', () =>
      verifyLargeAnswer(bundle.transcript, (bundle.sums ?? []).map(sumOf)),
    );
  } else if (bundle.level === 'B' || bundle.answer !== undefined) {
    check('the answer opens the sum of all committed parts and noises (level B)', () =>
      verifyAnswer(
        bundle.transcript,
        openingOf(bundle.answer ?? { cells: [], blinding: '0' }),
        (bundle.openings ?? []).map(({ node, opening }) => ({ node, opening: openingOf(opening) })),
        (count) => new Uint8Array(randomBytes(count)),
      ),
    );
  }
  if (bundle.level === 'C') {
    check('every node’s noise comes from the seed it committed to (level C)', () =>
      bundle.transcript.question.document.nodes.flatMap((node) => {
        const given = (bundle.seeds ?? []).find((one) => one.node === node);
        return given === undefined
          ? [{ code: 'SEED_DIFFERS', party: node }]
          : verifyNoise(bundle.transcript, node, fromB64u(given.seed, 32));
      }),
    );
  }
  return { code: checks.every(({ holds }) => holds) ? 0 : 1, level: bundle.level, checks };
}

/** Levels B and C of an overlap: counted again from the lists, and every node's turn undone from its seed. */
function overlapChecks(bundle: Bundle, verify: Verify): readonly (readonly [string, () => readonly Failure[]])[] {
  const { transcript, level } = bundle;
  const { document } = transcript.question;
  const revealed = () => overlap.readRevealed(document, bundle.overlap ?? { keys: [], lists: '' });
  const count = () => BigInt(bundle.answer?.cells[0] ?? '');
  const turns = () =>
    (bundle.seeds ?? []).map(({ node, seed, owed }) => ({ node, seed: fromB64u(seed, 32), owed: owed ?? {} }));
  return [
    ...(level === 'B' || bundle.answer !== undefined
      ? [
          [
            'the count is what the released lists and keys give (level B)',
            () => overlap.verifyCount(overlapOf(transcript), revealed(), count()),
          ] as const,
        ]
      : []),
    ...(level === 'C'
      ? [
          [
            'undoing every node’s turn leads back to the lists that both repositories signed (level C)',
            () => overlap.verifyTurns(overlapOf(transcript), revealed(), turns(), verify),
          ] as const,
        ]
      : []),
  ];
}

function attempt(run: () => readonly Failure[]): readonly Failure[] {
  try {
    return run();
  } catch (error) {
    return [{ code: error instanceof Refusal ? error.code : 'UNREADABLE' }];
  }
}

function proven(
  bundle: Bundle,
  trust: AuditTrust,
  entries: Map<string, Readonly<Record<string, unknown>>>,
): readonly Failure[] {
  return Object.entries(bundle.proofs).flatMap(([key, proof]) =>
    attempt(() => {
      const found = believe(trust, proof);
      if (found.key !== key) return [{ code: 'LEDGER_PROOF_WRONG', party: key }];
      entries.set(key, found.value);
      return [];
    }),
  );
}

type Entries = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function certificateOf(entries: Entries, participant: string): Uint8Array | undefined {
  const { certificates } = (entries.get(ledgerKeys.participant(participant)) ?? {}) as {
    certificates?: Record<string, string>;
  };
  const thumbprint = certificates?.['receipt'];
  const entry = thumbprint === undefined ? undefined : entries.get(ledgerKeys.certificate(thumbprint));
  const { der, participant: holder, use } = entry ?? {};
  return typeof der === 'string' && holder === participant && use === 'receipt' ? fromB64u(der) : undefined;
}

function partiesOf({ question, contributions }: Transcript, entries: Entries) {
  const certificates = new Map<string, Uint8Array>();
  const add = (name: string, participant: string): void => {
    const der = certificateOf(entries, participant);
    if (der !== undefined) certificates.set(name, der);
  };
  const { searcher, nodes } = question.document;
  for (const { document } of contributions) {
    const owner = entries.get(ledgerKeys.repository(document.repository))?.['owner'];
    if (typeof owner === 'string') add(document.repository, owner);
  }
  for (const participant of [searcher, ...nodes]) add(participant, participant);
  const stream = ledgerKeys.hash(KEY_STREAM, searcher, '');
  const hash = [...entries].find(([key]) => key.startsWith(stream))?.[1]['hash'];
  return { certificates, registered: typeof hash === 'string' ? b64u(fromHex(hash, 32)) : '' };
}

function apart({ question, contributions }: Transcript, entries: Entries): readonly Failure[] {
  const { searcher, nodes } = question.document;
  const values = [searcher, ...nodes].map((one) => entries.get(ledgerKeys.participant(one)) ?? {});
  const strangers = nodes.filter(
    (_, at) => !((values[at + 1]?.['roles'] ?? []) as readonly string[]).includes('compute-node'),
  );
  const together = new Set(values.map(({ organisation }) => organisation)).size !== 4;
  const owners = contributions.map(({ document }) => {
    const owner = entries.get(ledgerKeys.repository(document.repository))?.['owner'];
    return typeof owner === 'string' ? entries.get(ledgerKeys.participant(owner))?.['organisation'] : undefined;
  });
  // Overlap: two owners of two organisations, and neither runs a node.
  const among = [...owners, ...values.slice(1).map(({ organisation }) => organisation)];
  const overlapping = question.document.mode === 'overlap' && new Set(among).size !== among.length;
  return [
    ...(overlapping ? [{ code: 'NODES_NOT_APART' }] : []),
    ...strangers.map((party) => ({ code: 'NODE_NOT_REGISTERED', party })),
    ...(together ? [{ code: 'NODES_NOT_APART' }] : []),
  ];
}

function recorded({ question, completion }: Transcript, entries: Entries): readonly Failure[] {
  const computation = questionId(question.document).slice(7);
  const wanted = completionId(completion.document).slice(7);
  return question.document.nodes.flatMap((node) => {
    const value = entries.get(ledgerKeys.step(computation, node, 'completion'));
    return value?.['outputs'] === wanted && value['by'] === node
      ? []
      : [{ code: 'COMPLETION_UNRECORDED', party: node }];
  });
}

/** Refuses SHARE_MALFORMED unless whole words are there. */
function sumOf({ node, sum, mask }: NonNullable<Bundle['sums']>[number]): large.LargeSum {
  const bytes = fromB64u(sum);
  if (bytes.length % 8 !== 0) throw new Refusal('SHARE_MALFORMED', { bytes: bytes.length });
  return { node, sum: new BigUint64Array(bytes.slice().buffer), mask: fromB64u(mask) };
}

const openingOf = ({ cells, blinding }: OpeningText): Opening => ({
  cells: cells.map(BigInt),
  blinding: BigInt(blinding),
});

const parametersOf = (text: NonNullable<Bundle['parameters']>): lattice.LatticeParameters => ({
  moduli: text.moduli.map(BigInt),
  plainModulus: BigInt(text.plainModulus),
  cipherHeader: fromHex(text.cipherHeader),
  publicKeyHeader: fromHex(text.publicKeyHeader),
  secretKeyHeader: fromHex(text.secretKeyHeader),
});
