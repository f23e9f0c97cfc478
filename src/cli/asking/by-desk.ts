// Asking through a desk that runs: found by settings, or by the note it keeps beside its book.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PartName } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { type Asking, type ConfidentialAsking, DeskClient, type Purchase } from '../../sdk';
import type { Session } from '../session';
import type { Asker } from './asker';

const Note = z.object({ url: z.url(), code: z.string() });

/** Where a desk says how it is reached: readable by its owner alone, gone when it stops. */
export const noteOf = (book: string): string => `${book}.desk.json`;

/** The desk, if it answers: a desk that was killed leaves its note behind. */
export async function runningDesk(session: Session): Promise<DeskClient | undefined> {
  const note = session.settings.desk ?? readNote(noteOf(session.bookFile));
  if (note === undefined) return undefined;
  const desk = new DeskClient(note, session.io.now, session.language);
  try {
    await desk.about();
    return desk;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'PEER_DOWN') return undefined;
    throw error;
  }
}

function readNote(file: string) {
  return existsSync(file) ? Note.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export class DeskAsker implements Asker {
  constructor(private readonly desk: DeskClient) {}

  async ask(asking: Asking | ConfidentialAsking): Promise<string> {
    return (await this.desk.ask(asking)).group;
  }

  buy(purchase: Purchase) {
    return this.desk.buy(purchase);
  }

  one(group: string) {
    return this.desk.one(group);
  }

  list(limit: number) {
    return this.desk.list(limit);
  }

  evidence(xid: string, open: readonly PartName[] | 'everything') {
    return this.desk.evidence(xid, open);
  }

  confidentialEvidence(group: string, level: 'A' | 'B') {
    return this.desk.confidentialEvidence(group, level);
  }

  step(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
