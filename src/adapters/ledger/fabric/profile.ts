// The connection profile: what a client of a Fabric network, ours or an operator's own, has to know about it.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

const Peer = z.object({
  name: z.string(),
  /** host:port of the peer's gateway; the host must stand in its TLS certificate. */
  address: z.string(),
  /** Path of the PEM with the TLS roots. */
  tlsRoots: z.string(),
});

const Organisation = z.object({ name: z.string(), mspId: z.string(), peers: z.array(Peer).min(1) });

export const FabricProfile = z.object({
  schema: z.literal('aggregora/fabric-profile/1'),
  channel: z.string(),
  chaincode: z.string(),
  /** Hex hash of the channel's genesis header: what an auditor holds. */
  genesis: z.string().optional(),
  organisations: z.array(Organisation).min(1),
  /** Folder with <organisation>/<participant>-<use>/{cert,key}.pem. */
  identities: z.string(),
});
export type FabricProfile = z.infer<typeof FabricProfile>;
export type FabricOrganisation = z.infer<typeof Organisation>;

/** Reads a profile; relative paths in it start at its own folder. Throws on a file of another kind. */
export function readFabricProfile(file: string): FabricProfile {
  const profile = FabricProfile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const at = (path: string) => resolve(dirname(file), path);
  return {
    ...profile,
    identities: at(profile.identities),
    organisations: profile.organisations.map((organisation) => ({
      ...organisation,
      peers: organisation.peers.map((peer) => ({ ...peer, tlsRoots: at(peer.tlsRoots) })),
    })),
  };
}

/** The organisation of this name; a wrong name is a wrong setting, so it throws a plain error. */
export function organisationIn(profile: FabricProfile, name: string): FabricOrganisation {
  const found = profile.organisations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the Fabric profile knows no organisation ${name}`);
  return found;
}

/** The organisation a certificate (DER) names as its own: O in the subject. A stranger's certificate throws a plain error. */
export function organisationOf(profile: FabricProfile, certificate: Uint8Array): string {
  const { subject } = new X509Certificate(certificate);
  const found = profile.organisations.find(({ name }) => subject.split('\n').includes(`O=${name}`));
  if (found !== undefined) return found.name;
  throw new Error(
    `The ledger certificate (${subject.replaceAll('\n', ', ')}) names no organisation of the Fabric profile; set FABRIC_ORGANISATION.`,
  );
}
