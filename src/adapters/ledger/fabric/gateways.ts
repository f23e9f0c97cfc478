// One gRPC client for the endpoint, and over it one gateway for each certificate that signs.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, type Gateway } from '@hyperledger/fabric-gateway';
import { sha256 } from '../../../domain/canonical';
import { thumbprint } from '../../../domain/identity';
import { derOf } from '../../../domain/ledger/fabric-proof/der';
import type { LedgerSigner } from '../../../domain/ledger/port';
import { signatureMustHold } from '../../../domain/ledger/transaction';
import type { FabricOrganisation, FabricProfile } from './profile';

/** How long one call may take, in milliseconds. */
export const DEADLINES = { evaluate: 5_000, endorse: 15_000, submit: 5_000, commitStatus: 5_000 };
export type Deadlines = typeof DEADLINES;
const KEPT = 256;

export class Gateways {
  private readonly client: Client;
  private readonly gateways = new Map<string, Gateway>();

  constructor(
    private readonly profile: FabricProfile,
    private readonly home: FabricOrganisation,
    private readonly now: () => number,
    private readonly deadlines: Deadlines = DEADLINES,
  ) {
    const [peer] = home.peers;
    if (peer === undefined) throw new Error(`the Fabric profile has no peer of ${home.name}`);
    this.client = new Client(peer.address, credentials.createSsl(readFileSync(peer.tlsRoots)), {
      // A peer that comes back should be found at once, not after a doubled pause.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.min_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.max_receive_message_length': 100 * 1024 * 1024,
    });
  }

  /** The gateway that speaks as this signer. The key stays where the signer has it; only digests go there. */
  of(signer: LedgerSigner): Gateway {
    const x5t = thumbprint(signer.certificate);
    const known = this.gateways.get(x5t) ?? this.connect(signer);
    this.gateways.delete(x5t);
    this.gateways.set(x5t, known);
    for (const old of [...this.gateways.keys()].slice(0, -KEPT)) this.gateways.delete(old);
    return known;
  }

  private connect(signer: LedgerSigner): Gateway {
    const after = (ms: number) => () => ({ deadline: this.now() + ms });
    const certificate = new X509Certificate(signer.certificate);
    return connect({
      client: this.client,
      // The signer below gets whole messages: what is signed can then be checked without a slow curve library.
      hash: hash.none,
      identity: { mspId: this.mspOf(certificate), credentials: Buffer.from(certificate.toString()) },
      signer: (message) => signedBy(signer, message),
      evaluateOptions: after(this.deadlines.evaluate),
      endorseOptions: after(this.deadlines.endorse),
      submitOptions: after(this.deadlines.submit),
      commitStatusOptions: after(this.deadlines.commitStatus),
    });
  }

  /** The member a certificate says it belongs to (its O), or the home organisation. Peers check; a wrong guess is refused. */
  private mspOf({ subject }: X509Certificate): string {
    const named = subject.split('\n').find((part) => part.startsWith('O='));
    return (this.profile.organisations.find(({ name }) => `O=${name}` === named) ?? this.home).mspId;
  }

  close(): void {
    this.gateways.clear();
    this.client.close();
  }
}

/**
 * DER of the signature over a message, of which the signer sees the SHA-256. Refuses LEDGER_SIGNATURE_WRONG before anything
 * is sent: Fabric would only say "access denied".
 */
export async function signedBy(signer: LedgerSigner, message: Uint8Array): Promise<Uint8Array> {
  const signature = await signer.sign(sha256(message));
  signatureMustHold(message, signature, signer.certificate);
  return derOf(signature);
}
