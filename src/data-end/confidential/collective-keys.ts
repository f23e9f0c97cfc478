// The nodes' collective key of an epoch, put together here from their revealed shares and the commitments on the ledger.
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SealWorker } from '../../compute-node/seal';
import { fromB64u } from '../../domain/canonical';
import { EPOCH_STREAM, lattice, type Question } from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { ExchangeLink } from '../owner/exchange-link';
import { LEDGER } from '../witness';

@Injectable()
export class CollectiveKeys implements OnModuleDestroy {
  private readonly worker = new SealWorker();
  private readonly known = new Map<string, Uint8Array>();

  constructor(
    private readonly link: ExchangeLink,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** The key whose hash the question names. Refuses KEY_SHARE_MISMATCH, KEY_NOT_REGISTERED. */
  async of(question: Question): Promise<Uint8Array> {
    const name = [question.epoch, ...question.nodes].join('|');
    const key = this.known.get(name) ?? (await this.assembled(question));
    this.known.set(name, key);
    if (lattice.ciphertextHash(key) !== question.collectiveKey)
      throw new Refusal('KEY_SHARE_MISMATCH', { epoch: question.epoch });
    return key;
  }

  encrypt(publicKey: Uint8Array, slots: BigInt64Array): Promise<Uint8Array> {
    return this.worker.run('encrypt', publicKey, slots);
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.close();
  }

  private async assembled({ epoch, nodes }: Question): Promise<Uint8Array> {
    const path = `/v1/confidential/epochs/${epoch}?nodes=${nodes.join(',')}`;
    const { shares } = await this.link.client.json<{ shares: readonly string[] }>(path);
    const revealed = await Promise.all(
      nodes.map(async (node, at) => {
        const entry = await this.ledger.read(ledgerKeys.hash(EPOCH_STREAM, node, epoch));
        const commitment = entry?.value['hash'];
        if (typeof commitment !== 'string') throw new Refusal('KEY_NOT_REGISTERED', { party: node });
        return { node, commitment, share: fromB64u(shares[at] ?? '') };
      }),
    );
    return lattice.collectiveKey(epoch, revealed, await this.worker.run('parameters'));
  }
}
