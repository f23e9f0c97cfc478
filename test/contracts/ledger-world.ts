// People for ledger tests: participants with real certificates, and builders for the commands they say.
import { randomBytes } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { b64u, fromB64u, hex, sha256 } from '../../src/domain/canonical';
import { signJws, thumbprint, type Key } from '../../src/domain/identity';
import {
  APPROVAL_TYP,
  approvalPayload,
  type Approval,
  type Command,
  type CommandOf,
  type Role,
} from '../../src/domain/ledger';
import type { LedgerSigner } from '../../src/domain/ledger/port';
import { makeKey } from '../support/certificates';

export interface Person {
  readonly participant: string;
  readonly ledger: Key;
  readonly receipt: Key;
  readonly signer: LedgerSigner;
  /** The RegisterParticipant command about this person. */
  readonly registration: CommandOf<'RegisterParticipant'>;
  approves(command: Command): Approval;
}

export const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
export const hashOf = (text: string): string => hex(sha256(new TextEncoder().encode(text)));
export const nameOf = (text: string): `sha256:${string}` => `sha256:${hashOf(text)}`;

/** Where ledger keys come from: made here, or issued by a network's own authority. */
export type MakeKey = (participant: string, role: Role) => Promise<Key>;

export async function person(
  participant: string,
  roles: [Role, ...Role[]],
  organisation = participant,
  ledgerKey: MakeKey = keyOf,
): Promise<Person> {
  const [ledger, receipt] = await Promise.all([ledgerKey(participant, roles[0]), keyOf(participant)]);
  return {
    participant,
    ledger,
    receipt,
    signer: signerOf(participant, ledger),
    registration: {
      type: 'RegisterParticipant',
      participant,
      name: { en: participant, zh: participant },
      roles,
      organisation,
      certificates: [
        { use: 'ledger', der: b64u(ledger.certificate) },
        { use: 'receipt', der: b64u(receipt.certificate) },
      ],
    },
    approves: (command) => ({
      by: participant,
      certificate: thumbprint(receipt.certificate),
      jws: signJws(APPROVAL_TYP, approvalPayload(command, participant), receipt),
    }),
  };
}

export const keyOf = (name: string): Promise<Key> => makeKey(name);

export function signerOf(participant: string, key: Key): LedgerSigner {
  const secret = fromB64u(key.privateKey.export({ format: 'jwk' }).d ?? '');
  return {
    participant,
    certificate: key.certificate,
    sign: (digest) => Promise.resolve(p256.sign(digest, secret, { prehash: false, lowS: true })),
  };
}

export interface World {
  readonly operator: Person;
  readonly city: Person;
  readonly lab: Person;
  readonly reviewers: readonly [Person, Person];
  readonly auditor: Person;
}

export async function world(ledgerKey: MakeKey = keyOf): Promise<World> {
  const [operator, city, lab, first, second, auditor] = await Promise.all([
    person('exchange', ['operator'], 'exchange', ledgerKey),
    person('city', ['owner'], 'city', ledgerKey),
    person('lab', ['searcher'], 'lab', ledgerKey),
    person('reviewer-a', ['reviewer'], 'institute-a', ledgerKey),
    person('reviewer-b', ['reviewer'], 'institute-b', ledgerKey),
    person('court', ['auditor'], 'court', ledgerKey),
  ]);
  return { operator, city, lab, reviewers: [first, second], auditor };
}

export const element = nameOf('trips');
export const template = nameOf('how many trips');

/** Everything up to an adopted template, said by whom. */
export function foundation({ operator, city, lab, reviewers, auditor }: World): readonly [Command, Person][] {
  const reviews = reviewers.map(({ participant }) => ({ reviewer: participant, jws: hashOf(participant) }));
  return [
    ...[city, lab, ...reviewers, auditor].map(({ registration }): [Command, Person] => [registration, operator]),
    [{ type: 'PublishElement', element, document: hashOf('trips'), name: 'trips' }, city],
    [{ type: 'AnnounceRepository', repository: 'city-trips', owner: 'city', element, metadata: hashOf('about') }, city],
    [{ type: 'PublishTemplate', template, element, author: 'city', reviews }, city],
    [{ type: 'AdoptTemplate', repository: 'city-trips', template, policy: hashOf('policy') }, city],
  ];
}

export function permit(id: string): CommandOf<'GrantPermit'> {
  return {
    type: 'GrantPermit',
    permit: id,
    version: 1,
    hash: hashOf(id),
    from: 1000,
    until: 2000,
    repository: 'city-trips',
    template,
    searcher: 'lab',
  };
}
