// The offline verifier: one bundle in, one exit code out, and every check it made on the way.
import { Refusal } from '../refusals';
import { openCase, type Case } from './case';
import { exitCodes, type Check, type CheckName, type Verdict } from './codes';
import { commonHashHolds, partsHold } from './content';
import { permitHolds, templateHolds, timesHold } from './permission';
import { ownerSigned, searcherSigned } from './signatures';
import { certificatesHold, headsStand, leafStands, remembersHold, tookEffect } from './trees';
import type { Trust } from './trust';

type Step = readonly [CheckName, (found: Case) => string | undefined];

/** In this order; the first that fails decides the code. Each answers with what failed, or undefined. */
const steps: readonly Step[] = [
  ['PART', partsHold],
  ['COMMON_HASH', commonHashHolds],
  ['SEARCHER_SIGNATURE', searcherSigned],
  ['OWNER_SIGNATURE', ownerSigned],
  ['CERTIFICATE', certificatesHold],
  ['SEARCHER_INCLUSION', (found) => leafStands(found, 'searcher')],
  ['OWNER_INCLUSION', (found) => leafStands(found, 'owner')],
  ['HEAD', headsStand],
  ['ORDERED', tookEffect],
  ['REMEMBERED_HEAD', remembersHold],
  ['TEMPLATE', templateHolds],
  ['PERMIT', permitHolds],
  ['TIME', timesHold],
];

/** Verdict on an evidence bundle, without network or clock. Never throws for anything a bundle can contain. */
export function verifyBundle(bundle: Uint8Array, trust: Trust): Verdict {
  const opened = open(bundle, trust);
  if (!('bundle' in opened)) return verdict([opened]);
  const checks: Check[] = [holds('NOT_CANONICAL')];
  for (const step of steps) {
    const check = attempt(step, opened);
    checks.push(check);
    if (!check.holds) break;
  }
  return verdict(checks);
}

function open(bundle: Uint8Array, trust: Trust): Case | Check {
  try {
    return openCase(bundle, trust);
  } catch (error) {
    const refusal = refusalOf(error);
    const unknown = refusal.code.endsWith('VERSION_UNKNOWN') || refusal.details['at'] === 'kind';
    return fails(unknown ? 'UNKNOWN_VERSION' : 'NOT_CANONICAL', refusal.code);
  }
}

function attempt([name, run]: Step, found: Case): Check {
  try {
    const note = run(found);
    return note === undefined ? holds(name) : fails(name, note);
  } catch (error) {
    const { code, details } = refusalOf(error);
    return fails(name, [code, ...Object.values(details)].join(' '));
  }
}

/** Anything but a refusal is a bug of ours and must be seen. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

function holds(name: CheckName): Check {
  return { code: exitCodes[name], name, holds: true };
}

function fails(name: CheckName, note: string): Check {
  return { code: exitCodes[name], name, holds: false, note };
}

function verdict(checks: readonly Check[]): Verdict {
  return { code: checks.find((check) => !check.holds)?.code ?? exitCodes.GOOD, checks };
}
