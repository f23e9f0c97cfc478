// An organisation applies with its three public keys and proves that it holds the receipt key.
import { z } from 'zod';
import { fromB64u, type Json } from '../../domain/canonical';
import { APPLICATION_TYPE, applicationId } from '../../domain/identity/application';
import { isParticipantId, roles, verifyJws } from '../../domain/identity';
import { Refusal } from '../../domain/refusals';

const Base64Url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(4096);

export const Application = z.strictObject({
  participant: z.string().refine(isParticipantId, 'a lower-case slug of 2 to 41 characters'),
  name: z.strictObject({ en: z.string().min(1).max(120), zh: z.string().min(1).max(120) }),
  organisation: z.string().min(1).max(80),
  roles: z.array(z.enum(roles)).min(1).max(6),
  tokenKey: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: Base64Url, y: Base64Url }),
  receiptCertificate: Base64Url,
  ledgerCertificate: Base64Url,
  endpoint: z.url().max(300).optional(),
});
export type Application = z.infer<typeof Application>;

export const SignedApplication = z.strictObject({ application: Application, signature: z.string().max(4096) });
export type SignedApplication = z.infer<typeof SignedApplication>;

/** Refuses APPLICATION_UNPROVEN unless the receipt key named in the application signed exactly this application. */
export function checkApplication({ application, signature }: SignedApplication): string {
  const id = applicationId(application as unknown as Json);
  const signed = verifyJws(signature, APPLICATION_TYPE, fromB64u(application.receiptCertificate)) as {
    application?: unknown;
  };
  if (signed.application !== id) throw new Refusal('APPLICATION_UNPROVEN');
  if (application.endpoint !== undefined && new URL(application.endpoint).pathname !== '/')
    throw new Refusal('ENDPOINT_INVALID');
  return id;
}
