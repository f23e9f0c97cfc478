// An identity of a member: which organisation, which role, and whether a signature is its.
import { verify, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { isLowS } from '../../identity';
import { rawOf } from './der';
import { isIssuedBy, type Member, type NodeRole } from './members';

export interface KnownIdentity {
  readonly mspId: string;
  readonly role: NodeRole;
  readonly certificate: X509Certificate;
}

/**
 * The identity in these SerializedIdentity bytes, if a member's authority issued it and exactly one role's unit stands in it;
 * undefined otherwise. Expiry is not looked at: Fabric checks committed signatures at the certificate's own beginning.
 */
export function identityIn(bytes: Uint8Array, members: ReadonlyMap<string, Member>): KnownIdentity | undefined {
  const serialized = msp.SerializedIdentity.deserializeBinary(bytes);
  const member = members.get(serialized.getMspid());
  if (member === undefined) return undefined;
  const certificate = new X509Certificate(serialized.getIdBytes_asU8());
  const issuer = member.issuers.find((one) => isIssuedBy(certificate, one));
  if (issuer === undefined || certificate.ca) return undefined;
  const role = roleOf(certificate, issuer, member);
  return role && { mspId: member.mspId, role, certificate };
}

function roleOf(certificate: X509Certificate, issuer: X509Certificate, { units }: Member): NodeRole | undefined {
  const named = certificate.subject.split('\n').filter((part) => part.startsWith('OU='));
  const fitting = units.filter(({ unit }) => named.includes(`OU=${unit}`));
  const [one] = fitting;
  if (one === undefined || fitting.length !== 1) return undefined;
  const demanded = one.issuer.length === 0 ? issuer : new X509Certificate(one.issuer);
  return demanded.fingerprint256 === issuer.fingerprint256 ? one.role : undefined;
}

/** ECDSA P-256 over SHA-256, the one DER spelling, low-S: Fabric demands it, node:crypto does not. */
export function signed(certificate: X509Certificate, bytes: Uint8Array, signature: Uint8Array): boolean {
  const raw = rawOf(signature);
  const key = certificate.publicKey;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return raw !== undefined && isLowS(raw) && curve === 'prime256v1' && verify('sha256', bytes, key, signature);
}
