// The exchange as a client of the data ends: one sender-constrained client an owner, under the operator's identity.
import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Client, issuerOf, type Keyring } from '../../wire';
import { OPERATOR_KEYS } from '../ledger/tokens';
import { Participants } from '../participants/participants.service';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';

const ONE_TRY = { attempts: 1, firstPauseMs: 0, longestPauseMs: 0 };

@Injectable()
export class DataEnds {
  private readonly clients = new Map<string, Client>();

  constructor(
    private readonly participants: Participants,
    @Inject(OPERATOR_KEYS) private readonly keys: Keyring,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Refuses PARTICIPANT_UNKNOWN, DATA_END_MISSING. */
  async of(owner: string): Promise<Client> {
    const { endpoint } = await this.participants.one(owner);
    if (endpoint === null) throw new Refusal('DATA_END_MISSING', { owner });
    let client = this.clients.get(endpoint);
    if (client === undefined) {
      client = new Client({
        issuer: issuerOf(this.settings.PUBLIC_URL),
        server: endpoint,
        identity: { participant: this.keys.participant, tokenKey: this.keys.token },
        now: () => this.clock.now(),
        retry: ONE_TRY, // The queue brings the job back; a relay in the foreground is repeated by its caller.
        timeoutMs: 90_000,
      });
      this.clients.set(endpoint, client);
    }
    return client;
  }
}
