// One repository's answer sealed to its searcher: the same question as in the clear, and the exchange relays what it cannot read.
import { Refusal } from '../../src/domain/refusals';
import { isObject, type Json } from '../../src/domain/canonical';
import { asking, openTown, type Town } from '../support/town';

jest.setTimeout(180_000);
let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.stop());

const cellsOf = (body: Json | null | undefined): Json | undefined =>
  body !== null && body !== undefined && isObject(body) ? body['cells'] : undefined;

test('the searcher reads it, it is the answer that the clear question has, and the exchange holds no figure of it', async () => {
  const planner = town.office('planner');
  const sealed = await planner.ask({ ...asking({ purpose: 'work' }), sealed: true });
  const cells = cellsOf(sealed.answers[0]?.body);
  expect(Array.isArray(cells)).toBe(true);
  const relayed = await town.exchange.database.query<{ answer: Buffer }[]>(
    'SELECT answer FROM relayed_exchanges WHERE xid = $1',
    [sealed.answers[0]?.xid],
  );
  const text = relayed[0]?.answer.toString('utf8') ?? '';
  expect(text).toContain('aggregora/sealed-answer/1');
  expect(text).not.toContain('"cells"');
  // The stored answer goes out again, and costs nothing: the clear question gets the very same figures.
  const clear = await planner.ask(asking({ purpose: 'work' }));
  expect(cellsOf(clear.answers[0]?.body)).toEqual(cells);
});

test('a key that is not the searcher’s on the ledger is refused before anything is charged', async () => {
  const rival = town.office('rival');
  const before = await town.accounts('north');
  const permits = await rival.catalogue.permits({ template: asking({}).template });
  const permit = permits.find(({ repository }) => repository === 'north-trips');
  if (permit === undefined) throw new Refusal('PERMIT_MISSING');
  const strange = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url');
  const xid = rival.searcher.prepare({
    repository: 'north-trips',
    owner: 'north',
    template: asking({}).template,
    permit: permit.id,
    purpose: 'research',
    parameters: { purpose: 'work' },
    sealedTo: strange,
  });
  const { answer } = await rival.searcher.settle(xid);
  expect(answer).toMatchObject({ status: 'REFUSED', answer: { code: 'KEY_NOT_REGISTERED' } });
  expect(await town.accounts('north')).toEqual(before);
});
