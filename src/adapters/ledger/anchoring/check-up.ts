// Compares a participant's stored leaves with every anchor the ledger holds of it: numbers without a gap, roots that can be recomputed.
import { type AnchoredRoot, fsck } from '../../../domain/audit';
import { ledgerKeys } from '../../../domain/ledger';
import type { Ledger } from '../../../domain/ledger/port';
import { leafHash } from '../../../domain/merkle';

export interface CheckUp {
  readonly participant: string;
  readonly leaves: number;
  readonly anchors: number;
  /** The first thing that is wrong, in words; null when all is as anchored. */
  readonly fault: string | null;
}

const PAGE = 500;

/** `leaves` in tree order, sealed ones only. Refuses what the ledger refuses, such as LEDGER_DOWN. */
export async function checkUp(ledger: Ledger, participant: string, leaves: readonly Uint8Array[]): Promise<CheckUp> {
  const anchors = await anchorsOf(ledger, participant);
  const fault = fsck(
    leaves.map((leaf) => ({ leaf, hash: leafHash(leaf) })),
    anchors,
  );
  const words = fault && Object.entries(fault).map(([name, value]) => `${name} ${String(value)}`);
  return { participant, leaves: leaves.length, anchors: anchors.length, fault: words?.join(', ') ?? null };
}

async function anchorsOf(ledger: Ledger, participant: string): Promise<readonly AnchoredRoot[]> {
  const prefix = ledgerKeys.anchor(participant, 0).replace(/\d+$/, '');
  const found: AnchoredRoot[] = [];
  for (let after = ''; ;) {
    const page = await ledger.list(prefix, after, PAGE);
    found.push(...page.map(({ value }) => value as unknown as AnchoredRoot));
    if (page.length < PAGE) return found;
    after = page.at(-1)?.key ?? '';
  }
}
