// Mutual TLS at the door: who comes in over TLS with another key than the one its token's holder recorded on the ledger is refused.
import type { TLSSocket } from 'node:tls';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { registeredTlsKey } from '../domain/confidential';
import type { Ledger } from '../domain/ledger/port';
import { Refusal } from '../domain/refusals';
import type { Caller } from '../platform/tokens/caller';
import { pinAt } from '../wire';
import { LEDGER } from './keys';

@Injectable()
export class PinnedCaller implements CanActivate {
  /** Keys once found on the ledger; another key makes us look again. */
  private readonly known = new Map<string, string>();

  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** Open routes have no caller: there any certificate does. Refuses TLS_KEY_UNKNOWN. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { caller, socket } = context.switchToHttp().getRequest<Request & { caller?: Caller }>();
    if (caller === undefined) return true;
    const { participant } = caller;
    const pin = pinAt(socket as TLSSocket);
    if (pin === undefined) throw new Refusal('TLS_KEY_UNKNOWN', { party: participant });
    if (this.known.get(participant) !== pin && (await this.recorded(participant)) !== pin)
      throw new Refusal('TLS_KEY_UNKNOWN', { party: participant });
    return true;
  }

  private async recorded(participant: string): Promise<string | undefined> {
    try {
      const pin = await registeredTlsKey(this.ledger, participant);
      this.known.set(participant, pin);
      return pin;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'KEY_NOT_REGISTERED') return undefined;
      throw error;
    }
  }
}
