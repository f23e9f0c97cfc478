// A compute node as one Nest module: database, ledger, keys and secrets are handed in.
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { createRemoteJWKSet } from 'jose';
import type { DataSource } from 'typeorm';
import type { EnvelopeKeys } from '../domain/confidential';
import type { Ledger } from '../domain/ledger/port';
import { HealthController } from '../platform/health';
import { programImports, ProgramModule, programProviders } from '../platform/module';
import { issuerOf, type Keyring, type TlsPair } from '../wire';
import { Admission } from './computations/admission';
import { Computations } from './computations/computations';
import { ComputationsController } from './computations/computations.controller';
import { Turns } from './computations/turns';
import { Epochs } from './epochs/epochs';
import { EpochsController } from './epochs/epochs.controller';
import { Evidence } from './evidence';
import { HPKE, KEYRING, LEDGER, TLS, WRAPPING } from './keys';
import { PinnedCaller } from './pinned-caller';
import { LargeNoises } from './noise';
import { refusalTable } from './refusal-table';
import { Registration } from './registration';
import { NODE_SETTINGS, type ComputeNodeSettings } from './settings';

export interface ComputeNodeParts {
  readonly settings: ComputeNodeSettings;
  readonly database: DataSource;
  readonly ledger: Ledger;
  readonly keys: Keyring;
  readonly hpke: EnvelopeKeys;
  readonly tls: TlsPair;
  readonly wrapping: Uint8Array;
}

@Module({})
export class ComputeNodeModule extends ProgramModule {
  static of(parts: ComputeNodeParts): DynamicModule {
    return {
      module: ComputeNodeModule,
      imports: programImports(),
      controllers: [HealthController, ComputationsController, EpochsController],
      providers: [...plumbing(parts), Admission, Computations, Epochs, Evidence, LargeNoises, Registration, Turns],
    };
  }
}

function plumbing({ settings, database, ledger, keys, hpke, tls, wrapping }: ComputeNodeParts): Provider[] {
  const issuer = issuerOf(settings.EXCHANGE_URL);
  return [
    ...programProviders({
      database,
      ledger,
      publicUrl: settings.PUBLIC_URL,
      issuer,
      keys: createRemoteJWKSet(new URL(`${issuer}/jwks`)),
      refusals: refusalTable,
    }),
    // After the token: it says who calls, and the key must be that caller's.
    { provide: APP_GUARD, useClass: PinnedCaller },
    { provide: NODE_SETTINGS, useValue: settings },
    { provide: LEDGER, useValue: ledger },
    { provide: KEYRING, useValue: keys },
    { provide: HPKE, useValue: hpke },
    { provide: TLS, useValue: tls },
    { provide: WRAPPING, useValue: wrapping },
  ];
}
