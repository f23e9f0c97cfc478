// Answers already released: a repeat gets the very same one, free, whoever asks.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import { SafeAnswer } from '../../domain/safe-answers';
import { SEAL } from '../keys';
import { ReleasedAnswer } from '../receipts/entities';

/** Refusals that say something about who asks, not about the question. */
const ofTheAsker = new Set(['BUDGET_SPENT_SEARCHER', 'PERMIT_RHO_SPENT', 'QUOTA_SPENT']);

@Injectable()
export class StoredAnswers {
  /** The same question asked twice at once is run once. */
  private readonly underway = new Map<string, Promise<SafeAnswer>>();

  constructor(
    private readonly database: DataSource,
    @Inject(SEAL) private readonly seal: Uint8Array,
  ) {}

  async find(question: string): Promise<SafeAnswer | undefined> {
    const row = await this.database.manager.findOneBy(ReleasedAnswer, { question });
    return row === null ? undefined : this.restored(row);
  }

  /**
   * Runs a question that is already running only once: whoever comes meanwhile gets the same answer. A first asker who
   * could not pay decides nothing for the others: the next one runs it on its own account.
   */
  async once(question: string, run: () => Promise<SafeAnswer>): Promise<SafeAnswer> {
    for (;;) {
      const first = this.underway.get(question);
      if (first === undefined) break;
      try {
        return await first;
      } catch (error) {
        if (!(error instanceof Refusal) || !ofTheAsker.has(error.code)) throw error;
      }
    }
    const running = run().finally(() => this.underway.delete(question));
    this.underway.set(question, running);
    return running;
  }

  /** Keeps an answer under its question; returns the one that is kept now, which is another's if that was faster. */
  async keep(
    tx: EntityManager,
    question: string,
    of: { repository: string; xid: string; rho: string },
    answer: SafeAnswer,
  ): Promise<SafeAnswer> {
    const { bytes, tag } = answer.sealed(this.seal);
    const values = { question, ...of, body: Buffer.from(bytes), tag: Buffer.from(tag) };
    await tx.createQueryBuilder().insert().into(ReleasedAnswer).values(values).orIgnore().execute();
    return this.restored(await tx.findOneByOrFail(ReleasedAnswer, { question }));
  }

  private restored(row: ReleasedAnswer): SafeAnswer {
    return SafeAnswer.restore({ bytes: new Uint8Array(row.body), tag: new Uint8Array(row.tag) }, this.seal);
  }
}
