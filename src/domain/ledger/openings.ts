// Openings for auditors: a part of an exchange record with its salt, kept where the auditor's organisation alone can read it.
import { z } from 'zod';
import { readCanonical } from '../canonical';
import { Refusal } from '../refusals';
import type { Appointment } from './auditors';
import { ledgerKeys } from './keys';
import { participantIn } from './participants';
import { Id } from './shapes';
import { need, refuse, type State } from './state';

/** The parts of an exchange record (receipts, `partNames`); named here again because this room knows no receipts. */
const Part = z.enum(['head', 'template', 'permit', 'parameters', 'answer', 'timing']);

/**
 * Everyone on the channel sees SHA-256 of an opening's bytes. The part's own 32-byte salt stands in them, so nobody can find
 * a short answer by trying; and with it the auditor recomputes the part's commitment under E.
 */
export const Opening = z.strictObject({
  v: z.literal(1),
  appointment: Id,
  xid: Id,
  part: Part,
  salt: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** base64url of the part's canonical bytes. */
  bytes: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(700_000),
});
export type Opening = z.infer<typeof Opening>;

/** Canonical bytes → opening. Refuses LEDGER_COMMAND_UNKNOWN: no salt, another form, or no bytes at all. */
export function readOpening(bytes: Uint8Array | undefined): Opening {
  const parsed = Opening.safeParse(bytes && valueOf(bytes));
  return parsed.success ? parsed.data : refuse('LEDGER_COMMAND_UNKNOWN', { fields: 'opening' });
}

function valueOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(JSON.stringify(readCanonical(bytes)));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Where an opening lies in the auditor's collection. Its hash is public, so it holds a random id and nothing of the content. */
export const openingKey = (
  { appointment, xid, part }: Pick<Opening, 'appointment' | 'xid' | 'part'>,
  by: string,
): string => `opening/${appointment}/${by}/${xid}/${part}`;

/** The inverse of `openingKey`; refuses LEDGER_ENTRY_UNKNOWN. */
export function openingAt(key: string): { readonly appointment: string; readonly by: string } {
  const [kind, appointment = '', by = '', ...rest] = key.split('/');
  return kind === 'opening' && rest.length === 2 ? { appointment, by } : refuse('LEDGER_ENTRY_UNKNOWN', { key });
}

/** What must be read of the public state to judge a call of `by` about this appointment. */
export const openingReads = (appointment: string, by: string): readonly string[] => [
  ledgerKeys.appointment(appointment),
  ledgerKeys.participant(by),
];

export interface Asking {
  readonly by: string;
  /** x5t#S256 of the certificate that signed. */
  readonly certificate: string;
}

/** Any registered participant may open what it holds, while the auditor is in office. */
export function mayDisclose(appointment: string, asking: Asking, state: State): void {
  mustBeRegistered(asking, state);
  inOffice(appointment, state);
}

/** The appointed auditor alone, and only while in office. */
export function mayRead(appointment: string, asking: Asking, state: State): void {
  mustBeRegistered(asking, state);
  if (inOffice(appointment, state).auditor !== asking.by) refuse('LEDGER_OPENING_FOREIGN', { appointment });
}

/** Who opened it may take it back, and the auditor may destroy it; also when the office has ended. */
export function mayForget(key: string, asking: Asking, state: State): void {
  const { appointment, by } = openingAt(key);
  mustBeRegistered(asking, state);
  const { auditor } = appointed(appointment, state);
  if (![by, auditor].includes(asking.by)) refuse('LEDGER_OPENING_FOREIGN', { appointment });
}

function mustBeRegistered({ by, certificate }: Asking, state: State): void {
  if (participantIn(state, by).certificates.ledger !== certificate)
    refuse('LEDGER_CERTIFICATE_FOREIGN', { participant: by });
}

const appointed = (appointment: string, state: State): Appointment =>
  need<Appointment>(state, ledgerKeys.appointment(appointment), 'LEDGER_APPOINTMENT_UNKNOWN');

function inOffice(appointment: string, state: State): Appointment {
  const found = appointed(appointment, state);
  return found.status === 'appointed' ? found : refuse('LEDGER_APPOINTMENT_ENDED', { appointment });
}
