// Alive, ready, measured: three open routes that say nothing about anybody.
import { Controller, Get, Header, Inject, Injectable, type NestMiddleware, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { Open } from '../tokens/guard';

/** Each gives a name and whether that part answers. */
export type ReadyCheck = readonly [name: string, answers: () => Promise<unknown>];
export const READY_CHECKS = Symbol('ready checks');

/** Counts by route pattern and status, never by address: an address may hold an id. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests by route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: 'http_request_seconds',
    help: 'Request time by route',
    labelNames: ['method', 'route'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly metrics: Metrics,
    @Inject(READY_CHECKS) private readonly checks: readonly ReadyCheck[],
  ) {}

  @Open()
  @Get('healthz')
  alive() {
    return { status: 'ok' };
  }

  @Open()
  @Get('readyz')
  ready() {
    return this.health.check(
      this.checks.map(
        ([name, answers]) =>
          () =>
            indicator(name, answers),
      ),
    );
  }

  @Open()
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  async measured(@Res({ passthrough: true }) _response: Response) {
    return this.metrics.registry.metrics();
  }
}

async function indicator(name: string, answers: () => Promise<unknown>): Promise<HealthIndicatorResult> {
  const up = await answers().then(
    () => true,
    () => false,
  );
  return { [name]: { status: up ? 'up' : 'down' } };
}

@Injectable()
export class MeasuredRequests implements NestMiddleware {
  constructor(private readonly metrics: Metrics) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const begun = process.hrtime.bigint();
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      const { method } = request;
      this.metrics.requests.inc({ method, route, status: response.statusCode });
      this.metrics.seconds.observe({ method, route }, Number(process.hrtime.bigint() - begun) / 1e9);
    });
    next();
  }
}
