// Who is who for a confidential computation, read from the ledger and from nowhere else.
import { fromB64u, fromHex, b64u } from '../canonical';
import { ledgerKeys } from '../ledger';
import type { Ledger } from '../ledger/port';
import { Refusal } from '../refusals';
import { keyThumbprint } from './envelope';
import type { SignedContribution } from './contribution';
import type { Question } from './question';

/** The stream under which a participant records the hash of its HPKE key; the newest entry counts. */
export const KEY_STREAM = 'hpke-key';
/** The stream under which compute nodes, and whoever calls them, record the hash of their TLS key; the newest entry counts. */
export const TLS_STREAM = 'tls-key';
/** The stream under which a compute node records the commitment of its lattice key share, one entry an epoch. */
export const EPOCH_STREAM = 'lattice-epoch';

export interface Party {
  readonly participant: string;
  readonly roles: readonly string[];
  readonly organisation: string;
  /** DER of the receipt certificate. */
  readonly certificate: Uint8Array;
}

/** Refuses PARTY_UNKNOWN. */
export async function partyOf(ledger: Ledger, participant: string): Promise<Party> {
  const value = (await ledger.read(ledgerKeys.participant(participant)))?.value;
  const thumbprint = (value?.['certificates'] as Record<string, string> | undefined)?.['receipt'];
  const entry = thumbprint === undefined ? undefined : await ledger.read(ledgerKeys.certificate(thumbprint));
  const der = entry?.value['der'];
  if (value === undefined || typeof der !== 'string') throw new Refusal('PARTY_UNKNOWN', { party: participant });
  const { roles, organisation } = value as { roles: readonly string[]; organisation: string };
  return { participant, roles, organisation, certificate: fromB64u(der) };
}

/** base64url thumbprint of the participant's HPKE key. Refuses KEY_NOT_REGISTERED. */
export const registeredKey = async (ledger: Ledger, participant: string): Promise<string> =>
  b64u(fromHex(await newest(ledger, KEY_STREAM, participant), 32));

/** hex SHA-256 of the SubjectPublicKeyInfo of the participant's TLS key. Refuses KEY_NOT_REGISTERED. */
export const registeredTlsKey = (ledger: Ledger, participant: string): Promise<string> =>
  newest(ledger, TLS_STREAM, participant);

async function newest(ledger: Ledger, stream: string, participant: string): Promise<string> {
  const entries = await ledger.list(ledgerKeys.hash(stream, participant, ''));
  const hash = entries.toSorted((a, b) => a.height - b.height || a.index - b.index).at(-1)?.value['hash'];
  if (typeof hash !== 'string') throw new Refusal('KEY_NOT_REGISTERED', { party: participant });
  return hash;
}

/** The command that records the hash of a key under its holder's name. */
export const keyCommand = (stream: typeof KEY_STREAM | typeof TLS_STREAM, hash: string) =>
  ({ type: 'RecordHash', stream, id: hash.slice(0, 16), hash }) as const;

/** The raw key, when it is the registered one. Refuses KEY_NOT_REGISTERED. */
export async function mustBeRegistered(ledger: Ledger, participant: string, key: Uint8Array): Promise<Uint8Array> {
  if (keyThumbprint(key) !== (await registeredKey(ledger, participant)))
    throw new Refusal('KEY_NOT_REGISTERED', { party: participant });
  return key;
}

/** The owner of a repository. Refuses PARTY_UNKNOWN. */
export async function ownerOf(ledger: Ledger, repository: string): Promise<string> {
  const owner = (await ledger.read(ledgerKeys.repository(repository)))?.value['owner'];
  if (typeof owner !== 'string') throw new Refusal('PARTY_UNKNOWN', { party: repository });
  return owner;
}

/**
 * The three nodes, when they may serve: the operator registered each with the role `compute-node`, they belong to three
 * organisations, and none of these is the searcher's. Refuses NODES_NOT_APART, NODE_NOT_REGISTERED.
 */
export async function standingNodes(ledger: Ledger, question: Question): Promise<readonly Party[]> {
  const searcher = await partyOf(ledger, question.searcher);
  const nodes = await Promise.all(question.nodes.map((node) => partyOf(ledger, node)));
  const stranger = nodes.find(({ roles }) => !roles.includes('compute-node'));
  if (stranger !== undefined) throw new Refusal('NODE_NOT_REGISTERED', { node: stranger.participant });
  if (new Set([searcher, ...nodes].map(({ organisation }) => organisation)).size !== 4)
    throw new Refusal('NODES_NOT_APART', { nodes: [...question.nodes] });
  return nodes;
}

/**
 * Overlap: two owners of two organisations, neither of which runs one of the nodes: an owner that is a node too would need
 * one partner less. Refuses OVERLAP_NEEDS_TWO, NODES_NOT_APART.
 */
export async function apartForOverlap(ledger: Ledger, question: Question, owners: readonly string[]): Promise<void> {
  const organisationOf = async (name: string) => (await partyOf(ledger, name)).organisation;
  const both = new Set(await Promise.all(owners.map(organisationOf)));
  if (owners.length !== 2 || both.size !== 2) throw new Refusal('OVERLAP_NEEDS_TWO', { count: both.size });
  for (const node of question.nodes)
    if (both.has(await organisationOf(node))) throw new Refusal('NODES_NOT_APART', { nodes: [node] });
}

/**
 * Certificates under the names that sign in one computation: searcher and nodes as themselves, a repository by its owner.
 * Refuses QUESTION_MISMATCH when a repository bears the name of one of the four, so that nobody signs as another.
 */
export async function certificatesOf(
  ledger: Ledger,
  question: Question,
  contributions: readonly Pick<SignedContribution, 'document'>[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const participant of [question.searcher, ...question.nodes])
    found.set(participant, (await partyOf(ledger, participant)).certificate);
  for (const { document } of contributions) {
    if ([question.searcher, ...question.nodes].includes(document.repository))
      throw new Refusal('QUESTION_MISMATCH', { repository: document.repository });
    found.set(document.repository, (await partyOf(ledger, await ownerOf(ledger, document.repository))).certificate);
  }
  return found;
}
