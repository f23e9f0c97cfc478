// Mode H's keys: one lattice key share an epoch, committed on the ledger before any is revealed, and what only its holder can do.
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { b64u, fromB64u } from '../../domain/canonical';
import { EPOCH_STREAM, lattice, type Excluded, type SignedContribution } from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Client, issuerOf, type Keyring } from '../../wire';
import { EpochRow } from '../computations/entities';
import { Evidence } from '../evidence';
import { KEYRING, LEDGER, WRAPPING } from '../keys';
import { SealWorker } from '../seal';
import { unwrap, wrap } from '../secrets';
import { NODE_SETTINGS, type ComputeNodeSettings } from '../settings';

type Three<T> = readonly [T, T, T];

@Injectable()
export class Epochs implements OnModuleDestroy {
  private readonly worker = new SealWorker();
  private readonly collective = new Map<string, Uint8Array>();
  private readonly exchange: Client;

  constructor(
    private readonly database: DataSource,
    private readonly evidence: Evidence,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(WRAPPING) private readonly wrapping: Uint8Array,
    @Inject(NODE_SETTINGS) settings: ComputeNodeSettings,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.exchange = new Client({
      issuer: issuerOf(settings.EXCHANGE_URL),
      server: settings.EXCHANGE_URL,
      identity: { participant: keys.participant, tokenKey: keys.token },
      now: () => clock.now(),
    });
  }

  parameters(): Promise<lattice.LatticeParameters> {
    return this.worker.run('parameters');
  }

  /** Makes this epoch's key share once and puts its commitment on the ledger. */
  async commit(epoch: string): Promise<{ commitment: string }> {
    const known = await this.database.manager.findOneBy(EpochRow, { epoch });
    if (known === null) {
      const { secret, share } = await this.worker.run('nodeKey', epoch);
      const commitment = lattice.keyShareCommitment(epoch, this.keys.participant, share);
      const kept = {
        epoch,
        secret: wrap(this.wrapping, `epoch ${epoch}`, secret),
        share: Buffer.from(share),
        commitment,
      };
      await this.database.createQueryBuilder().insert().into(EpochRow).values(kept).orIgnore().execute();
    }
    const { commitment } = await this.one(epoch);
    await this.evidence.commit(`epoch/${epoch}`, {
      type: 'RecordHash',
      stream: EPOCH_STREAM,
      id: epoch,
      hash: commitment,
    });
    return { commitment };
  }

  /** The key share, once all three commitments are on the ledger. Refuses KEY_NOT_REGISTERED naming the node that is missing. */
  async reveal(epoch: string, nodes: Three<string>): Promise<{ share: string }> {
    for (const node of nodes) await this.commitmentOf(node, epoch);
    return { share: b64u((await this.one(epoch)).share) };
  }

  /** Deposits that are not what was recorded, or that SEAL must not be shown. */
  async faulty(
    contributions: readonly SignedContribution[],
    parts: ReadonlyMap<string, Uint8Array>,
  ): Promise<Excluded> {
    const excluded: { repository: string; code: string }[] = [];
    for (const { document } of contributions) {
      const bytes = parts.get(document.repository) ?? new Uint8Array(0);
      const code = await this.faultOf(document, bytes);
      if (code !== undefined) excluded.push({ repository: document.repository, code });
    }
    return excluded;
  }

  /** Under the collective key that the question names, put together from revealed shares. Refuses KEY_SHARE_MISMATCH. */
  async encrypt(epoch: string, nodes: Three<string>, hash: string, slots: BigInt64Array): Promise<Uint8Array> {
    const name = [epoch, ...nodes].join('|');
    const key = this.collective.get(name) ?? (await this.assembled(epoch, nodes));
    this.collective.set(name, key);
    if (lattice.ciphertextHash(key) !== hash) throw new Refusal('KEY_SHARE_MISMATCH', { epoch });
    return this.worker.run('encrypt', key, slots);
  }

  /** This node's share of the key switch of one sum, with the flooding that belongs to that sum. */
  async switchShare(epoch: string, sum: Uint8Array, searcherKey: Uint8Array): Promise<Uint8Array> {
    const secret = unwrap(this.wrapping, `epoch ${epoch}`, (await this.one(epoch)).secret);
    const flood = lattice.floodSeed(secret, lattice.ciphertextHash(sum));
    return this.worker.run('switchShare', secret, sum, searcherKey, flood);
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.close();
  }

  private async faultOf(document: SignedContribution['document'], bytes: Uint8Array): Promise<string | undefined> {
    const recorded = document.schema === 'aggregora/deposit/1' ? document.ciphertext : '';
    if (lattice.ciphertextHash(bytes) !== recorded) return 'CIPHERTEXT_HASH_MISMATCH';
    try {
      await this.worker.run('accept', bytes);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'CIPHERTEXT_MALFORMED') return error.code;
      throw error;
    }
  }

  private async assembled(epoch: string, nodes: Three<string>): Promise<Uint8Array> {
    const path = `/v1/confidential/epochs/${epoch}?nodes=${nodes.join(',')}`;
    const { shares } = await this.exchange.json<{ shares: readonly string[] }>(path);
    const revealed = await Promise.all(
      nodes.map(async (node, at) => ({
        node,
        commitment: await this.commitmentOf(node, epoch),
        share: fromB64u(shares[at] ?? ''),
      })),
    );
    return lattice.collectiveKey(epoch, revealed, await this.parameters());
  }

  private async commitmentOf(node: string, epoch: string): Promise<string> {
    const hash = (await this.ledger.read(ledgerKeys.hash(EPOCH_STREAM, node, epoch)))?.value['hash'];
    if (typeof hash !== 'string') throw new Refusal('KEY_NOT_REGISTERED', { party: node });
    return hash;
  }

  private async one(epoch: string): Promise<EpochRow> {
    const row = await this.database.manager.findOneBy(EpochRow, { epoch });
    if (row === null) throw new Refusal('KEY_NOT_REGISTERED', { party: this.keys.participant });
    return row;
  }
}
