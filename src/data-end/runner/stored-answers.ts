// Answers already released: a repeat gets the very same one, free, whoever asks.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SafeAnswer } from '../../domain/safe-answers';
import { SEAL } from '../keys';
import { ReleasedAnswer } from '../receipts/entities';

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

  once(question: string, run: () => Promise<SafeAnswer>): Promise<SafeAnswer> {
    const first = this.underway.get(question);
    if (first !== undefined) return first;
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
