// Every sentence that can be said to the ledger: one strict union by `type`, checked once at the door.
import { z } from 'zod';
import { Approval, ContentName, Count, Der, Hash, Id, Instant, Role, Slug, Thumbprint, Use, Words } from './shapes';

const command = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });
const term = { from: Instant, until: Instant };
const Approvals = z.array(Approval).min(1).max(4);

// Participants and their keys.
export const RegisterParticipant = command('RegisterParticipant', {
  participant: Slug,
  name: z.strictObject({ en: Words, zh: Words }),
  roles: z.array(Role).min(1).max(6),
  /** The organisation behind it (MSP id on Fabric); "not the author's organisation" compares these. */
  organisation: Id,
  certificates: z
    .array(z.strictObject({ use: Use, der: Der }))
    .min(1)
    .max(2),
  endpoint: z.url().max(300).optional(),
});
/** Announced by the old key; `previous` is the certificate it replaces. */
export const ChangeKey = command('ChangeKey', { participant: Slug, use: Use, der: Der, previous: Thumbprint });
/** A participant that lost its key gets a new one from an operator and one approval by another operator or owner. */
export const RecoverKey = command('RecoverKey', { participant: Slug, use: Use, der: Der, approvals: Approvals });
/** From `invalidFrom` (a block height) on, nothing signed under this certificate counts. */
export const RevokeKey = command('RevokeKey', { participant: Slug, certificate: Thumbprint, invalidFrom: Count });

// What can be asked, and where.
export const PublishElement = command('PublishElement', { element: ContentName, document: Hash, name: Words });
export const AnnounceRepository = command('AnnounceRepository', {
  repository: Id,
  owner: Slug,
  element: ContentName,
  metadata: Hash,
  dataVersion: Id.optional(),
});
export const UpdateRepository = command('UpdateRepository', {
  repository: Id,
  metadata: Hash,
  dataVersion: Id.optional(),
});
export const RetireRepository = command('RetireRepository', { repository: Id });
export const PublishTemplate = command('PublishTemplate', {
  template: ContentName,
  element: ContentName,
  author: Slug,
  /** SHA-256 of each review's JWS bytes; at least two reviewers, none of the author's organisation. */
  reviews: z
    .array(z.strictObject({ reviewer: Slug, jws: Hash }))
    .min(2)
    .max(8),
});
export const WithdrawTemplate = command('WithdrawTemplate', {
  template: ContentName,
  reason: Id,
  approvals: Approvals,
});
export const AdoptTemplate = command('AdoptTemplate', { repository: Id, template: ContentName, policy: Hash });
export const RetireAdoption = command('RetireAdoption', { repository: Id, template: ContentName });

// Who may ask: validity on the ledger, everything else as a hash.
export const GrantPermit = command('GrantPermit', {
  permit: Id,
  version: z.literal(1),
  hash: Hash,
  ...term,
  repository: Id,
  template: ContentName,
  /** A participant, or `class:<id>` for a class of them. */
  searcher: z.string().regex(/^(class:)?[a-z][a-z0-9-]{1,40}$/),
});
export const NarrowPermit = command('NarrowPermit', { permit: Id, version: Count, hash: Hash, ...term });
/** Every change of a permit names the version it makes: the present one plus one. */
export const RevokePermit = command('RevokePermit', { permit: Id, version: Count });
/** A new state of the data subjects' consents at one repository; it makes a new data version. */
export const ConsentVersion = command('ConsentVersion', {
  repository: Id,
  version: Count,
  hash: Hash,
  dataVersion: Id,
});
export const AppointAuditor = command('AppointAuditor', {
  appointment: Id,
  auditor: Slug,
  /** Hash of scope and cases. */
  scope: Hash,
  ...term,
  approvals: Approvals,
});
export const EndAppointment = command('EndAppointment', { appointment: Id });

// Receipts: one anchor a batch, and disputes about them.
export const AnchorBatch = command('AnchorBatch', {
  /** 1 for the first anchor of a participant, then without gaps. */
  seq: z.int().positive(),
  size: Count,
  root: Hash,
  /** RFC 9162 §2.1.4 proof from the previous size to this one; empty when the previous size is 0 or equal. */
  consistency: z.array(Hash).max(64),
  /** `anchorHash` of the previous anchor's value; null for the first. */
  previous: Hash.nullable(),
});
/** "You promised to anchor this leaf and never did." */
export const OpenDispute = command('OpenDispute', { dispute: Id, against: Slug, leaf: Hash, deadline: Count });
/** The accused shows the leaf in its own anchor `seq` (RFC 9162 §2.1.3 inclusion proof). */
export const AnswerDispute = command('AnswerDispute', {
  dispute: Id,
  seq: z.int().positive(),
  index: Count,
  proof: z.array(Hash).max(64),
});
export const CloseDispute = command('CloseDispute', { dispute: Id });

// The three rights. Shares in basis points, 10,000 = the whole.
const right = {
  right: Id,
  holder: Slug,
  shareBp: z.int().positive().max(10_000),
  from: Instant,
  until: Instant.optional(),
};
export const RegisterRight = command('RegisterRight', {
  ...right,
  repository: Id,
  kind: z.enum(['holding', 'processing', 'usage']),
});
/** The holder of `parent` licenses usage to `holder`, who approves. */
export const LicenseRight = command('LicenseRight', {
  ...right,
  until: Instant,
  parent: Id,
  agreement: Hash,
  approvals: Approvals,
});
/** `version` is the right's present one, so that an old approval cannot be used again. */
export const TransferRight = command('TransferRight', {
  right: Id,
  version: z.int().positive(),
  to: Slug,
  agreement: Hash,
  approvals: Approvals,
});

// Hashes of what happened elsewhere.
export const RecordAgreement = command('RecordAgreement', {
  agreement: Id,
  parties: z.array(Slug).min(2).max(16),
  hash: Hash,
  approvals: z.array(Approval).max(16).optional(),
});
export const RecordSettlement = command('RecordSettlement', { settlement: Id, agreement: Id.optional(), hash: Hash });
/** Evidence of one step of a confidential computation, by the compute node that made it. */
export const RecordStep = command('RecordStep', {
  computation: Id,
  step: Id,
  inputs: Hash,
  outputs: Hash,
});
/** Any other commitment, e.g. a sealed bid (`stream` = the auction) and later its opening. */
export const RecordHash = command('RecordHash', { stream: Id, id: Id, hash: Hash });

/** Parse with this at every door: unknown types and unknown fields are refused. */
export const Command = z.discriminatedUnion('type', [
  RegisterParticipant,
  ChangeKey,
  RecoverKey,
  RevokeKey,
  PublishElement,
  AnnounceRepository,
  UpdateRepository,
  RetireRepository,
  PublishTemplate,
  WithdrawTemplate,
  AdoptTemplate,
  RetireAdoption,
  GrantPermit,
  NarrowPermit,
  RevokePermit,
  ConsentVersion,
  AppointAuditor,
  EndAppointment,
  AnchorBatch,
  OpenDispute,
  AnswerDispute,
  CloseDispute,
  RegisterRight,
  LicenseRight,
  TransferRight,
  RecordAgreement,
  RecordSettlement,
  RecordStep,
  RecordHash,
]);
export type Command = z.infer<typeof Command>;
export type CommandType = Command['type'];
/** The body of one command: `CommandOf<'AnchorBatch'>`. */
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;
