// Who may bring a request, and whether it is fresh: asked of every question, clear or confidential, before anything is kept.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { thumbprint } from '../../domain/identity';
import { openRequest, readRequest, type Message, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import type { Caller } from '../../platform/tokens/caller';
import { KEYRING, type Keyring } from '../keys';
import { Witness } from '../witness';
import { ExchangeRow } from './entities';

@Injectable()
export class Arrivals {
  constructor(
    private readonly database: DataSource,
    private readonly witness: Witness,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The request, and whether it was kept before: then it may come again after its time; a new one must be fresh.
   * Refuses DATA_END_OTHER, SEARCHER_UNKNOWN, CALLER_NOT_SIGNER, and what `openRequest` refuses.
   */
  async open(message: Message, caller: Caller): Promise<{ readonly request: Request; readonly isKnown: boolean }> {
    const { from, to, xid, issuedAt } = readRequest(message.bytes);
    if (to !== this.keys.participant) throw new Refusal('DATA_END_OTHER', { to });
    const certificate = await this.witness.receiptCertificate(from);
    mayBring(caller, from, certificate);
    const isKnown = await this.database.manager.existsBy(ExchangeRow, { xid });
    return { request: openRequest(message, certificate, isKnown ? issuedAt : this.clock.now()), isKnown };
  }
}

/** The exchange, which only carries: the searcher's own signature is what counts. */
export const isRelay = ({ roles }: Caller): boolean => roles.includes('operator');

function mayBring(caller: Caller, from: string, certificate: Uint8Array): void {
  if (isRelay(caller)) return;
  if (caller.participant !== from || caller.receipt !== thumbprint(certificate))
    throw new Refusal('CALLER_NOT_SIGNER', { from });
}
