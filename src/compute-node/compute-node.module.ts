// A compute node as one Nest module: database, ledger, keys and secrets are handed in.
import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { createRemoteJWKSet } from 'jose';
import { DataSource } from 'typeorm';
import type { EnvelopeKeys } from '../domain/confidential';
import type { Ledger } from '../domain/ledger/port';
import { CLOCK, type Clock, clockProviders } from '../platform/clock';
import { ProblemFilter, REFUSALS } from '../platform/errors/problem-filter';
import { HealthController, MeasuredRequests, Metrics, READY_CHECKS, type ReadyCheck } from '../platform/health';
import { PUBLIC_URL, TokenGuard } from '../platform/tokens/guard';
import { proofMemory } from '../platform/tokens/postgres-memory';
import { TokenVerifier } from '../platform/tokens/verifier';
import type { Keyring } from '../wire';
import { Admission } from './computations/admission';
import { Computations } from './computations/computations';
import { ComputationsController } from './computations/computations.controller';
import { Epochs } from './epochs/epochs';
import { EpochsController } from './epochs/epochs.controller';
import { Evidence } from './evidence';
import { HPKE, KEYRING, LEDGER, WRAPPING } from './keys';
import { refusalTable } from './refusal-table';
import { Registration } from './registration';
import { NODE_SETTINGS, type ComputeNodeSettings } from './settings';

export interface ComputeNodeParts {
  readonly settings: ComputeNodeSettings;
  readonly database: DataSource;
  readonly ledger: Ledger;
  readonly keys: Keyring;
  readonly hpke: EnvelopeKeys;
  readonly wrapping: Uint8Array;
}

@Module({})
export class ComputeNodeModule implements NestModule {
  static of(parts: ComputeNodeParts): DynamicModule {
    return {
      module: ComputeNodeModule,
      imports: [TerminusModule, ThrottlerModule.forRoot([{ ttl: 1000, limit: 500 }])],
      controllers: [HealthController, ComputationsController, EpochsController],
      providers: [...plumbing(parts), Admission, Computations, Epochs, Evidence, Registration],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(MeasuredRequests).forRoutes('{*path}');
  }
}

function plumbing({ settings, database, ledger, keys, hpke, wrapping }: ComputeNodeParts): Provider[] {
  const checks: ReadyCheck[] = [
    ['database', () => database.query('SELECT 1')],
    ['ledger', () => ledger.head()],
  ];
  return [
    ...clockProviders,
    Metrics,
    { provide: DataSource, useValue: database },
    { provide: NODE_SETTINGS, useValue: settings },
    { provide: PUBLIC_URL, useValue: settings.PUBLIC_URL },
    { provide: LEDGER, useValue: ledger },
    { provide: KEYRING, useValue: keys },
    { provide: HPKE, useValue: hpke },
    { provide: WRAPPING, useValue: wrapping },
    { provide: REFUSALS, useFactory: refusalTable },
    { provide: READY_CHECKS, useValue: checks },
    { provide: TokenVerifier, inject: [CLOCK], useFactory: (clock: Clock) => verifierOf(settings, database, clock) },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: TokenGuard },
  ];
}

function verifierOf(settings: ComputeNodeSettings, database: DataSource, clock: Clock): TokenVerifier {
  const now = () => clock.now();
  return new TokenVerifier({
    issuer: `${settings.EXCHANGE_URL}/oidc`,
    audience: settings.PUBLIC_URL,
    keys: createRemoteJWKSet(new URL(`${settings.EXCHANGE_URL}/oidc/jwks`)),
    now,
    remember: proofMemory(database, now),
  });
}
