// The market's tables: what is sold, what was quoted and agreed, what is held, and a journal that can only grow.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Written once, never changed, never removed. */
const immutable = [
  'market_plans',
  'market_rules',
  'market_quotes',
  'market_journal',
  'market_postings',
  'market_payouts',
  'market_payments',
  'market_offers',
  'market_appraisals',
];

/** In order of need; `down` goes through them backwards. Instants are milliseconds since 1970 UTC, amounts minor units. */
const tables: readonly (readonly [string, string])[] = [
  [
    'market_products',
    `id text PRIMARY KEY, owner text NOT NULL, repository text NOT NULL REFERENCES repositories (id),
     document jsonb NOT NULL, state text NOT NULL CHECK (state IN ('DRAFT', 'REGISTERED', 'LISTED', 'SUSPENDED', 'WITHDRAWN')),
     plan text, rule text, changed_at bigint NOT NULL`,
  ],
  [
    'market_plans',
    `id text NOT NULL, product text NOT NULL REFERENCES market_products (id), version int NOT NULL,
     document jsonb NOT NULL, published_at bigint NOT NULL, PRIMARY KEY (product, id), UNIQUE (product, version)`,
  ],
  [
    'market_rules',
    `id text NOT NULL, product text NOT NULL REFERENCES market_products (id), version int NOT NULL,
     document jsonb NOT NULL, published_at bigint NOT NULL, PRIMARY KEY (product, id), UNIQUE (product, version)`,
  ],
  [
    'market_agreements',
    `id text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('per-use', 'subscription', 'bargain', 'auction')),
     product text NOT NULL REFERENCES market_products (id), plan text NOT NULL, rule text NOT NULL,
     seller text NOT NULL, buyer text NOT NULL CHECK (buyer <> seller), zone text NOT NULL,
     agreed bigint CHECK (agreed >= 0), currency text NOT NULL, hash text NOT NULL,
     starts bigint NOT NULL, ends bigint NOT NULL, document jsonb NOT NULL`,
  ],
  [
    'market_subscriptions',
    `id text PRIMARY KEY REFERENCES market_agreements (id),
     state text NOT NULL CHECK (state IN ('PENDING', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELLED', 'EXPIRED')),
     plan text NOT NULL, next_plan text, cancel_at_end boolean NOT NULL, interval text NOT NULL, anchor bigint NOT NULL`,
  ],
  [
    'market_periods',
    `agreement text NOT NULL REFERENCES market_agreements (id), index int NOT NULL CHECK (index >= 0),
     starts bigint NOT NULL, ends bigint NOT NULL CHECK (ends > starts), plan text NOT NULL,
     rolled_over bigint NOT NULL CHECK (rolled_over >= 0),
     charged_from bigint NOT NULL, charged_minor bigint NOT NULL, closed boolean NOT NULL, PRIMARY KEY (agreement, index)`,
  ],
  [
    'market_quotes',
    `id text PRIMARY KEY, product text NOT NULL REFERENCES market_products (id), agreement text, buyer text NOT NULL,
     purpose text NOT NULL, document jsonb NOT NULL, valid_until bigint NOT NULL`,
  ],
  [
    'market_orders',
    `id uuid PRIMARY KEY, quote text NOT NULL UNIQUE REFERENCES market_quotes (id),
     agreement text NOT NULL REFERENCES market_agreements (id), period int NOT NULL,
     product text NOT NULL REFERENCES market_products (id), buyer text NOT NULL, seller text NOT NULL,
     state text NOT NULL CHECK (state IN ('QUOTED', 'RESERVED', 'RUNNING', 'POSTED', 'VOIDED', 'EXPIRED')),
     outcome text, question text NOT NULL, currency text NOT NULL, held bigint NOT NULL CHECK (held >= 0),
     captured bigint CHECK (captured BETWEEN 0 AND held), repeated boolean NOT NULL, score text, reason text,
     answer text, created_at bigint NOT NULL, expires_at bigint NOT NULL, answered_at bigint, score_until bigint,
     ended_at bigint, anchor_seq int, CHECK ((state IN ('POSTED', 'VOIDED', 'EXPIRED')) = (outcome IS NOT NULL))`,
  ],
  [
    'market_pools',
    `id text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('quota', 'rho')), most text NOT NULL, spent text NOT NULL, held text NOT NULL`,
  ],
  [
    'market_holds',
    `id text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('money', 'quota', 'rho')), pool text NOT NULL,
     amount text NOT NULL, captured text NOT NULL, subject text NOT NULL,
     state text NOT NULL CHECK (state IN ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')), expires_at bigint NOT NULL`,
  ],
  [
    'market_journal',
    `id text PRIMARY KEY, at bigint NOT NULL, reason text NOT NULL, subject text NOT NULL, corrects text REFERENCES market_journal (id)`,
  ],
  [
    'market_postings',
    `entry text NOT NULL REFERENCES market_journal (id), place int NOT NULL, account text NOT NULL, currency text NOT NULL,
     minor bigint NOT NULL CHECK (minor <> 0), PRIMARY KEY (entry, place)`,
  ],
  [
    'market_balances',
    `account text NOT NULL, currency text NOT NULL, minor bigint NOT NULL,
     CHECK (minor >= 0 OR account = 'external.wash'), PRIMARY KEY (account, currency)`,
  ],
  [
    'market_grants',
    `id text PRIMARY KEY, buyer text NOT NULL, currency text NOT NULL, priority int NOT NULL, expires_at bigint NOT NULL,
     created_at bigint NOT NULL, remaining bigint NOT NULL CHECK (remaining >= 0)`,
  ],
  [
    'market_charges',
    `id text PRIMARY KEY, subject text NOT NULL, agreement text NOT NULL, seller text NOT NULL, buyer text NOT NULL,
     currency text NOT NULL, type text NOT NULL, what text NOT NULL, quantity bigint NOT NULL, minor bigint NOT NULL,
     tax bigint NOT NULL, at bigint NOT NULL, invoice text`,
  ],
  [
    'market_payouts',
    `subject text NOT NULL, place int NOT NULL, account text NOT NULL, owner text, why text NOT NULL, currency text NOT NULL,
     minor bigint NOT NULL CHECK (minor > 0), rule text NOT NULL, rule_version int NOT NULL, inputs jsonb NOT NULL,
     at bigint NOT NULL, PRIMARY KEY (subject, place)`,
  ],
  [
    'market_payments',
    `id text PRIMARY KEY, buyer text NOT NULL, currency text NOT NULL, minor bigint NOT NULL CHECK (minor > 0),
     invoice text, source text NOT NULL CHECK (source IN ('operator', 'webhook')), recorded_by text NOT NULL, at bigint NOT NULL`,
  ],
  [
    'market_invoices',
    `seller text NOT NULL, number text NOT NULL, id text NOT NULL UNIQUE, kind text NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
     buyer text NOT NULL, currency text NOT NULL, total bigint NOT NULL, document jsonb NOT NULL, issued_at bigint NOT NULL,
     due_at bigint NOT NULL, state text NOT NULL, credits text, zone text NOT NULL, PRIMARY KEY (seller, number)`,
  ],
  ['market_counters', `seller text NOT NULL, year int NOT NULL, last text NOT NULL, PRIMARY KEY (seller, year)`],
  [
    'market_bargains',
    `id text PRIMARY KEY, product text NOT NULL REFERENCES market_products (id), plan text NOT NULL, rule text NOT NULL,
     buyer text NOT NULL, seller text NOT NULL, currency text NOT NULL, max_rounds int NOT NULL,
     state text NOT NULL CHECK (state IN ('OFFERED', 'AGREED', 'ENDED')), reason text, agreement text`,
  ],
  [
    'market_offers',
    `bargain text NOT NULL REFERENCES market_bargains (id), round int NOT NULL, hash text NOT NULL UNIQUE, side text NOT NULL,
     minor bigint NOT NULL CHECK (minor >= 0), valid_until bigint NOT NULL, PRIMARY KEY (bargain, round)`,
  ],
  [
    'market_auctions',
    `id text PRIMARY KEY, product text NOT NULL REFERENCES market_products (id), plan text NOT NULL, rule text NOT NULL,
     seller text NOT NULL, currency text NOT NULL, mechanism jsonb NOT NULL,
     state text NOT NULL CHECK (state IN ('DRAFT', 'SCHEDULED', 'OPEN', 'EXTENDED', 'CLOSED', 'REVEAL', 'AWARDED', 'SETTLED', 'FAILED_RESERVE', 'CANCELLED')),
     opens_at bigint NOT NULL, closes_at bigint NOT NULL, reveal_until bigint NOT NULL`,
  ],
  [
    'market_bids',
    `auction text NOT NULL REFERENCES market_auctions (id), bidder text NOT NULL, sequence bigint NOT NULL,
     minor bigint CHECK (minor >= 0), sealed text, at bigint NOT NULL, PRIMARY KEY (auction, bidder, sequence)`,
  ],
  [
    'market_awards',
    `auction text NOT NULL REFERENCES market_auctions (id), bidder text NOT NULL, minor bigint NOT NULL,
     state text NOT NULL CHECK (state IN ('AWARDED', 'SETTLED', 'DEFAULTED')), pay_until bigint NOT NULL, agreement text,
     PRIMARY KEY (auction, bidder)`,
  ],
  [
    'market_appraisals',
    `id text PRIMARY KEY, product text NOT NULL REFERENCES market_products (id), appraiser text NOT NULL,
     document jsonb NOT NULL, statement text NOT NULL, at bigint NOT NULL, valid_until bigint NOT NULL`,
  ],
  [
    'market_once',
    `participant text NOT NULL, key text NOT NULL, request text NOT NULL, response jsonb, at bigint NOT NULL, PRIMARY KEY (participant, key)`,
  ],
];

const indexes = [
  'market_products (repository)',
  'market_orders (buyer)',
  'market_orders (product)',
  'market_orders (question)',
  "market_orders (expires_at) WHERE state IN ('RESERVED', 'RUNNING')",
  'market_holds (subject)',
  'market_postings (account, currency)',
  'market_charges (buyer, seller, currency) WHERE invoice IS NULL',
  'market_payouts (owner)',
  'market_agreements (buyer, product)',
  'market_grants (buyer, currency) WHERE remaining > 0',
];

export class Market1000000000200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const [name, columns] of tables) await q.query(`CREATE TABLE ${name} (${columns})`);
    for (const index of indexes) await q.query(`CREATE INDEX ON ${index}`);
    await q.query(`CREATE FUNCTION market_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$`);
    for (const table of immutable) {
      await q.query(`CREATE TRIGGER ${table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION market_insert_only()`);
    }
    // The books' first rule holds in the database too: at commit every entry sums to zero in every currency.
    await q.query(`CREATE FUNCTION market_entry_zero() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT 1 FROM market_postings WHERE entry = NEW.entry GROUP BY currency HAVING sum(minor) <> 0) THEN
          RAISE EXCEPTION 'entry % does not sum to zero', NEW.entry USING ERRCODE = '23514';
        END IF;
        RETURN NULL;
      END $$`);
    await q.query(`CREATE CONSTRAINT TRIGGER market_postings_zero AFTER INSERT ON market_postings
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market_entry_zero()`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const [name] of [...tables].reverse()) await q.query(`DROP TABLE ${name}`);
    await q.query('DROP FUNCTION market_insert_only');
    await q.query('DROP FUNCTION market_entry_zero');
  }
}
