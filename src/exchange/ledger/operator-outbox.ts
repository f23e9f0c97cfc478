// The operator's own ledger commands: kept, signed with the operator's key, sent exactly once.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Outbox } from '../../adapters/ledger/outbox/outbox';
import type { Ledger, LedgerSigner } from '../../domain/ledger/port';
import { LEDGER, OPERATOR } from './tokens';

@Injectable()
export class OperatorOutbox extends Outbox {
  constructor(database: DataSource, @Inject(LEDGER) ledger: Ledger, @Inject(OPERATOR) operator: LedgerSigner) {
    super(database, ledger, operator);
  }
}
