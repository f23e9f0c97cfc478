// An owner's way to its own data end: with the desk code of that machine, never with a token of the exchange.
import type { Json } from '../domain/canonical';
import type { Permit } from '../domain/permits';
import type { CheckUp } from '../adapters/ledger/anchoring/check-up';
import type { Client } from '../wire';

export interface AccountEntry {
  readonly id: string;
  readonly kind: string;
  readonly cap: string;
  readonly spent: string;
  readonly held: string;
}

export class OwnerDesk {
  constructor(
    private readonly dataEnd: Client,
    private readonly code: string,
  ) {}

  /** Opens the source, describes it, announces it. Refuses SOURCE_*, ELEMENT_INVALID, REPOSITORY_INVALID. */
  offer(offering: Json): Promise<{ id: string; state: string; dataVersion: string }> {
    return this.call('repositories', offering);
  }

  adopt(repository: string, template: string): Promise<{ repository: string; template: string; state: string }> {
    return this.call('adoptions', { repository, template });
  }

  grant(permit: Permit): Promise<Permit> {
    return this.call('permits', permit);
  }

  revoke(permit: string): Promise<{ id: string; state: string }> {
    return this.call(`permits/${encodeURIComponent(permit)}/revocation`, {});
  }

  /** What was spent and is held of rho and quota, exact texts. */
  async accounts(): Promise<readonly AccountEntry[]> {
    return (await this.call<{ items: AccountEntry[] }>('accounts')).items;
  }

  /** The owner's tree, recomputed there and compared with the ledger. */
  fsck(): Promise<CheckUp> {
    return this.call('fsck');
  }

  private call<T>(path: string, json?: Json): Promise<T> {
    return this.dataEnd.json(`/owner/${path}`, {
      open: true,
      headers: { authorization: `Desk ${this.code}` },
      ...(json === undefined ? {} : { json }),
      timeoutMs: 300_000,
    });
  }
}
