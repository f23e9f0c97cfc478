// Rights as the ledger records them, read for one repository: who may sell, and who is paid.
import { Inject, Injectable } from '@nestjs/common';
import { needRightToSell, inForce, type Right, rightKinds } from '../../../domain/market/rights';
import type { Entry, Ledger } from '../../../domain/ledger/port';
import { LEDGER } from '../../ledger/tokens';

const PAGE = 500;

@Injectable()
export class Rights {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** Every right recorded for the repository, in id order. */
  async of(repository: string): Promise<Right[]> {
    return (await this.all()).filter((right) => right.repository === repository);
  }

  /** Rights a participant holds. */
  async heldBy(holder: string): Promise<Right[]> {
    return (await this.all()).filter((right) => right.holder === holder);
  }

  /** The right that covers the sale. Refuses SALE_WITHOUT_RIGHT. */
  async mustSell(sale: { seller: string; repository: string; from: number; until: number }): Promise<Right> {
    return needRightToSell(await this.of(sale.repository), sale);
  }

  /** Holders by kind, in force at `now`: the parties of a split. */
  async parties(repository: string, now: number) {
    const live = (await this.of(repository)).filter((right) => inForce(right, now));
    const [holding, processing, usage] = rightKinds.map((kind) => merged(live.filter((right) => right.kind === kind)));
    return { holding: holding ?? [], processing: processing ?? [], usage: usage ?? [] };
  }

  private async all(): Promise<Right[]> {
    const found: Entry[] = [];
    for (let after: string | undefined; ; after = found.at(-1)?.key) {
      const page = await this.ledger.list('right/', after, PAGE);
      found.push(...page);
      if (page.length < PAGE) return found.map(readRight);
    }
  }
}

/** One line a holder: shares of one kind add up. */
function merged(rights: readonly Right[]): readonly { readonly id: string; readonly shareBp: number }[] {
  const shares = new Map<string, number>();
  for (const { holder, shareBp } of rights) shares.set(holder, (shares.get(holder) ?? 0) + shareBp);
  return [...shares].map(([id, shareBp]) => ({ id, shareBp }));
}

function readRight({ key, value }: Entry): Right {
  const { repository, kind, holder, shareBp, from, until, parent, version } = value as Record<string, unknown>;
  return {
    right: key.slice('right/'.length),
    repository: String(repository),
    kind: kind as Right['kind'],
    holder: String(holder),
    shareBp: Number(shareBp),
    from: Number(from),
    until: until === undefined ? null : Number(until),
    parent: typeof parent === 'string' ? parent : null,
    version: Number(version),
  };
}
