// The data end as a client of the exchange: publishes the owner's documents there, after the ledger has their hashes.
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../platform/clock';
import { Client, issuerOf } from '../../wire';
import { KEYRING, type Keyring } from '../keys';
import { DATA_END_SETTINGS, type DataEndSettings } from '../settings';

@Injectable()
export class ExchangeLink {
  readonly client: Client;

  constructor(
    @Inject(DATA_END_SETTINGS) settings: DataEndSettings,
    @Inject(KEYRING) keys: Keyring,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.client = new Client({
      issuer: issuerOf(settings.EXCHANGE_URL),
      server: settings.EXCHANGE_URL,
      identity: { participant: keys.participant, tokenKey: keys.token },
      now: () => clock.now(),
    });
  }
}
