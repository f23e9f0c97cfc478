// A bundle taken apart: what is open to the reader, and what the four statements say once their signatures hold.
import { fromB64u, isObject, readCanonical, type JsonObject } from '../canonical';
import {
  everyPart,
  openingsOf,
  partNames,
  readAnswer,
  readBundle,
  readRequest,
  type Bundle,
  type PartName,
  type Parts,
  type Statement,
} from '../receipts';
import type { Trust } from './trust';

export interface Opened {
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
  readonly content: JsonObject;
}

/** Signed words, filled in as their signatures are checked. */
export interface Said {
  request?: Statement<'request'>;
  answer?: Statement<'answer'>;
  ack?: Statement<'ack'>;
  final?: Statement<'final'>;
}

export interface Case {
  readonly bundle: Bundle;
  readonly trust: Trust;
  readonly opened: Readonly<Partial<Record<PartName, Opened>>>;
  readonly envelopes: { readonly request: Uint8Array; readonly answer: Uint8Array } | undefined;
  readonly certificates: { readonly searcher: Uint8Array; readonly owner: Uint8Array };
  readonly said: Said;
}

/** Takes a bundle apart. Refuses everything of `readBundle`, `readRequest` and `readAnswer`: bytes that mean nothing. */
export function openCase(bytes: Uint8Array, trust: Trust): Case {
  const bundle = readBundle(bytes);
  const envelopes = bundle.envelopes && {
    request: fromB64u(bundle.envelopes.request),
    answer: fromB64u(bundle.envelopes.answer),
  };
  return {
    bundle,
    trust,
    envelopes: envelopes ?? undefined,
    opened: envelopes ? fromEnvelopes(envelopes.request, envelopes.answer) : fromOpenings(bundle),
    certificates: {
      searcher: fromB64u(bundle.searcher.certificate),
      owner: fromB64u(bundle.owner.certificate),
    },
    said: {},
  };
}

function fromEnvelopes(request: Uint8Array, answer: Uint8Array): Case['opened'] {
  readRequest(request);
  readAnswer(answer, request);
  const { parts, salts }: { parts: Parts; salts: Parts } = openingsOf(request, answer);
  return everyPart((part) => opening(parts[part], salts[part]));
}

function fromOpenings(bundle: Bundle): Case['opened'] {
  const entries = partNames.flatMap((part) => {
    const shown = bundle.openings[part];
    return shown ? [[part, opening(fromB64u(shown.bytes), fromB64u(shown.salt, 32))] as const] : [];
  });
  return Object.fromEntries(entries);
}

function opening(bytes: Uint8Array, salt: Uint8Array): Opened {
  const content = readCanonical(bytes);
  return { bytes, salt, content: isObject(content) ? content : {} };
}

/** A field of an open part, as it stands there; undefined when the part is closed. */
export function field(found: Case, part: PartName, name: string): unknown {
  return found.opened[part]?.content[name];
}

/** A whole number in an open part. */
export function numberIn(found: Case, part: PartName, name: string): number | undefined {
  const value = field(found, part, name);
  return typeof value === 'number' ? value : undefined;
}

/** How the permit was used, when the permit part is open and names one. */
export function permitUse(found: Case): { version: number; height: number } | undefined {
  const use = field(found, 'permit', 'use') as JsonObject | null | undefined;
  const version = use?.['version'];
  const height = use?.['height'];
  return typeof version === 'number' && typeof height === 'number' ? { version, height } : undefined;
}
