// A plain gateway client for checks and tests: one gRPC client an endpoint, one identity.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import { type Gateway, connect, hash, signers } from '@hyperledger/fabric-gateway';
import { type Identity } from './certificates';
import { type Profile } from './profile';

export interface Connection {
  readonly gateway: Gateway;
  readonly close: () => void;
}

/** Connects an identity to the gateway of one organisation's first peer. Errors show at the first call, not here. */
export function connectTo(
  profile: Profile,
  organisation: string,
  identity: Pick<Identity, 'mspId' | 'certificate' | 'privateKey'>,
): Connection {
  const peer = profile.organisations.find(({ name }) => name === organisation)?.peers[0];
  if (peer === undefined) throw new Error(`the profile has no peer of ${organisation}`);
  const client = new Client(peer.address, credentials.createSsl(readFileSync(peer.tlsRoots)), {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
  });
  const gateway = connect({
    client,
    hash: hash.sha256,
    identity: { mspId: identity.mspId, credentials: Buffer.from(identity.certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(identity.privateKey)),
    evaluateOptions: () => ({ deadline: Date.now() + 10_000 }),
    endorseOptions: () => ({ deadline: Date.now() + 20_000 }),
    submitOptions: () => ({ deadline: Date.now() + 10_000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 30_000 }),
  });
  return {
    gateway,
    close: () => {
      gateway.close();
      client.close();
    },
  };
}
