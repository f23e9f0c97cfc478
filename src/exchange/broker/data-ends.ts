// The exchange as a client of data ends and compute nodes: one sender-constrained client each, under the operator's identity.
import { Inject, Injectable } from '@nestjs/common';
import { registeredTlsKey } from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Client, issuerOf, type Keyring, pinnedDispatcher, secureAddress, type TlsPair } from '../../wire';
import { LEDGER, OPERATOR_KEYS, OPERATOR_TLS } from '../ledger/tokens';
import { Participants } from '../participants/participants.service';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';

const ONE_TRY = { attempts: 1, firstPauseMs: 0, longestPauseMs: 0 };

@Injectable()
export class DataEnds {
  private readonly clients = new Map<string, Client>();

  constructor(
    private readonly participants: Participants,
    @Inject(OPERATOR_KEYS) private readonly keys: Keyring,
    @Inject(OPERATOR_TLS) private readonly tls: TlsPair,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A compute node's is reached over mutual TLS, with its key as the ledger has it. Refuses PARTICIPANT_UNKNOWN, DATA_END_MISSING. */
  async of(owner: string): Promise<Client> {
    const { endpoint, roles } = await this.participants.one(owner);
    if (endpoint === null) throw new Refusal('DATA_END_MISSING', { owner });
    const client = this.clients.get(owner + endpoint) ?? this.made(owner, endpoint, roles.includes('compute-node'));
    this.clients.set(owner + endpoint, client);
    return client;
  }

  private made(owner: string, endpoint: string, pinned: boolean): Client {
    const dispatcher = () => pinnedDispatcher(this.tls, () => registeredTlsKey(this.ledger, owner));
    return new Client({
      issuer: issuerOf(this.settings.PUBLIC_URL),
      server: pinned ? secureAddress(endpoint) : endpoint,
      identity: { participant: this.keys.participant, tokenKey: this.keys.token },
      now: () => this.clock.now(),
      retry: ONE_TRY, // The queue brings the job back; a relay in the foreground is repeated by its caller.
      timeoutMs: 90_000,
      ...(pinned ? { dispatcher: dispatcher() } : {}),
    });
  }
}
