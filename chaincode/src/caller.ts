// Who signed the proposal: the thumbprint the ledger knows it by, and the attributes its organisation's CA put there.
import { X509Certificate } from 'node:crypto';
import type { Context } from 'fabric-contract-api';
import { thumbprint } from '../../src/domain/identity';
import { refuse } from '../../src/domain/ledger/state';

export interface Caller {
  /** x5t#S256. */
  readonly certificate: string;
  /** Attribute `role`; decides nothing but who may found the ledger. */
  readonly role: string | null;
}

/** Refuses a certificate that was not made for ledger transactions: a receipt key must not be able to say commands. */
export function callerOf({ clientIdentity }: Context): Caller {
  if (clientIdentity.getAttributeValue('use') !== 'ledger') refuse('LEDGER_CERTIFICATE_FOREIGN', { use: 'ledger' });
  const pem = Buffer.from(clientIdentity.getIDBytes());
  return {
    certificate: thumbprint(new X509Certificate(pem).raw),
    role: clientIdentity.getAttributeValue('role'),
  };
}
