// Puts the hashes of this node's HPKE and TLS keys on the ledger, under its own ledger key, as soon as the operator registered the node.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { hex, sha256 } from '../domain/canonical';
import { KEY_STREAM, keyCommand, partyOf, TLS_STREAM, type EnvelopeKeys } from '../domain/confidential';
import type { Ledger } from '../domain/ledger/port';
import type { Keyring, TlsPair } from '../wire';
import { Evidence } from './evidence';
import { HPKE, KEYRING, LEDGER, TLS } from './keys';

const LOOK_MS = 1_000;
/** Before the operator approved the node the ledger does not know it; a refused command would stay refused. */
const NOT_YET = new Set(['LEDGER_DOWN', 'PEER_DOWN', 'PARTY_UNKNOWN']);

@Injectable()
export class Registration implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Registration.name);
  private timer: NodeJS.Timeout | undefined;
  private done = false;

  constructor(
    private readonly evidence: Evidence,
    @Inject(HPKE) private readonly hpke: EnvelopeKeys,
    @Inject(TLS) private readonly tls: TlsPair,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
  ) {}

  onApplicationBootstrap(): void {
    void this.attempt();
  }

  onModuleDestroy(): void {
    this.done = true;
    clearTimeout(this.timer);
  }

  /** The keys are on the ledger when it returns. Refuses PARTY_UNKNOWN until the operator registered the node. */
  async record(): Promise<void> {
    await partyOf(this.ledger, this.keys.participant);
    const hash = hex(sha256(this.hpke.publicKey));
    await this.evidence.commit(`key/${hash.slice(0, 16)}`, keyCommand(KEY_STREAM, hash));
    await this.evidence.commit(`tls/${this.tls.pin.slice(0, 16)}`, keyCommand(TLS_STREAM, this.tls.pin));
  }

  private async attempt(): Promise<void> {
    try {
      await this.record();
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'INTERNAL';
      if (!NOT_YET.has(code)) this.log.warn({ code });
      if (!this.done) this.timer = setTimeout(() => void this.attempt(), LOOK_MS);
    }
  }
}
