// The second round of a large question: one signed number over this repository's cells, once the three sums are fixed by hash.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, IsNull, LessThan, Not } from 'typeorm';
import {
  checkChain,
  contributionId,
  jsonOf,
  large,
  partyOf,
  questionId,
  readQuestion,
  signerOf,
  stepOf,
  verifierOf,
  type FingerprintOrder,
  type Question,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { letOutFingerprint } from '../exit/kept';
import { SealedContribution } from '../exit/sealed';
import { KEYRING, type Keyring, SEAL } from '../keys';
import { LEDGER } from '../witness';
import { ContributionRow } from './entities';

const LOOK_MS = 60_000;

@Injectable()
export class Fingerprinting implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Fingerprinting.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(SEAL) private readonly seal: Uint8Array,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () =>
      void this.forget().catch(() => {
        this.log.warn({ code: 'INTERNAL' });
      });
    sweep();
    this.timer = setInterval(sweep, LOOK_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * The same bytes for the same three chains; the cells are gone afterwards. Refuses COMPUTATION_UNKNOWN, QUESTION_MISMATCH,
   * TRANSCRIPT_WRONG (chains that are not the nodes', or leave this part out), FINGERPRINT_GIVEN_ONCE.
   */
  async give(xid: string, order: FingerprintOrder): Promise<{ fingerprint: large.SignedFingerprint }> {
    const row = await this.database.manager.findOneBy(ContributionRow, { xid });
    if (!row?.body || !row.tag) throw new Refusal('COMPUTATION_UNKNOWN', { xid });
    const question = readQuestion(jsonOf(order.question.document));
    if (questionId(question) !== row.question) throw new Refusal('QUESTION_MISMATCH', { xid });
    await this.mustCount(row, question, order);
    const beacon = large.beaconOf(question, order.chains);
    if (row.fingerprint === null && row.kept !== null) await this.make(row, row.kept, question, beacon);
    const { fingerprint } = await this.database.manager.findOneByOrFail(ContributionRow, { xid });
    if (fingerprint?.document.beacon !== beacon) throw new Refusal('FINGERPRINT_GIVEN_ONCE', { xid });
    return { fingerprint };
  }

  private async make(row: ContributionRow, kept: Buffer, question: Question, beacon: string): Promise<void> {
    const { xid, repository, question: name } = row;
    const sign = signerOf(this.keys.receipt);
    const asked = { question, name, repository, beacon, sign };
    const fingerprint = letOutFingerprint(new Uint8Array(kept), this.seal, asked);
    // Whoever is second finds the first one's.
    await this.database.manager.update(
      ContributionRow,
      { xid, fingerprint: IsNull() },
      {
        fingerprint,
        kept: null,
      },
    );
  }

  /** All three nodes sealed, over one set, and this very contribution is in it. */
  private async mustCount({ body, tag, question: id }: ContributionRow, question: Question, order: FingerprintOrder) {
    const stored = { bytes: new Uint8Array(body ?? []), tag: new Uint8Array(tag ?? []) };
    const { document } = SealedContribution.restore(stored, this.seal).record;
    const certificates = new Map<string, Uint8Array>();
    for (const node of question.nodes) certificates.set(node, (await partyOf(this.ledger, node)).certificate);
    const verify = verifierOf(certificates);
    const roots = new Set<string>();
    for (const [at, node] of question.nodes.entries()) {
      const chain = order.chains[at];
      const [received, verified] = chain ? [stepOf(chain, 'received'), stepOf(chain, 'verified')] : [];
      const holds =
        chain?.node === node &&
        chain.question === id &&
        checkChain(chain, verify).length === 0 &&
        stepOf(chain, 'sealed') !== undefined &&
        received?.body.contributions.includes(contributionId(document)) === true &&
        verified?.body.excluded.every(({ repository }) => repository !== document.repository) === true;
      if (!holds) throw new Refusal('TRANSCRIPT_WRONG', { code: 'CHAIN_DIFFERS', party: node });
      roots.add(verified.body.setRoot);
    }
    if (roots.size !== 1) throw new Refusal('TRANSCRIPT_WRONG', { code: 'SET_DIFFERS' });
  }

  /** Cells whose question is over are gone, asked for or not. */
  private async forget(): Promise<void> {
    const over = { keptUntil: LessThan(String(this.clock.now())), kept: Not(IsNull()) };
    await this.database.manager.update(ContributionRow, over, { kept: null });
  }
}
