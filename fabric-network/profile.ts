// The connection profile: what a client of any network, ours or an operator's own, needs to know about it.
import { dirname, isAbsolute, join } from 'node:path';
import { Folder, readJson, writeJson } from './folder';
import { NetworkError } from './network-error';
import { type Network, portOf } from './plan';
import { mspIdOf } from './shape';

export interface ProfilePeer {
  readonly name: string;
  /** host:port of the peer's gateway; the host must stand in its TLS certificate. */
  readonly address: string;
  /** Path of the PEM with the TLS roots, absolute or relative to the profile. */
  readonly tlsRoots: string;
}

export interface ProfileOrganisation {
  readonly name: string;
  readonly mspId: string;
  readonly peers: readonly ProfilePeer[];
}

export interface Profile {
  readonly schema: 'aggregora/fabric-profile/1';
  readonly channel: string;
  readonly chaincode: string;
  /** Hex SHA-256 of the channel's genesis header: what an auditor holds. Optional: an operator may hand it out otherwise. */
  readonly genesis?: string;
  readonly organisations: readonly ProfileOrganisation[];
  /** Folder with <organisation>/<participant>-<use>/{cert,key}.pem, absolute or relative to the profile. */
  readonly identities: string;
}

/** The profile of one channel of this network, with paths relative to the network's folder. */
export function profileOf(network: Network, channel: string, genesis: string): Profile {
  return {
    schema: 'aggregora/fabric-profile/1',
    channel,
    chaincode: network.shape.chaincode.name,
    genesis,
    organisations: network.shape.organisations.map((name) => ({
      name,
      mspId: mspIdOf(name),
      peers: [
        {
          name: `peer-${name}`,
          // localhost, not 127.0.0.1: Node warns about TLS to a bare address (DEP0123).
          address: `localhost:${String(portOf(network, `peer-${name}`, 'listen'))}`,
          tlsRoots: `crypto/peerOrganizations/${name}.example/tlsca/tlsca.${name}.example-cert.pem`,
        },
      ],
    })),
    identities: 'identities',
  };
}

export const writeProfile = (folder: Folder, profile: Profile): void => {
  writeJson(folder.profileFile, profile);
};

/** Reads a profile and makes its paths absolute. Throws NetworkError when the file is missing or of another kind. */
export function readProfile(path: string): Profile {
  const profile = readJson(path) as Profile | undefined;
  if (profile === undefined)
    throw new NetworkError(`No connection profile at ${path}.`, ['npm run fabric:up', 'FABRIC_PROFILE=<file>']);
  if ((profile.schema as string) !== 'aggregora/fabric-profile/1')
    throw new NetworkError(`${path} is not a connection profile.`);
  return resolveProfile(profile, dirname(path));
}

/** The same profile with every path absolute; relative ones start at `folder`. */
export function resolveProfile(profile: Profile, folder: string): Profile {
  const absolute = (part: string) => (isAbsolute(part) ? part : join(folder, part));
  return {
    ...profile,
    identities: absolute(profile.identities),
    organisations: profile.organisations.map((organisation) => ({
      ...organisation,
      peers: organisation.peers.map((peer) => ({ ...peer, tlsRoots: absolute(peer.tlsRoots) })),
    })),
  };
}
