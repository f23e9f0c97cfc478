// A searcher organisation's office: its keys, its book, its way to the exchange; asks one question of many repositories and keeps at it.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { b64u, type Json, type JsonObject } from '../domain/canonical';
import { isSealedAnswer, openSealedAnswer } from '../domain/confidential';
import type { Ledger } from '../domain/ledger/port';
import { type PartName, readAnswer, readRequest } from '../domain/receipts';
import { Refusal } from '../domain/refusals';
import { combine } from '../domain/safe-answers';
import { Client, issuerOf, type Keyring } from '../wire';
import { ledgerOf } from './ledger';
import { direct, type Path, relayed } from './asking/paths';
import { isPart, Searcher } from './asking/searcher';
import { Book, type BookRecord } from './book/book';
import { Catalogue, type PermitEntry } from './catalogue';
import { ConfidentialKeys, registerKey } from './confidential/keys';
import { evidence } from './evidence/bundle';
import { MarketDesk } from './market/desk';

export interface OfficeSettings {
  readonly exchangeUrl: string;
  readonly keys: Keyring;
  readonly bookFile: string;
  /** The ledger this searcher signs on; left out: the exchange's own. The office closes it. */
  readonly ledger?: Ledger;
  /** Every question straight to its data end instead of through the exchange. */
  readonly direct?: boolean;
  /** The language in which the other side's refusals come, such as `zh-CN`. */
  readonly language?: string;
  readonly patienceMs?: number;
  readonly now?: () => number;
}

export interface Asking {
  readonly template: string;
  readonly repositories: readonly string[];
  readonly parameters: JsonObject;
  readonly purpose: string;
  /** Straight to the data end. */
  readonly direct?: boolean;
  /** Each answer sealed to our key, so that the exchange relays what it cannot read. */
  readonly sealed?: boolean;
}

export interface GroupAnswer {
  readonly group: string;
  readonly answers: readonly {
    readonly xid: string;
    readonly repository: string;
    readonly status: string;
    readonly code: string | null;
    readonly body: Json | null;
    readonly left: Json;
  }[];
  readonly combined: Json | null;
}

const PATIENCE_MS = 180_000;

export class Office {
  readonly exchange: Client;
  readonly catalogue: Catalogue;
  readonly ledger: Ledger;
  readonly book: Book;
  readonly searcher: Searcher;
  readonly market: MarketDesk;
  private readonly now: () => number;
  private advancing: Promise<unknown> = Promise.resolve();
  private readonly unsealed = new Map<string, Json>();

  /** Refuses BOOK_IN_USE, BOOK_DAMAGED. */
  constructor(readonly settings: OfficeSettings) {
    this.now = settings.now ?? (() => Date.now());
    this.exchange = this.client(settings.exchangeUrl);
    this.catalogue = new Catalogue(this.exchange);
    this.ledger = settings.ledger ?? ledgerOf({}, settings.exchangeUrl, settings.keys, this.now);
    this.book = Book.open(settings.bookFile);
    this.searcher = new Searcher({
      keys: settings.keys,
      book: this.book,
      ledger: this.ledger,
      pathTo: (owner, straight) => this.pathTo(owner, straight),
      now: this.now,
      random: (n) => new Uint8Array(randomBytes(n)),
      id: () => v7(),
    });
    const { exchange, searcher, catalogue, now } = this;
    this.market = new MarketDesk({ exchange, keys: settings.keys, searcher, catalogue, now });
  }

  /** Writes the signed requests down under one group. Refuses PERMIT_MISSING, REPOSITORY_UNKNOWN; nothing is sent yet. */
  async begin(asking: Asking): Promise<{ readonly group: string; readonly xids: readonly string[] }> {
    const group = v7();
    const permits = await this.catalogue.permits({ template: asking.template });
    const way = {
      ...(asking.direct === true ? { direct: true } : {}),
      ...(asking.sealed === true ? { sealedTo: await this.sealingKey() } : {}),
    };
    const questions = [];
    for (const repository of asking.repositories) {
      const permit = permitFor(permits, repository, asking.purpose, this.now());
      const { owner } = await this.catalogue.repository(repository);
      const { template, purpose, parameters } = asking;
      questions.push({ repository, owner, template, permit: permit.id, purpose, parameters, ...way });
    }
    return { group, xids: questions.map((question) => this.searcher.prepare(question, group)) };
  }

  /** Asks and waits: every repository's answer or refusal, and the total where noise allows. */
  async ask(asking: Asking): Promise<GroupAnswer> {
    const { group, xids } = await this.begin(asking);
    await Promise.all(xids.map((xid) => this.searcher.settle(xid)));
    await this.unseal(group);
    return this.answer(group);
  }

  /** What is known of a group by now. Refuses EXCHANGE_UNKNOWN. */
  answer(group: string): GroupAnswer {
    const records = this.book.all().filter((record) => record.group === group);
    if (records.length === 0) throw new Refusal('EXCHANGE_UNKNOWN', { group });
    const answers = records.map((record) => answerOf(record, this.unsealed.get(record.xid)));
    const bodies = answers.flatMap(({ body }) => (body === null ? [] : [body]));
    // What a confidential part says is that it contributed: nothing that could be added here.
    const clear = records.every(({ request }) => !isPart(readRequest(request.bytes)));
    const whole = clear && bodies.length === records.length && bodies.length > 1;
    return { group, answers, combined: whole ? combine(bodies) : null };
  }

  /** Opens what came sealed for a group; its answers then have their bodies. Refuses ENVELOPE_BROKEN. */
  async unseal(group: string): Promise<void> {
    for (const { xid, request, answer } of this.book.all().filter((record) => record.group === group)) {
      if (answer === undefined || this.unsealed.has(xid)) continue;
      const said = readAnswer(answer.bytes, request.bytes);
      if (said.status !== 'ANSWERED' || !isSealedAnswer(said.answer)) continue;
      const keys = await this.sealing.hpke();
      this.unsealed.set(xid, await openSealedAnswer(readRequest(request.bytes), said.answer, keys));
    }
  }

  /** One step of anchoring and finalising; concurrent calls wait for each other. */
  advance(): Promise<number> {
    const next = this.advancing.then(
      () => this.searcher.advance(),
      () => this.searcher.advance(),
    );
    this.advancing = next.catch(() => undefined);
    return next;
  }

  evidence(xid: string, open: readonly PartName[] | 'everything' = 'everything'): Promise<Uint8Array> {
    const { book, ledger, searcher, settings } = this;
    return evidence({ book, ledger, searcher, keys: settings.keys }, xid, open);
  }

  close(): void {
    void this.ledger.close();
    this.book.close();
  }

  private get sealing(): ConfidentialKeys {
    return new ConfidentialKeys(`${this.settings.bookFile}.confidential.json`);
  }

  /** Our HPKE key, its hash on the ledger. */
  private async sealingKey(): Promise<string> {
    const { publicKey } = await this.sealing.hpke();
    await registerKey(this.ledger, this.settings.keys, publicKey);
    return b64u(publicKey);
  }

  private client(server: string): Client {
    const { keys, exchangeUrl, language } = this.settings;
    return new Client({
      ...(language === undefined ? {} : { language }),
      issuer: issuerOf(exchangeUrl),
      server,
      identity: { participant: keys.participant, tokenKey: keys.token },
      now: this.now,
    });
  }

  private readonly paths = new Map<string, Promise<Path>>();

  private pathTo(owner: string, straight: boolean): Promise<Path> {
    const key = `${owner} ${String(straight)}`;
    let path = this.paths.get(key);
    if (path === undefined) {
      path = this.makePath(owner, straight || this.settings.direct === true);
      this.paths.set(key, path);
      path.catch(() => this.paths.delete(key));
    }
    return path;
  }

  private async makePath(owner: string, straight: boolean): Promise<Path> {
    const patience = this.settings.patienceMs ?? PATIENCE_MS;
    if (!straight) return relayed(this.exchange, patience, this.now);
    const { endpoint } = await this.exchange.json<{ endpoint: string | null }>(`/v1/participants/${owner}`, {
      open: true,
    });
    if (endpoint === null) throw new Refusal('DATA_END_MISSING', { owner });
    return direct(this.client(endpoint));
  }
}

/** The permit that fits; revoked and ended ones do not. Refuses PERMIT_MISSING. */
function permitFor(permits: readonly PermitEntry[], repository: string, purpose: string, now: number): PermitEntry {
  const found = permits.find(
    ({ repository: at, state, document }) =>
      at === repository &&
      state === 'granted' &&
      document.until > now &&
      document.purposes.some((named) => named === purpose),
  );
  if (found === undefined) throw new Refusal('PERMIT_MISSING', { repository });
  return found;
}

/** A sealed body is null until it was opened. */
function answerOf(record: BookRecord, unsealed: Json | undefined) {
  const { repository } = readRequest(record.request.bytes);
  const { xid } = record;
  if (record.answer === undefined) return { xid, repository, status: 'REQUESTED', code: null, body: null, left: null };
  const answer = readAnswer(record.answer.bytes, record.request.bytes);
  const bodyOf = (body: Json): Json => (isSealedAnswer(body) ? (unsealed ?? null) : body);
  return answer.status === 'ANSWERED'
    ? { xid, repository, status: answer.status, code: null, body: bodyOf(answer.answer), left: answer.left }
    : { xid, repository, status: answer.status, code: answer.answer.code, body: null, left: null };
}
