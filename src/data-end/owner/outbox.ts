// The owner's own ledger commands, exactly once.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Outbox } from '../../adapters/ledger/outbox/outbox';
import type { Ledger } from '../../domain/ledger/port';
import { ledgerSigner } from '../../wire';
import { KEYRING, type Keyring } from '../keys';
import { LEDGER } from '../witness';

@Injectable()
export class OwnerOutbox extends Outbox {
  constructor(database: DataSource, @Inject(LEDGER) ledger: Ledger, @Inject(KEYRING) keys: Keyring) {
    super(database, ledger, ledgerSigner(keys));
  }
}
