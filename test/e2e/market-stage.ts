// The exchange's market on a real PostgreSQL with a ledger in memory and a data end that answers from this file.
import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { inProcessLedger } from '../../src/adapters/ledger/in-process';
import { b64u, hex, sha256, utf8, type Json } from '../../src/domain/canonical';
import { elementId } from '../../src/domain/elements';
import type { Key, Role } from '../../src/domain/identity';
import type { Command } from '../../src/domain/ledger';
import type { Ledger } from '../../src/domain/ledger/port';
import { makeAnswer, makeRequest, readRequest } from '../../src/domain/receipts';
import { Refusal } from '../../src/domain/refusals';
import { templateId } from '../../src/domain/templates';
import { residents, templateWith } from '../../src/domain/templates/residents.fixture';
import { Catalog } from '../../src/exchange/catalog/catalog.service';
import { exchangeEntities, exchangeMigrations } from '../../src/exchange/database';
import { OperatorOutbox } from '../../src/exchange/ledger/operator-outbox';
import { LEDGER, OPERATOR, OPERATOR_KEYS } from '../../src/exchange/ledger/tokens';
import { marketProviders, PAID, type PaidQuestions } from '../../src/exchange/market';
import { Evidence } from '../../src/exchange/market/evidence/evidence';
import { Placing } from '../../src/exchange/market/orders/placing';
import { orderOf } from '../../src/exchange/market/orders/order';
import { Payments } from '../../src/exchange/market/payments/payments.service';
import { WEBHOOK_SECRET } from '../../src/exchange/market/payments/secret';
import { Products } from '../../src/exchange/market/products/products.service';
import type { ProductDocument } from '../../src/exchange/market/products/document';
import { Quotes } from '../../src/exchange/market/quotes/quotes.service';
import { Sweeper } from '../../src/exchange/market/sweeper/sweeper';
import { Participants } from '../../src/exchange/participants/participants.service';
import { EXCHANGE_SETTINGS } from '../../src/exchange/settings';
import { Templates } from '../../src/exchange/templates/templates.service';
import { CLOCK, NEW_ID, newId, RANDOM, systemRandom } from '../../src/platform/clock';
import { openDatabase } from '../../src/platform/database';
import { makeKeys } from '../../src/sdk/wallet/wallet';
import { type Keyring, ledgerSigner, openKeyring } from '../../src/wire';
import { freshDatabase } from '../support/postgres';

/** 10 January 2026, 00:00 UTC. */
export const START = Date.UTC(2026, 0, 10);
export const SECRET = utf8('shared with the provider');
export const element = residents;
export const template = templateWith();
const TEMPLATE = templateId(template);

export const rule = {
  schema: 'aggregora/share-rule/1',
  rule: 'standard',
  version: 1,
  taxBp: 600,
  platformFeeBp: 500,
  compensationPerRho: '2',
  rights: { holding: 6000, processing: 3000, usage: 1000 },
  entityCapBp: 10_000,
  newcomer: { poolBp: 0, multiplierBp: 10_000 },
} as const;

export const planOf = (name: string, terms: unknown, more: object = {}) => ({
  schema: 'aggregora/price-plan/1',
  plan: name,
  version: 1,
  currency: 'CNY',
  quoteSeconds: 600,
  terms,
  ...more,
});

export const perUse = planOf('per-use', {
  model: 'per-use',
  price: { base: '1', rate: '200', family: { g: 'linear' } },
});

export interface Stage {
  readonly app: INestApplicationContext;
  readonly database: DataSource;
  readonly ledger: Ledger;
  readonly clock: { at: number };
  readonly keys: ReadonlyMap<string, Keyring>;
  readonly products: Products;
  readonly quotes: Quotes;
  readonly placing: Placing;
  readonly paid: PaidQuestions;
  readonly payments: Payments;
  readonly evidence: Evidence;
  readonly sweeper: Sweeper;
  stop(): Promise<void>;
}

const people: readonly (readonly [string, readonly Role[]])[] = [
  ['north-district', ['owner']],
  ['south-district', ['owner']],
  ['data-works', ['owner', 'trader']],
  ['city-planner', ['searcher', 'trader']],
  ['health-bureau', ['searcher', 'trader']],
  ['appraiser', ['auditor']],
];

@Module({})
class StageRoom {}

export async function openStage(): Promise<Stage> {
  const fresh = await freshDatabase();
  const database = await openDatabase({
    url: fresh.url,
    entities: exchangeEntities,
    migrations: exchangeMigrations,
    connections: 40,
  });
  const clock = { at: START };
  const keys = new Map<string, Keyring>();
  const operator = openKeyring(await makeKeys('operator', START));
  for (const [id] of people) keys.set(id, openKeyring(await makeKeys(id, START)));
  const founding = registration(operator, ['operator']);
  const ledger = await inProcessLedger({ operator: ledgerSigner(operator), random: systemRandom }, founding as never);
  const providers = [
    { provide: DataSource, useValue: database },
    { provide: LEDGER, useValue: ledger },
    { provide: OPERATOR, useValue: ledgerSigner(operator) },
    { provide: OPERATOR_KEYS, useValue: operator },
    { provide: CLOCK, useValue: { now: () => (clock.at += 1) } },
    { provide: NEW_ID, useValue: newId },
    { provide: RANDOM, useValue: systemRandom },
    { provide: EXCHANGE_SETTINGS, useValue: { ROLE: 'http' } },
    OperatorOutbox,
    Participants,
    Catalog,
    Templates,
    ...marketProviders,
    { provide: WEBHOOK_SECRET, useValue: SECRET },
  ];
  const StageModule = { module: StageRoom, providers };
  const app = await NestFactory.createApplicationContext(StageModule, { logger: ['error'] });
  const stage: Stage = {
    app,
    database,
    ledger,
    clock,
    keys: new Map([...keys, ['operator', operator]]),
    products: app.get(Products),
    quotes: app.get(Quotes),
    placing: app.get(Placing),
    paid: app.get(PAID),
    payments: app.get(Payments),
    evidence: app.get(Evidence),
    sweeper: app.get(Sweeper),
    stop: async () => {
      await app.close();
      if (database.isInitialized) await database.destroy();
      await fresh.drop();
    },
  };
  for (const [id, roles] of people) await enrol(stage, id, roles);
  await catalogue(stage);
  return stage;
}

const registration = (keyring: Keyring, roles: readonly Role[]): Command => ({
  type: 'RegisterParticipant',
  participant: keyring.participant,
  name: { en: keyring.participant, zh: keyring.participant },
  roles: [...roles],
  organisation: keyring.participant,
  certificates: [
    { use: 'receipt', der: b64u(keyring.receipt.certificate) },
    { use: 'ledger', der: b64u(keyring.ledger.certificate) },
  ],
});

/** A registered participant, on the ledger and in the exchange. */
export async function enrol(
  stage: Stage,
  id: string,
  roles: readonly Role[],
  keyring = stage.keys.get(id),
): Promise<void> {
  if (keyring !== undefined) await say(stage, 'operator', registration(keyring, roles));
  await stage.database.query(
    `INSERT INTO participants (id, name, organisation, roles, state, token_key, receipt_certificate, ledger_certificate, application, applied_at)
     VALUES ($1, '{"en":"x","zh":"x"}', $1, $2, 'registered', '{}', $3, $4, 'a', now())`,
    [
      id,
      JSON.stringify(roles),
      Buffer.from(keyring?.receipt.certificate ?? []),
      Buffer.from(keyring?.ledger.certificate ?? []),
    ],
  );
}

/** Says one thing to the ledger under a participant's own key. */
export async function say(stage: Stage, who: string, command: Command) {
  const keyring = stage.keys.get(who);
  if (keyring === undefined) throw new Error(`no keys of ${who}`);
  return stage.ledger.submit(await stage.ledger.prepare(command, ledgerSigner(keyring)));
}

const REPOSITORIES = [
  ['north-residents', 'north-district'],
  ['south-residents', 'south-district'],
] as const;

async function catalogue(stage: Stage): Promise<void> {
  const hash = hex(sha256(utf8('metadata')));
  const id = elementId(element);
  await say(stage, 'north-district', {
    type: 'PublishElement',
    element: id as never,
    document: id.slice(7),
    name: 'residents',
  });
  await stage.database.query(
    `INSERT INTO elements (id, document, publisher, published_at) VALUES ($1, $2, 'north-district', now())`,
    [id, element],
  );
  await stage.database.query(
    `INSERT INTO templates (id, document, element, author, state, changed_at) VALUES ($1, $2, $3, 'north-district', 'approved', now())`,
    [TEMPLATE, template, id],
  );
  for (const [repository, owner] of REPOSITORIES) {
    await say(stage, owner, {
      type: 'AnnounceRepository',
      repository,
      owner,
      element: id as never,
      metadata: hash,
      dataVersion: 'v1',
    });
    await stage.database.query(
      `INSERT INTO repositories (id, owner, element, metadata, metadata_id, state, theme, place, time_from, time_to, operations, words)
       VALUES ($1, $2, $3, '{}', 'm', 'announced', 't', 'p', '2026-01-01', '2026-12-31', '[]', '')`,
      [repository, owner, id],
    );
    await stage.database.query(
      `INSERT INTO adoptions (repository, template, state, policy) VALUES ($1, $2, 'adopted', '{}')`,
      [repository, TEMPLATE],
    );
    const right = (kind: 'holding' | 'processing' | 'usage', holder: string, shareBp: number): Command => ({
      type: 'RegisterRight',
      right: `${repository}.${kind}.${holder}`,
      repository,
      kind,
      holder,
      shareBp,
      from: START - 86_400_000,
    });
    await say(stage, owner, right('holding', owner, 10_000));
    await say(stage, owner, right('processing', 'data-works', 10_000));
  }
}

export const productDocument = (id: string, more: Partial<ProductDocument> = {}): ProductDocument => ({
  schema: 'aggregora/product/1',
  id,
  repository: 'north-residents',
  title: { en: id, zh: id },
  description: { en: id, zh: id },
  templates: [TEMPLATE],
  purposes: ['research'],
  from: START,
  until: START + 3 * 365 * 86_400_000,
  runs: null,
  permit: { quota: 100, rho: '1', days: 365 },
  unpaid: 'refused',
  ...more,
});

/** A listed product with this plan. */
export async function listed(
  stage: Stage,
  id: string,
  plan: unknown,
  more: Partial<ProductDocument> = {},
): Promise<string> {
  const owner = more.repository === 'south-residents' ? 'south-district' : 'north-district';
  await stage.products.register(productDocument(id, more), owner);
  await stage.products.price(id, plan, owner);
  await stage.products.share(id, rule as never, owner);
  await stage.products.list(id, owner);
  return id;
}

let payments = 0;
/** Prepaid credit, `amount` in major units. */
export async function topUp(stage: Stage, buyer: string, amount: string, currency = 'CNY'): Promise<void> {
  payments += 1;
  await stage.payments.record(
    { id: `top-up-${String(payments)}`, buyer, money: { amount, currency } },
    'operator',
    'operator',
  );
}

export const asked = (product: string, minAge = 30) => ({
  product,
  template: TEMPLATE,
  parameters: { minAge },
  purpose: 'research' as const,
});

export async function balance(stage: Stage, account: string, currency = 'CNY'): Promise<string> {
  const [row] = await stage.database.query('SELECT minor FROM market_balances WHERE account = $1 AND currency = $2', [
    account,
    currency,
  ]);
  return (row as { minor: string } | undefined)?.minor ?? '0';
}

/** The broker's part: keeps the request, which starts the order. */
export async function send(
  stage: Stage,
  xid: string,
  buyer: string,
  minAge = 30,
  repository = 'north-residents',
): Promise<void> {
  const owner = repository === 'south-residents' ? 'south-district' : 'north-district';
  const message = makeRequest(
    {
      xid,
      from: buyer,
      to: owner,
      repository,
      template: TEMPLATE,
      permit: 'permit-1',
      purpose: 'research',
      mode: 'clear',
      parameters: { minAge },
      salt: b64u(sha256(utf8(xid))),
      issuedAt: stage.clock.at,
    },
    keyOf(stage, buyer),
  );
  await stage.database.transaction(async (tx) => {
    await stage.paid.admit(tx, readRequest(message.bytes));
    await tx.query(
      `INSERT INTO relayed_exchanges (xid, searcher, owner, repository, template, permit, state, request, request_statement, queued_at)
       VALUES ($1, $2, $3, $4, $5, 'permit-1', 'QUEUED', $6, $7, now())`,
      [xid, buyer, owner, repository, TEMPLATE, Buffer.from(message.bytes), message.statement],
    );
  });
}

/** The data end's part: its signed words, kept by the broker; the saga is not settled yet. */
export async function answered(stage: Stage, xid: string, said: { code: string } | { cells: Json }): Promise<void> {
  const [row] = (await stage.database.query('SELECT request, owner FROM relayed_exchanges WHERE xid = $1', [xid])) as {
    request: Buffer;
    owner: string;
  }[];
  if (row === undefined) throw new Error('not relayed');
  const shared = {
    engine: 'test',
    timing: { receivedAt: stage.clock.at, answeredAt: stage.clock.at },
    salt: b64u(sha256(utf8(`answer ${xid}`))),
  };
  const use = { id: 'permit-1', version: 1, decision: 'd', height: 1 };
  const fields =
    'code' in said
      ? { ...shared, status: 'REFUSED' as const, permit: null, answer: said, left: null }
      : { ...shared, status: 'ANSWERED' as const, permit: use, answer: said, left: { questions: '9' } };
  const message = makeAnswer(fields, new Uint8Array(row.request), keyOf(stage, row.owner));
  await stage.database.query(
    `UPDATE relayed_exchanges SET state = 'ANSWERED', answer = $2, answer_statement = $3, answered_at = now() WHERE xid = $1`,
    [xid, Buffer.from(message.bytes), message.statement],
  );
}

/** Quote, order, question, answer, settlement: one paid question from price to books. */
export async function bought(
  stage: Stage,
  product: string,
  buyer: string,
  minAge = 30,
  cells: Json = [{ minAge, noise: newId() }],
) {
  const quoted = await stage.quotes.quote(asked(product, minAge), buyer);
  const xid = newId();
  await stage.placing.place(xid, quoted.id, buyer);
  const repository = quoted.question?.repository ?? '';
  await send(stage, xid, buyer, minAge, repository);
  await answered(stage, xid, { cells });
  await stage.paid.settle(xid);
  return { quoted, xid, order: await orderOf(stage.database.manager, xid) };
}

function keyOf(stage: Stage, who: string): Key {
  const key = stage.keys.get(who)?.receipt;
  if (key === undefined) throw new Error(`no keys of ${who}`);
  return key;
}

/** The code of a refusal, or what came back instead. */
export async function codeOf(act: () => Promise<unknown>): Promise<string> {
  try {
    return `no refusal: ${JSON.stringify(await act(), (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}`;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** Books, balances and holds agree: the promise at the end of every test. */
export async function mustClose(stage: Stage): Promise<void> {
  expect(await stage.evidence.books()).toMatchObject({ zero: true, adrift: [], holdsAdrift: [] });
}
