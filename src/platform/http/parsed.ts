// The two ways a route takes its body: as a value of a schema, or as the very bytes that came.
import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { Refusal } from '../../domain/refusals';
import type { WithBody } from './body';

/** A pipe that gives the schema's type, or refuses BODY_SHAPE naming the place and never the value. */
export class Parsed<T> implements PipeTransform<unknown, T> {
  constructor(readonly schema: z.ZodType<T>) {}

  transform(value: unknown): T {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new Refusal('BODY_SHAPE', { at: issue?.path.map(String).join('/') ?? '', why: issue?.code ?? '' });
  }
}

/** The body's bytes, exactly as they came. Refuses BODY_SHAPE when there is none. */
export const WireBody = createParamDecorator((_: unknown, context: ExecutionContext): Uint8Array => {
  const { wire } = context.switchToHttp().getRequest<Request & WithBody>();
  if (wire === undefined) throw new Refusal('BODY_SHAPE', { at: '', why: 'missing' });
  return wire;
});
