// What the exchange promises its users, tried on a town of real programs over real databases.
import { setTimeout as pause } from 'node:timers/promises';
import { canonicalBytes, hex, type Json } from '../../src/domain/canonical';
import { commonHash, readAnswer, readRequest } from '../../src/domain/receipts';
import { add, compare, parseRational, toText } from '../../src/domain/safe-answers';
import { templateId } from '../../src/domain/templates';
import { letOut } from '../../src/data-end/exit/exit';
import type { Refusal } from '../../src/domain/refusals';
import type { GroupAnswer, Office } from '../../src/sdk/office';
import type { Client } from '../../src/wire';
import { fetchTrust } from '../../src/sdk/verify/trust';
import { verifyOffline } from '../../src/sdk/verify/verify';
import { changed } from '../support/evidence';
import { adopted, CANARY, exactly, purposes, unadopted } from '../support/town-rows';
import { asking, OPERATOR, openTown, type Owner, type Town } from '../support/town';

jest.setTimeout(180_000);
let town: Town;
let planner: Office;
let rival: Office;
beforeAll(async () => {
  town = await openTown();
  planner = town.office('planner');
  rival = town.office('rival', { direct: true });
}, 120_000);
afterAll(() => town.stop());

const only = (answer: GroupAnswer) => {
  const [first] = answer.answers;
  if (first === undefined) throw new Error('no answer');
  return first;
};
const bodyOf = (answer: GroupAnswer) => Buffer.from(canonicalBytes(only(answer).body)).toString();
const account = async (owner: Owner, id: string) =>
  (await town.accounts(owner)).find((one) => one.id === id) ?? { id, cap: '0', spent: '0', held: '0' };
/** Every different question of the template. */
const bindings = [undefined, ...purposes].flatMap((purpose) =>
  Array.from({ length: 31 }, (_, step) => ({ minAge: step * 2, ...(purpose === undefined ? {} : { purpose }) })),
);
/** A signed request for anything at all, also for what an office would not ask. */
const prepare = (office: Office, change: Record<string, Json> = {}, owner: Owner = 'north') =>
  office.searcher.prepare({
    repository: `${owner}-trips`,
    owner,
    template: templateId(adopted),
    permit: `${owner}-trips.${office.settings.keys.participant}`,
    purpose: 'research',
    parameters: {},
    ...change,
  } as Parameters<Office['searcher']['prepare']>[0]);
const settled = async (office: Office, xid: string) => {
  await office.searcher.settle(xid);
  const group = office.book.one(xid).group;
  return only(office.answer(group));
};
/** M1 straight to the data end, and M2 as it came. */
async function delivered(office: Office, xid: string, owner: Owner = 'north'): Promise<Uint8Array> {
  const { bytes, statement } = office.book.one(xid).request;
  straight[owner] ??= town.client('rival', town.dataEndUrl(owner));
  const response = await straight[owner].send('/v1/exchanges', { bytes, headers: { 'dx-signature': statement } });
  return new Uint8Array(await response.arrayBuffer());
}
const straight: Partial<Record<Owner, Client>> = {};
const said = (answer: Uint8Array, office: Office, xid: string): string => {
  const read = readAnswer(answer, office.book.one(xid).request.bytes);
  return read.status === 'ANSWERED' ? read.status : read.answer.code;
};

describe('a searcher cannot overspend', () => {
  const watch = async (owner: Owner, ids: readonly string[], over: () => boolean) => {
    let looks = 0;
    while (!over()) {
      for (const { id, cap, spent, held } of await town.accounts(owner)) {
        if (!ids.includes(id)) continue;
        expect(compare(add(parseRational(spent), parseRational(held)), parseRational(cap))).toBeLessThanOrEqual(0);
        looks += 1;
      }
      await pause(20);
    }
    return looks;
  };

  test('of a hundred questions at once against a budget for seven, exactly seven are answered', async () => {
    await town.offer('north', 'north-tight', { capPerSearcher: '7/200' }, ['rival']);
    const before = town.seams.north.runs;
    const xids = bindings
      .slice(0, 100)
      .map((parameters) => prepare(rival, { repository: 'north-tight', permit: 'north-tight.rival', parameters }));
    let over = false;
    const id = 'searcher/north-tight/rival';
    const looking = watch('north', [id], () => over);
    const outcomes = await Promise.all(xids.map(async (xid) => said(await delivered(rival, xid), rival, xid)));
    over = true;
    expect(await looking).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome === 'ANSWERED')).toHaveLength(7);
    expect(new Set(outcomes)).toEqual(new Set(['ANSWERED', 'BUDGET_SPENT_SEARCHER']));
    expect(await account('north', id)).toMatchObject({ spent: '7/200', held: '0', cap: '7/200' });
    expect(town.seams.north.runs - before).toBe(7);
  });

  test('two searchers together cannot spend more than the repository has, through whichever door', async () => {
    await town.offer('south', 'south-tight', { capPerRepository: '1/40' });
    const asked = bindings.slice(0, 12).flatMap((parameters, at) => {
      const [office, who] = at % 2 === 0 ? ([planner, 'planner'] as const) : ([rival, 'rival'] as const);
      const change = { repository: 'south-tight', permit: `south-tight.${who}`, parameters };
      return [[office, prepare(office, change, 'south')] as const];
    });
    const answers = await Promise.all(asked.map(([office, xid]) => settled(office, xid)));
    expect(answers.filter(({ status }) => status === 'ANSWERED')).toHaveLength(5);
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([null, 'BUDGET_SPENT_REPOSITORY']));
    expect(await account('south', 'repository/south-tight')).toMatchObject({ spent: '1/40', held: '0' });
  });

  test('who has nothing left does not spoil the same question for who has', async () => {
    await town.offer('north', 'north-shared', { capPerSearcher: '1/200' });
    const ask = (office: Office, parameters: Record<string, Json>) => {
      const who = office.settings.keys.participant;
      return prepare(office, { repository: 'north-shared', permit: `north-shared.${who}`, parameters });
    };
    await settled(planner, ask(planner, { minAge: 2 }));
    const answers = await Promise.all(
      [planner, planner, rival, planner].map((office) => settled(office, ask(office, { minAge: 4 }))),
    );
    expect(answers[2]).toMatchObject({ status: 'ANSWERED' });
  });
});

describe('raw rows never leave', () => {
  test('an answer holds declared keys, whole numbers and its label, and nothing of any row', async () => {
    const answer = await planner.ask(asking({ minAge: 2 }, ['north-trips', 'south-trips']));
    for (const { body } of answer.answers) {
      const { cells } = body as { cells: { key: string[]; values: object }[] };
      expect(cells.map(({ key }) => key.join())).toEqual(['walk', 'bike', 'bus', 'rail', 'car']);
    }
    expect(JSON.stringify(answer)).not.toContain(CANARY);
  });

  test('a source that answers with rows instead of declared groups gets none of them out', async () => {
    town.seams.north.run = () => () =>
      Promise.resolve(
        town.rows.north.slice(0, 50).map((row) => ({ key: [row.resident_id], contributors: 40n, values: [40n] })),
      );
    const answer = await rival.ask(asking({ minAge: 6 }));
    town.seams.north.run = undefined;
    expect(JSON.stringify(answer)).not.toContain(CANARY);
    expect(['ANSWERED', 'REFUSED']).toContain(only(answer).status);
  });

  test('the way out lets nothing pass but what the safe-answer room made in this process', () => {
    const forged = { body: { cells: [] }, sealed: () => ({}) };
    expect(() => letOut(forged as never)).toThrow('Only a SafeAnswer may leave');
  });
});

describe('asking', () => {
  test('the same question twice is free and answered with the same bytes, whoever asks and through whichever door', async () => {
    const first = await planner.ask(asking({ minAge: 8, purpose: 'work' }));
    const [spent, runs] = [await account('north', 'searcher/north-trips/planner'), town.seams.north.runs];
    const [second, foreign] = [
      await planner.ask(asking({ purpose: 'work', minAge: 8 })),
      await rival.ask(asking({ minAge: 8, purpose: 'work' })),
    ];
    expect(bodyOf(second)).toBe(bodyOf(first));
    expect(bodyOf(foreign)).toBe(bodyOf(first));
    expect(await account('north', 'searcher/north-trips/planner')).toEqual(spent);
    expect(only(second).left).toEqual(only(first).left);
    expect(town.seams.north.runs).toBe(runs);
  });

  test('the same message again is the same answer to the byte, also ten times at once', async () => {
    const xid = prepare(rival, { parameters: { minAge: 10 } });
    const { request } = rival.book.one(xid);
    const client = town.client('rival', town.dataEndUrl('north'));
    const send = async () => {
      const response = await client.send('/v1/exchanges', {
        bytes: request.bytes,
        headers: { 'dx-signature': request.statement },
      });
      return `${response.headers.get('dx-signature') ?? ''} ${await response.text()}`;
    };
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    expect(new Set(answers).size).toBe(1);
    expect(await send()).toBe(answers[0]);
    await settled(rival, xid);
  });

  test('a refusal decided without data costs nothing and touches nothing', async () => {
    const [before, runs] = [await town.accounts('north'), town.seams.north.runs];
    const codes = [];
    for (const change of [
      { parameters: { minAge: 7 } },
      { parameters: { nobody: 1 } },
      { purpose: 'operations' },
      { permit: 'no-such-permit' },
      { template: templateId(unadopted) },
    ] as Record<string, Json>[])
      codes.push((await settled(rival, prepare(rival, change))).code);
    expect(codes).toEqual([
      'PARAMETER_OUT_OF_DOMAIN',
      'PARAMETER_UNKNOWN',
      expect.stringMatching(/^PURPOSE/),
      'PERMIT_MISSING',
      'TEMPLATE_NOT_ADOPTED',
    ]);
    expect(await town.accounts('north')).toEqual(before);
    expect(town.seams.north.runs).toBe(runs);
  });

  test('a template that no owner adopted cannot be asked, whatever else is in order', async () => {
    const template = templateId(unadopted);
    const desk = town.permit('north', 'north-trips', 'rival', { id: 'north-trips.odd', template });
    await desk.catch((error: unknown) => expect((error as Refusal).code).toMatch(/^LEDGER_|TEMPLATE_/));
    const answer = await settled(rival, prepare(rival, { template, permit: 'north-trips.odd' }));
    expect(answer).toMatchObject({ status: 'REFUSED', code: 'TEMPLATE_NOT_ADOPTED' });
  });

  test('a revoked permit answers nothing from its block on, not even a stored answer', async () => {
    await town.permit('north', 'north-trips', 'rival', { id: 'north-trips.short' });
    const ask = (parameters: Record<string, Json>) =>
      settled(rival, prepare(rival, { permit: 'north-trips.short', parameters }));
    expect((await ask({ minAge: 12 })).status).toBe('ANSWERED');
    await town.desk('north', 'permits/north-trips.short/revocation', {});
    const [before, runs] = [await town.accounts('north'), town.seams.north.runs];
    expect(await ask({ minAge: 12 })).toMatchObject({ status: 'REFUSED', code: 'PERMIT_REVOKED' });
    expect(await ask({ minAge: 14 })).toMatchObject({ status: 'REFUSED', code: 'PERMIT_REVOKED' });
    expect(await town.accounts('north')).toEqual(before);
    expect(town.seams.north.runs).toBe(runs);
  });

  test('questions in flight while a permit is revoked are answered or refused, never answered after its block', async () => {
    await town.permit('north', 'north-trips', 'rival', { id: 'north-trips.race' });
    const xids = Array.from({ length: 8 }, () =>
      prepare(rival, { permit: 'north-trips.race', parameters: { minAge: 12 } }),
    );
    const asked = Promise.all(xids.map((xid) => settled(rival, xid)));
    await town.desk('north', 'permits/north-trips.race/revocation', {});
    const answers = await asked;
    const entry = await rival.ledger.read('permit/north-trips.race');
    for (const { xid, status, code } of answers) {
      if (status === 'REFUSED') expect(code).toBe('PERMIT_REVOKED');
      const kept = rival.book.one(xid).answer;
      const { permit } = JSON.parse(Buffer.from(kept?.bytes ?? []).toString()) as { permit: { height: number } | null };
      if (status === 'ANSWERED') expect(permit?.height).toBeLessThan(entry?.height ?? 0);
    }
  });
});

describe('a failure after data were touched keeps the cost', () => {
  const rho = async () => (await account('north', 'searcher/north-trips/rival')).spent;
  const cost = (before: string) => toText(add(parseRational(before), parseRational('1/200')));

  test.each`
    what                               | fault
    ${'the source breaks in the run'}  | ${() => Promise.reject(new Error(`${CANARY} in row 7`))}
    ${'it answers what is no integer'} | ${() => Promise.resolve([{ key: ['walk'], contributors: 40, values: ['x'] }])}
    ${'its time runs out'}             | ${() => Promise.reject(new Error('canceling statement due to statement timeout'))}
  `('$what: RUN_FAILED, paid, said alike', async ({ fault }: { fault: () => Promise<never> }) => {
    const before = await rho();
    town.seams.north.run = () => fault;
    const minAge = 40 + 2 * faults++;
    const answer = only(await rival.ask(asking({ minAge })));
    town.seams.north.run = undefined;
    expect(answer).toMatchObject({ status: 'REFUSED', code: 'RUN_FAILED', body: null, left: null });
    expect(await rho()).toBe(cost(before));
    expect((await account('north', 'searcher/north-trips/rival')).held).toBe('0');
    // Sent again, it is the same refusal and costs no more.
    const again = rival.book.all().at(-1)?.xid ?? '';
    expect((await settled(rival, again)).code).toBe('RUN_FAILED');
    expect(await rho()).toBe(cost(before));
  });
  let faults = 0;
});

describe('receipts', () => {
  let group: string;
  const finals = async (office: Office, of: string) => {
    for (let tries = 0; tries < 200; tries += 1) {
      await office.advance();
      const records = office.book.all().filter((record) => record.group === of);
      if (records.every((record) => record.owner !== undefined)) return records;
      await pause(100);
    }
    throw new Error('not FINAL in time');
  };
  beforeAll(async () => {
    group = (await planner.ask(asking({ minAge: 20 }, ['north-trips', 'south-trips']))).group;
  });

  test('both sides reach the same hash, and FINAL', async () => {
    for (const record of await finals(planner, group)) {
      const owner = readRequest(record.request.bytes).to as Owner;
      const [row] = await town
        .dataEnd(owner)
        .database.query<{ e: string; state: string }[]>('SELECT e, state FROM exchanges WHERE xid = $1', [record.xid]);
      const e = hex(commonHash(record.request.bytes, record.answer?.bytes ?? new Uint8Array()));
      expect(row).toEqual({ e, state: 'FINAL' });
      expect(record.leaf?.slice(4)).toBe(e);
      const [relayed] = await town.exchange.database.query<{ state: string }[]>(
        'SELECT state FROM relayed_exchanges WHERE xid = $1',
        [record.xid],
      );
      expect(relayed).toEqual({ state: 'FINAL' });
    }
  });

  test('an auditor verifies the evidence offline, and every tampering is named', async () => {
    const [record] = await finals(planner, group);
    const bundle = await planner.evidence(record?.xid ?? '');
    const trust = await fetchTrust(town.client('auditor'), OPERATOR);
    const good = verifyOffline(bundle, trust);
    expect(good.code).toBe(0);
    expect(good.checks.every(({ holds }) => holds)).toBe(true);
    const other = (text: string) => (text.startsWith('0') ? `1${text.slice(1)}` : `0${text.slice(1)}`);
    const named = (change: Parameters<typeof changed>[1]) => {
      const { code, checks } = verifyOffline(changed(bundle, change), trust);
      expect(code).not.toBe(0);
      return checks.at(-1)?.name;
    };
    expect(named((b) => (b.searcher.inclusion[0] = other(b.searcher.inclusion[0] ?? '')))).toBe('SEARCHER_INCLUSION');
    expect(named((b) => (b.owner.index += 1))).toBe('OWNER_INCLUSION');
    expect(named((b) => (b.owner.head.root = other(b.owner.head.root)))).toMatch(/OWNER_INCLUSION|HEAD/);
    expect(named((b) => (b.statements.request = b.statements.answer))).toBe('SEARCHER_SIGNATURE');
    expect(named((b) => (b.statements.answer = b.statements.request))).toBe('OWNER_SIGNATURE');
    expect(named((b) => (b.searcher.certificate = b.owner.certificate))).toMatch(/CERTIFICATE|SIGNATURE/);
    expect(named((b) => (b.template = b.permit))).toBe('TEMPLATE');
    expect(named((b) => (b.permit = b.template))).toBe('PERMIT');
    expect(verifyOffline(bundle, { ...trust, genesis: '0'.repeat(64) }).code).not.toBe(0);
    expect(verifyOffline(Buffer.concat([bundle, Buffer.from(' ')]), trust).checks.at(-1)?.name).toBe('NOT_CANONICAL');
    // Any one byte: never accepted.
    for (let at = 0; at < bundle.length; at += Math.ceil(bundle.length / 25)) {
      const bytes = Uint8Array.from(bundle);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(verifyOffline(bytes, trust).code).not.toBe(0);
    }
  });

  test('the exchange cannot alter an answer unseen', async () => {
    const xid = prepare(planner, { parameters: { minAge: 22 } });
    const { request } = planner.book.one(xid);
    const client = town.client('planner');
    await client.send('/v1/exchanges', { bytes: request.bytes, headers: { 'dx-signature': request.statement } });
    await client.send(`/v1/exchanges/${xid}/answer?wait=20`);
    const stored = `SELECT convert_from(answer, 'UTF8') AS text FROM relayed_exchanges WHERE xid = $1`;
    const [{ text } = { text: '' }] = await town.exchange.database.query<{ text: string }[]>(stored, [xid]);
    const write = (value: string) =>
      town.exchange.database.query('UPDATE relayed_exchanges SET answer = $2 WHERE xid = $1', [
        xid,
        Buffer.from(value),
      ]);
    await write(
      text.replace(/"people":\{"high":(\d)/, (_, digit: string) => `"people":{"high":${digit === '9' ? '8' : '9'}`),
    );
    await expect(planner.searcher.settle(xid)).rejects.toMatchObject({
      code: expect.stringMatching(/MISMATCH|JWS|DIGEST|STATEMENT/) as string,
    });
    expect(planner.book.one(xid).promise).toBeUndefined();
  });

  test('the exchange cannot alter a question unseen, nor acknowledge in another’s name', async () => {
    const xid = prepare(planner, { parameters: { minAge: 24 } });
    const { request } = planner.book.one(xid);
    const bytes = Buffer.from(Buffer.from(request.bytes).toString().replace('"minAge":24', '"minAge":26'));
    const relay = town.client(OPERATOR, town.dataEndUrl('north'));
    const runs = town.seams.north.runs;
    const sent = relay.send('/v1/exchanges', { bytes, headers: { 'dx-signature': request.statement } });
    await expect(sent).rejects.toMatchObject({
      code: expect.stringMatching(/^(JWS|STATEMENT|MESSAGE|REQUEST|DIGEST|SIGN)/) as string,
    });
    expect(town.seams.north.runs).toBe(runs);
    await relay.send('/v1/exchanges', { bytes: request.bytes, headers: { 'dx-signature': request.statement } });
    const ack = planner.book.all().find((record) => record.ack !== undefined)?.ack ?? '';
    await expect(relay.json(`/v1/exchanges/${xid}/ack`, { json: { ack } })).rejects.toMatchObject({
      code: expect.any(String) as string,
    });
    await settled(planner, xid);
  });
});

test('a question to two repositories gives both answers, and a total whose interval is right as often as it says', async () => {
  const wide = { capPerSearcher: '1', capPerRepository: '4' };
  await Promise.all([
    town.offer('north', 'north-wide', wide, ['planner']),
    town.offer('south', 'south-wide', wide, ['planner']),
  ]);
  const office = town.office('planner', { direct: true });
  const rows = [...town.rows.north, ...town.rows.south];
  let [inside, numbers, whole] = [0, 0, 0];
  for (let at = 0; at < 16; at += 8) {
    const asked = bindings.slice(at, at + 8);
    const answers = await Promise.all(
      asked.map((binding) => office.ask(asking(binding, ['north-wide', 'south-wide']))),
    );
    answers.forEach((answer, index) => {
      expect(answer.answers.map(({ status }) => status)).toEqual(['ANSWERED', 'ANSWERED']);
      const { cells } = answer.combined as unknown as {
        cells: { key: string[]; values: Record<string, { low: number; high: number }> }[];
      };
      const truths = exactly(rows, asked[index]?.minAge);
      const hits = cells.flatMap(({ values }, cell) =>
        (['people', 'trips'] as const).map((measure) => {
          const { low, high } = values[measure] ?? { low: 1, high: 0 };
          const truth = truths[cell]?.[measure] ?? -1;
          return low <= truth && truth <= high;
        }),
      );
      inside += hits.filter(Boolean).length;
      numbers += hits.length;
      whole += hits.every(Boolean) ? 1 : 0;
    });
  }
  // 95 % of 160 numbers are 152; below 138 is beyond five standard deviations.
  expect(numbers).toBe(160);
  expect(inside).toBeGreaterThanOrEqual(138);
  expect(whole).toBeGreaterThan(0);
});
