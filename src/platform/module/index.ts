// What the module of every program is made of before its own rooms: clock, guards, filter, health, and who may call.
import type { DynamicModule, MiddlewareConsumer, NestModule, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import type { JWTVerifyGetKey } from 'jose';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock, clockProviders } from '../clock';
import { ProblemFilter, REFUSALS } from '../errors/problem-filter';
import type { RefusalTable } from '../errors/table';
import { MeasuredRequests, Metrics, READY_CHECKS, type ReadyCheck } from '../health';
import { PUBLIC_URL, TokenGuard } from '../tokens/guard';
import { proofMemory } from '../tokens/postgres-memory';
import { TokenVerifier } from '../tokens/verifier';

export interface Program {
  readonly database: DataSource;
  /** The address under which others know it, and the audience of tokens for it. */
  readonly publicUrl: string;
  /** The authorisation server and its keys. */
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly refusals: () => RefusalTable;
  /** Ready only while the ledger answers. */
  readonly ledger: { head(): Promise<unknown> };
}

/** Measures every request of the program; its module extends this. */
export abstract class ProgramModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(MeasuredRequests).forRoutes('{*path}');
  }
}

export const programImports = (): NonNullable<DynamicModule['imports']> => [
  TerminusModule,
  ThrottlerModule.forRoot([{ ttl: 1000, limit: 500 }]),
];

/** Guards in their order: first how often, then who. */
export function programProviders({ database, publicUrl, issuer, keys, refusals, ledger }: Program): Provider[] {
  const checks: ReadyCheck[] = [
    ['database', () => database.query('SELECT 1')],
    ['ledger', () => ledger.head()],
  ];
  const verifier = (clock: Clock) => {
    const now = () => clock.now();
    return new TokenVerifier({ issuer, audience: publicUrl, keys, now, remember: proofMemory(database, now) });
  };
  return [
    ...clockProviders,
    Metrics,
    { provide: DataSource, useValue: database },
    { provide: PUBLIC_URL, useValue: publicUrl },
    { provide: REFUSALS, useFactory: refusals },
    { provide: READY_CHECKS, useValue: checks },
    { provide: TokenVerifier, inject: [CLOCK], useFactory: verifier },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: TokenGuard },
  ];
}
