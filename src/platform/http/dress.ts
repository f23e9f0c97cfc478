// Dresses a Nest application for the outside: strict bodies, security headers, time limit, problem documents, graceful stop.
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { Refusal } from '../../domain/refusals';
import { strictBody } from './body';
import { FormPipe } from './forms';

export interface Dress {
  /** Paths that bring their own body parser, such as the authorisation server's. */
  readonly exempt?: readonly string[];
  readonly timeoutMs?: number;
  readonly bodyLimit?: number;
}

const TIMEOUT_MS = 120_000;

export function dress(app: INestApplication, { exempt = [], timeoutMs = TIMEOUT_MS, bodyLimit }: Dress = {}): void {
  const express = app as NestExpressApplication;
  express.disable('x-powered-by');
  express.set('query parser', 'simple');
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          'style-src': ["'self'", "'unsafe-inline'"],
          'connect-src': ["'self'", 'http://127.0.0.1:*'],
          'upgrade-insecure-requests': null,
        },
      },
    }),
  );
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setTimeout(timeoutMs, () => {
      if (!response.headersSent) next(new Refusal('TOO_SLOW'));
    });
    next();
  });
  app.use((request: Request, _response: Response, next: NextFunction) => {
    next(readableAddress(request.originalUrl) ? undefined : new Refusal('ADDRESS_UNREADABLE'));
  });
  for (const step of strictBody(bodyLimit)) {
    app.use((request: Request, response: Response, next: NextFunction) => {
      if (exempt.some((path) => request.path.startsWith(path))) next();
      else void step(request, response, next);
    });
  }
  app.useGlobalPipes(new FormPipe());
  app.enableShutdownHooks();
}

/** Broken percent signs, bytes that are no UTF-8 and NUL name nothing here, and PostgreSQL would take none of them. */
function readableAddress(address: string): boolean {
  try {
    return !decodeURIComponent(address).includes('\u0000');
  } catch {
    return false;
  }
}
