// Reads bodies strictly: plain UTF-8 JSON of bounded size and depth, no duplicate keys, no unsafe numbers; and keeps the bytes.
import { raw, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { MAX_BYTES, readStrict, type Json } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';

export interface WithBody {
  body: Json | undefined;
  /** The bytes as they came. */
  wire?: Uint8Array;
}

/** Refuses TOO_LARGE, CONTENT_TYPE and everything of `readStrict`. Nothing but these bytes reaches a route. */
export function strictBody(limit: number = MAX_BYTES): readonly RequestHandler[] {
  // `inflate: false`: a compressed body has no size one could trust.
  const bytes = raw({ type: () => true, limit, inflate: false });
  const parse = (request: Request, _response: Response, next: NextFunction): void => {
    try {
      take(request, limit);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
  return [bytes, parse];
}

function take(request: Request, limit: number): void {
  const target = request as Request & WithBody;
  const given: unknown = target.body;
  target.body = undefined;
  if (!Buffer.isBuffer(given) || given.length === 0) return;
  if (request.is('application/json') === false) throw new Refusal('CONTENT_TYPE');
  target.wire = new Uint8Array(given);
  target.body = readStrict(target.wire, limit);
}
