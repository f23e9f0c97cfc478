// The header that makes a request with effects safe to repeat.
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Refusal } from '../../../domain/refusals';

/** The `idempotency-key` header. Refuses IDEMPOTENCY_MISSING. */
export const OnceKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<Request>().header('idempotency-key');
  if (key === undefined || !/^[A-Za-z0-9._-]{8,128}$/.test(key)) throw new Refusal('IDEMPOTENCY_MISSING');
  return key;
});
