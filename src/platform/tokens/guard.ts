// Deny by default: a route is closed unless it says @Open() or names the roles that may enter.
import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Role } from '../../domain/identity';
import { Refusal } from '../../domain/refusals';
import type { Caller } from './caller';
import { TokenVerifier } from './verifier';

const OPEN = 'tokens:open';
const ROLES = 'tokens:roles';

/** Anyone may call this: public metadata, health, keys. */
export const Open = () => SetMetadata(OPEN, true);
/** Only a caller with one of these roles; without roles, any registered participant. */
export const For = (...roles: Role[]) => SetMetadata(ROLES, roles);

/** The address the outside world uses for this server, such as `http://127.0.0.1:3000`. */
export const PUBLIC_URL = Symbol('public url');

type Called = Request & { caller?: Caller };

export const TheCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Called>();
  if (caller === undefined) throw new Error('A route that needs its caller must not be open.');
  return caller;
});

@Injectable()
export class TokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OPEN, targets) === true) return true;
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, targets);
    const request = context.switchToHttp().getRequest<Called>();
    const caller = await this.verifier.verify({
      authorization: request.headers.authorization,
      dpop: request.header('dpop'),
      method: request.method,
      url: `${this.publicUrl}${request.originalUrl.split('?')[0] ?? ''}`,
    });
    if (roles === undefined) throw new Refusal('ROLE_MISSING', { needed: [] });
    if (roles.length > 0 && !roles.some((role) => caller.roles.includes(role)))
      throw new Refusal('ROLE_MISSING', { needed: roles });
    request.caller = caller;
    return true;
  }
}
