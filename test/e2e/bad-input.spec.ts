// Everything of issue 3 "Bad input": each case has its own code and says what to do in both languages; nothing is spent, nothing is touched.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importJWK, type JWK, SignJWT } from 'jose';
import type { Response } from 'supertest';
import { b64u, canonicalBytes, type Json } from '../../src/domain/canonical';
import {
  acknowledge,
  makeRequest,
  type Message,
  openAnswer,
  readAnswer,
  state,
  digestOf,
} from '../../src/domain/receipts';
import { Refusal } from '../../src/domain/refusals';
import { templateId } from '../../src/domain/templates';
import { refusalTable as dataEndRefusals } from '../../src/data-end/refusal-table';
import { newId, systemRandom } from '../../src/platform/clock';
import { bare, HandCaller, type Poke } from '../support/caller';
import { CANARY, adopted, metadataOf, tripsElement, unadopted } from '../support/town-rows';
import { OPERATOR, openTown, type Town } from '../support/town';

jest.setTimeout(120_000);
let town: Town;
/** The planner at the exchange, and straight at the northern data end; the rival likewise. */
let exchange: HandCaller;
let north: HandCaller;
let rival: HandCaller;
let rivalNorth: HandCaller;
const doors = () => [exchange, north];
beforeAll(async () => {
  town = await openTown();
  const caller = (who: string, server: string) => new HandCaller(town.url, server, town.keys(who));
  exchange = caller('planner', town.url);
  north = caller('planner', town.dataEndUrl('north'));
  rival = caller('rival', town.url);
  rivalNorth = caller('rival', town.dataEndUrl('north'));
});
afterAll(() => town.stop());

const touched = async () => ({
  north: [await town.accounts('north'), town.seams.north.runs],
  south: [await town.accounts('south'), town.seams.south.runs],
});
let before: Awaited<ReturnType<typeof touched>>;
beforeEach(async () => {
  before = await touched();
});
afterEach(async () => {
  expect(await touched()).toEqual(before);
  expect(town.log.join('')).not.toMatch(/"code":"INTERNAL"/);
  expect(town.log.join('')).not.toContain(CANARY);
});

/** A problem document with this status and code, which says what to do, in the language that was asked for. */
function mustRefuse(answer: Response, status: number, code: string, language: 'en' | 'zh' = 'en'): void {
  const { body, headers } = answer;
  expect([answer.status, (body as { code?: string }).code ?? answer.text]).toEqual([status, code]);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(body).toMatchObject({ status, type: `urn:aggregora:refusal:${code}` });
  for (const field of ['title', 'detail', 'do'])
    expect(body[field]).toMatch(language === 'zh' ? /[\u4e00-\u9fff]/ : /^[\x20-\x7e“”’–…]{10,}$/);
  expect(answer.text).not.toContain('at Object');
}
async function refusesInBoth(
  send: (headers: Record<string, string>) => Promise<Response>,
  status: number,
  code: string,
) {
  mustRefuse(await send({ 'accept-language': 'en' }), status, code, 'en');
  mustRefuse(await send({ 'accept-language': 'zh-CN' }), status, code, 'zh');
}

function request(change: Record<string, unknown> = {}, signer = 'planner'): Message {
  const fields = {
    xid: newId(),
    from: 'planner',
    to: 'north',
    repository: 'north-trips',
    template: templateId(adopted),
    permit: 'north-trips.planner',
    purpose: 'research',
    mode: 'clear',
    parameters: {},
    salt: b64u(systemRandom(32)),
    issuedAt: Date.now(),
    ...change,
  };
  return makeRequest(fields as Parameters<typeof makeRequest>[0], town.keys(signer).receipt);
}
const posted = ({ bytes, statement }: Message, headers: Record<string, string> = {}): Poke => ({
  body: bytes,
  headers: { 'dx-signature': statement, ...headers },
});
const fieldsOf = (message: Message) => JSON.parse(Buffer.from(message.bytes).toString()) as Record<string, Json>;

describe('bytes that are no message', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const written = (change: (text: string) => string | Buffer) => () => change(Buffer.from(request().bytes).toString());
  test.each`
    what                              | bytes                                                                               | status | code
    ${'not canonical: a space'}       | ${written((text) => text.replace(':', ': '))}                                       | ${400} | ${'NOT_CANONICAL'}
    ${'not canonical: key order'}     | ${written((text) => text.replace(/^\{(.*),("xid":"[^"]*")\}$/, '{$2,$1}'))}         | ${400} | ${'NOT_CANONICAL'}
    ${'a duplicate key'}              | ${written((text) => text.replace('{', '{"from":"planner",'))}                       | ${400} | ${'DUPLICATE_KEY'}
    ${'2^53 + 1'}                     | ${written((text) => text.replace(/"issuedAt":\d+/, '"issuedAt":9007199254740993'))} | ${400} | ${'NUMBER_UNSAFE'}
    ${'broken UTF-8'}                 | ${written((text) => Buffer.from(text.replace('planner', '\xff'), 'latin1'))}        | ${400} | ${'NOT_UTF8'}
    ${'a byte order mark'}            | ${written((text) => `\ufeff${text}`)}                                               | ${400} | ${'BYTE_ORDER_MARK'}
    ${'a NUL'}                        | ${written((text) => text.replace('planner', 'a\\u0000b'))}                          | ${400} | ${'STRING_HAS_NUL'}
    ${'half a surrogate pair'}        | ${written((text) => text.replace('planner', '\\ud800'))}                            | ${400} | ${'STRING_NOT_WELL_FORMED'}
    ${'__proto__'}                    | ${written((text) => text.replace('{', '{"__proto__":{"admin":true},'))}             | ${400} | ${'KEY_FORBIDDEN'}
    ${'40,000 arrays in one another'} | ${() => nested(40_000)}                                                             | ${400} | ${'TOO_DEEP'}
    ${'2 MB'}                         | ${() => `"${'a'.repeat(2_000_000)}"`}                                               | ${413} | ${'TOO_LARGE'}
    ${'text after it'}                | ${written((text) => `${text} x`)}                                                   | ${400} | ${'NOT_JSON'}
    ${'half of it'}                   | ${written((text) => text.slice(0, 90))}                                             | ${400} | ${'NOT_JSON'}
    ${'nothing'}                      | ${() => ''}                                                                         | ${400} | ${'BODY_SHAPE'}
    ${'an array'}                     | ${() => '[]'}                                                                       | ${400} | ${'VERSION_UNKNOWN'}
    ${'another version'}              | ${written((text) => text.replace('dx/1', 'dx/2'))}                                  | ${400} | ${'VERSION_UNKNOWN'}
    ${'an unknown field'}             | ${written((text) => text.replace('{', '{"extra":1,'))}                              | ${400} | ${'REQUEST_SHAPE'}
    ${'a number for a name'}          | ${written((text) => text.replace('"from":"planner"', '"from":7'))}                  | ${400} | ${'REQUEST_SHAPE'}
    ${'a template hash cut short'}    | ${written((text) => text.replace(/sha256:[0-9a-f]{4}/, 'sha256:'))}                 | ${400} | ${'REQUEST_SHAPE'}
    ${'an xid that is no UUID'}       | ${written((text) => text.replace(/"xid":"[^"]*"/, '"xid":"1"'))}                    | ${400} | ${'REQUEST_SHAPE'}
  `(
    '$what: $status $code, at both doors',
    async ({ bytes, status, code }: { bytes: () => string | Buffer; status: number; code: string }) => {
      const body = bytes();
      for (const door of doors())
        await refusesInBoth(
          (headers) =>
            door.call('/v1/exchanges', { method: 'POST', body, headers: { 'dx-signature': 'x', ...headers } }),
          status,
          code,
        );
    },
  );

  test('a compressed body and another content type are not read', async () => {
    const { bytes } = request();
    for (const door of doors()) {
      const packed = (headers: Record<string, string>) =>
        door.call('/v1/exchanges', { body: gzipSync(bytes), headers: { 'content-encoding': 'gzip', ...headers } });
      await refusesInBoth(packed, 415, 'CONTENT_TYPE');
      const text = (headers: Record<string, string>) =>
        door.call('/v1/exchanges', { body: bytes, headers: { 'content-type': 'text/plain', ...headers } });
      await refusesInBoth(text, 415, 'CONTENT_TYPE');
    }
  });

  test.each`
    path                               | status | code
    ${'/v1/exchanges/not-a-uuid'}      | ${404} | ${'EXCHANGE_UNKNOWN'}
    ${`/v1/exchanges/${randomUUID()}`} | ${404} | ${'EXCHANGE_UNKNOWN'}
    ${'/v1/budgets/nobody'}            | ${403} | ${'PERMIT_MISSING'}
    ${'/v1/budgets/a%00b'}             | ${400} | ${'ADDRESS_UNREADABLE'}
    ${'/v1/exchanges/%ff'}             | ${400} | ${'ADDRESS_UNREADABLE'}
    ${'/v1/nowhere'}                   | ${404} | ${'ROUTE_UNKNOWN'}
  `(
    'the address $path at the data end: $status $code',
    async ({ path, status, code }: { path: string; status: number; code: string }) => {
      await refusesInBoth((headers) => north.call(path, { headers }), status, code);
    },
  );

  test.each`
    path                                        | status | code
    ${'/v1/repositories/a%00b'}                 | ${400} | ${'ADDRESS_UNREADABLE'}
    ${'/v1/repositories?text=%00'}              | ${400} | ${'ADDRESS_UNREADABLE'}
    ${'/v1/repositories?nobody=1'}              | ${400} | ${'QUERY_SHAPE'}
    ${'/v1/repositories/nobody'}                | ${404} | ${'REPOSITORY_UNKNOWN'}
    ${'/v1/templates?state=secret'}             | ${400} | ${'QUERY_SHAPE'}
    ${`/v1/templates/sha256:${'0'.repeat(64)}`} | ${404} | ${'TEMPLATE_UNKNOWN'}
    ${'/v1/templates/%2e%2e%2fetc'}             | ${404} | ${'TEMPLATE_UNKNOWN'}
    ${'/v1/participants/nobody'}                | ${404} | ${'PARTICIPANT_UNKNOWN'}
  `(
    'the open address $path: $status $code',
    async ({ path, status, code }: { path: string; status: number; code: string }) => {
      await refusesInBoth((headers) => bare(town.url, path, { headers }), status, code);
    },
  );
});

describe('tokens', () => {
  const path = '/v1/exchanges';
  const forged = async (change: Record<string, unknown>, header: Record<string, unknown> = {}) => {
    const { signingKeys } = JSON.parse(readFileSync(join(town.folder, 'token-signing.json'), 'utf8')) as {
      signingKeys: JWK[];
    };
    const [, payload = ''] = (await exchange.token()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const key = await importJWK(signingKeys[0] ?? {}, 'ES256');
    const kid = signingKeys[0]?.kid;
    return new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...(kid === undefined ? {} : { kid }), ...header })
      .sign(key);
  };
  const withToken = async (token: string, scheme = 'DPoP', over: Record<string, unknown> = {}) => ({
    authorization: `${scheme} ${token}`,
    dpop: await exchange.proof('GET', `${town.url}${path}`, token, over),
  });
  const none = () => Promise.resolve({});
  const right = () => exchange.token();
  const unsigned = async () => {
    const [, payload = ''] = (await right()).split('.');
    return `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
  };
  test.each`
    what                             | headers                                                                                                                       | code
    ${'none'}                        | ${none}                                                                                                                       | ${'TOKEN_MISSING'}
    ${'one of nobody'}               | ${() => withToken('a.b.c')}                                                                                                   | ${'TOKEN_INVALID'}
    ${'alg none'}                    | ${async () => withToken(await unsigned())}                                                                                    | ${'TOKEN_INVALID'}
    ${'expired'}                     | ${async () => withToken(await forged({ exp: 1_700_000_000 }))}                                                                | ${'TOKEN_EXPIRED'}
    ${'for another server'}          | ${async () => withToken(await north.token())}                                                                                 | ${'TOKEN_FOREIGN'}
    ${'of another issuer'}           | ${async () => withToken(await forged({ iss: 'http://127.0.0.1:9/oidc' }))}                                                    | ${'TOKEN_INVALID'}
    ${'another kind of token'}       | ${async () => withToken(await forged({}, { typ: 'JWT' }))}                                                                    | ${'TOKEN_INVALID'}
    ${'as bearer'}                   | ${async () => withToken(await right(), 'Bearer')}                                                                             | ${'TOKEN_UNBOUND'}
    ${'without a proof'}             | ${async () => ({ authorization: `DPoP ${await right()}` })}                                                                   | ${'TOKEN_UNBOUND'}
    ${'with the proof of another'}   | ${async () => ({ ...(await withToken(await right())), dpop: await rival.proof('GET', `${town.url}${path}`, await right()) })} | ${'TOKEN_UNBOUND'}
    ${'the proof of another method'} | ${async () => withToken(await right(), 'DPoP', { htm: 'POST' })}                                                              | ${'DPOP_INVALID'}
    ${'the proof of another route'}  | ${async () => withToken(await right(), 'DPoP', { htu: `${town.url}/v1/permits` })}                                            | ${'DPOP_INVALID'}
    ${'the proof of another token'}  | ${async () => withToken(await right(), 'DPoP', { ath: 'x' })}                                                                 | ${'DPOP_INVALID'}
    ${'an old proof'}                | ${async () => withToken(await right(), 'DPoP', { iat: Math.floor(Date.now() / 1000) - 600 })}                                 | ${'DPOP_INVALID'}
  `('$what: $code', async ({ headers, code }: { headers: () => Promise<Record<string, string>>; code: string }) => {
    await refusesInBoth(
      async (more) => bare(town.url, path, { headers: { ...(await headers()), ...more } }),
      401,
      code,
    );
  });

  test('a proof works once', async () => {
    const headers = await exchange.headers('GET', path);
    expect((await bare(town.url, path, { headers })).status).toBe(200);
    await refusesInBoth((more) => bare(town.url, path, { headers: { ...headers, ...more } }), 401, 'DPOP_REPLAYED');
  });

  test('an owner cannot ask, a searcher cannot approve, and nobody without the code enters an owner’s desk', async () => {
    const owner = new HandCaller(town.url, town.url, town.keys('north'));
    await refusesInBoth((headers) => owner.call(path, posted(request(), headers)), 403, 'ROLE_MISSING');
    await refusesInBoth(
      (headers) => exchange.call('/v1/participants/rival/approval', { body: '{}', headers }),
      403,
      'ROLE_MISSING',
    );
    for (const authorization of [undefined, 'Desk', 'Desk wrong', 'Bearer x']) {
      const own = authorization === undefined ? {} : { authorization };
      const knock = (headers: Record<string, string>) =>
        bare(town.dataEndUrl('north'), '/owner/accounts', { headers: { ...own, ...headers } });
      await refusesInBoth(knock, 401, 'DESK_CODE_WRONG');
    }
  });
});

describe('messages that are not what they say', () => {
  const other = () => ({ bytes: request({ parameters: { minAge: 2 } }).bytes, statement: request().statement });
  test.each`
    what                               | message                                                                   | atExchange                     | atDataEnd
    ${'no statement'}                  | ${() => ({ ...request(), statement: '' })}                                | ${[400, 'JWS_SHAPE']}          | ${[400, 'JWS_SHAPE']}
    ${'a statement about other bytes'} | ${other}                                                                  | ${[422, 'STATEMENT_MISMATCH']} | ${[422, 'STATEMENT_MISMATCH']}
    ${'signed by another key'}         | ${() => request({}, 'rival')}                                             | ${[400, 'JWS_HEADER']}         | ${[400, 'JWS_HEADER']}
    ${'in another’s name'}             | ${() => request({ from: 'rival', permit: 'north-trips.rival' }, 'rival')} | ${[403, 'SENDER_NOT_CALLER']}  | ${[403, 'CALLER_NOT_SIGNER']}
    ${'from a stranger'}               | ${() => request({ from: 'stranger' })}                                    | ${[403, 'SENDER_NOT_CALLER']}  | ${[403, 'SEARCHER_UNKNOWN']}
    ${'to another owner'}              | ${() => request({ to: 'south' })}                                         | ${[409, 'OWNER_OTHER']}        | ${[421, 'DATA_END_OTHER']}
    ${'ten minutes old'}               | ${() => request({ issuedAt: Date.now() - 600_000 })}                      | ${undefined}                   | ${[400, 'REQUEST_STALE']}
    ${'of the day after tomorrow'}     | ${() => request({ issuedAt: Date.now() + 200_000_000 })}                  | ${undefined}                   | ${[400, 'REQUEST_STALE']}
    ${'under nobody’s permit'}         | ${() => request({ permit: 'nobody' })}                                    | ${[403, 'PERMIT_MISSING']}     | ${undefined}
    ${'under another’s permit'}        | ${() => request({ permit: 'north-trips.rival' })}                         | ${[403, 'PERMIT_MISSING']}     | ${undefined}
    ${'of an unknown repository'}      | ${() => request({ repository: 'nowhere' })}                               | ${[404, 'REPOSITORY_UNKNOWN']} | ${undefined}
  `(
    '$what',
    async ({
      message,
      atExchange,
      atDataEnd,
    }: {
      message: () => Message;
      atExchange?: [number, string];
      atDataEnd?: [number, string];
    }) => {
      const sent = message();
      if (atExchange)
        await refusesInBoth((headers) => exchange.call('/v1/exchanges', posted(sent, headers)), ...atExchange);
      if (atDataEnd) await refusesInBoth((headers) => north.call('/v1/exchanges', posted(sent, headers)), ...atDataEnd);
      for (const database of [town.exchange.database, town.dataEnd('north').database]) {
        const table = database === town.exchange.database ? 'relayed_exchanges' : 'exchanges';
        const kept = await database.query(`SELECT 1 FROM ${table} WHERE xid = $1`, [fieldsOf(sent)['xid']]);
        expect(kept).toEqual([]);
      }
    },
  );
});

describe('questions that are refused under signature', () => {
  test.each`
    what                               | change                                            | code
    ${'a value outside its domain'}    | ${{ parameters: { minAge: 61 } }}                 | ${'PARAMETER_OUT_OF_DOMAIN'}
    ${'a value between two steps'}     | ${{ parameters: { minAge: 3 } }}                  | ${'PARAMETER_OUT_OF_DOMAIN'}
    ${'a text for a number'}           | ${{ parameters: { minAge: 'four' } }}             | ${'PARAMETER_TYPE'}
    ${'an unknown parameter'}          | ${{ parameters: { zip: '98101' } }}               | ${'PARAMETER_UNKNOWN'}
    ${'SQL'}                           | ${{ parameters: { purpose: `work' OR 1=1 --` } }} | ${'PARAMETER_OUT_OF_DOMAIN'}
    ${'an object for a value'}         | ${{ parameters: { purpose: { $ne: '' } } }}       | ${'PARAMETER_TYPE'}
    ${'a template nobody wrote'}       | ${{ template: `sha256:${'0'.repeat(64)}` }}       | ${'TEMPLATE_NOT_ADOPTED'}
    ${'a template nobody adopted'}     | ${{ template: templateId(unadopted) }}            | ${'TEMPLATE_NOT_ADOPTED'}
    ${'no permit'}                     | ${{ permit: 'nobody' }}                           | ${'PERMIT_MISSING'}
    ${'another’s permit'}              | ${{ permit: 'north-trips.rival' }}                | ${'PERMIT_OTHER_USE'}
    ${'a purpose not permitted'}       | ${{ purpose: 'urban-planning' }}                  | ${'PURPOSE_NOT_PERMITTED'}
    ${'a repository that is not here'} | ${{ repository: 'south-trips' }}                  | ${'REPOSITORY_NOT_HERE'}
    ${'a mode not offered'}            | ${{ mode: 'sealed', parameters: 'x' }}            | ${'MODE_NOT_OFFERED'}
  `('$what: $code', async ({ change, code }: { change: Record<string, unknown>; code: string }) => {
    const message = request(change);
    const answer = await north.call('/v1/exchanges', posted(message));
    expect(answer.status).toBe(200);
    const read = readAnswer(Buffer.from(answer.text), message.bytes);
    expect(read).toMatchObject({ status: 'REFUSED', answer: { code }, left: null });
    const row = dataEndRefusals().get(code);
    expect(row?.doEn).toMatch(/\w{3}/);
    expect(row?.doZh).toMatch(/[\u4e00-\u9fff]{2}/);
  });

  test('a spent budget', async () => {
    await town.offer('north', 'north-spent', { capPerSearcher: '1/500' }, ['planner']);
    before = await touched();
    const message = request({ repository: 'north-spent', permit: 'north-spent.planner' });
    const answer = await north.call('/v1/exchanges', posted(message));
    expect(readAnswer(Buffer.from(answer.text), message.bytes).answer).toEqual({ code: 'BUDGET_SPENT_SEARCHER' });
  });

  test('a source that is down: nothing touched, everything given back, and the same question asked anew is answered', async () => {
    town.seams.north.run = () => () => Promise.reject(new Refusal('SOURCE_DOWN'));
    const message = request({ parameters: { minAge: 34 } });
    const answer = await north.call('/v1/exchanges', posted(message));
    town.seams.north.run = undefined;
    expect(readAnswer(Buffer.from(answer.text), message.bytes).answer).toEqual({ code: 'SOURCE_UNREACHABLE' });
    const [earlier] = before.north as [{ id: string; spent: string; held: string }[], number];
    for (const { id, spent, held } of await town.accounts('north')) {
      const then = earlier.find((one) => one.id === id) ?? { spent: '0', held: '0' };
      expect({ id, spent, held }).toEqual({ id, spent: then.spent, held: then.held });
    }
    const anew = request({ parameters: { minAge: 34 } });
    expect(readAnswer(Buffer.from((await north.call('/v1/exchanges', posted(anew))).text), anew.bytes).status).toBe(
      'ANSWERED',
    );
    before = await touched();
  });
});

describe('answered once', () => {
  let message: Message;
  let answer: Message;
  beforeAll(async () => {
    message = request({ parameters: { minAge: 36 } });
    await exchange.call('/v1/exchanges', posted(message));
    const got = await exchange.call(`/v1/exchanges/${fieldsOf(message)['xid'] as string}/answer?wait=30`);
    answer = { bytes: Buffer.from(got.text), statement: got.headers['dx-signature'] ?? '' };
    await rivalNorth.token();
  });
  const at = (what: string) => `/v1/exchanges/${fieldsOf(message)['xid'] as string}${what}`;

  test('its xid cannot carry other bytes, at neither door', async () => {
    const { v: _version, ...fields } = fieldsOf(message);
    const changed = request({ ...fields, parameters: { minAge: 38 } });
    for (const door of doors())
      await refusesInBoth((headers) => door.call('/v1/exchanges', posted(changed, headers)), 409, 'XID_REUSED');
  });

  test('another searcher gets nothing of it, at neither door', async () => {
    for (const [door, path] of [
      [rival, '/answer'],
      [rivalNorth, ''],
    ] as const)
      await refusesInBoth((headers) => door.call(at(path), { headers }), 403, 'NOT_YOURS');
  });

  test('an acknowledgement must name its hash, its answer, its record, its key', async () => {
    const opened = openAnswer(answer, message.bytes, town.keys('north').receipt.certificate);
    const { receipt } = town.keys('planner');
    const good = {
      xid: opened.answer.xid,
      E: Buffer.from(opened.e).toString('hex'),
      verdict: 'MATCH' as const,
      answer: digestOf(answer.bytes),
      'anchor-by': Date.now() + 60_000,
    };
    const wrong = 'ab'.repeat(32);
    const acks: readonly [string, number, string][] = [
      [state('ack', { ...good, E: wrong }, receipt), 422, 'ACK_CONTRADICTS'],
      [state('ack', { ...good, verdict: 'MISMATCH' }, receipt), 422, 'ACK_CONTRADICTS'],
      [state('ack', { ...good, answer: wrong }, receipt), 422, 'STATEMENT_MISMATCH'],
      [state('ack', { ...good, xid: newId() }, receipt), 422, 'STATEMENT_MISMATCH'],
      [state('ack', { ...good, 'anchor-by': Date.now() + 10_000_000 }, receipt), 422, 'PROMISE_TOO_LATE'],
      [state('ack', good, town.keys('rival').receipt), 400, 'JWS_HEADER'],
      ['not a statement', 400, 'JWS_SHAPE'],
    ];
    for (const [ack, status, code] of acks)
      for (const door of doors())
        await refusesInBoth(
          (headers) => door.call(at('/ack'), { body: JSON.stringify({ ack }), headers }),
          status,
          code,
        );
    await refusesInBoth((headers) => north.call(at('/ack'), { body: '{}', headers }), 400, 'BODY_SHAPE');
    const [row] = await town
      .dataEnd('north')
      .database.query<{ state: string }[]>('SELECT state FROM exchanges WHERE xid = $1', [good.xid]);
    expect(row).toEqual({ state: 'ANSWERED' });
    const ack = acknowledge(opened, answer.bytes, Date.now(), receipt);
    expect((await north.call(at('/ack'), { body: JSON.stringify({ ack }) })).status).toBe(200);
    const second = state('ack', { ...good, 'anchor-by': Date.now() + 1 }, receipt);
    await refusesInBoth(
      (headers) => north.call(at('/ack'), { body: JSON.stringify({ ack: second }), headers }),
      409,
      'ACK_REPEATED_OTHERWISE',
    );
  });

  test('a proof that shows nothing does not make it FINAL', async () => {
    const body = JSON.stringify({ seq: 1, index: 0, inclusion: [] });
    const got = await north.call(at('/proof'), { body });
    expect(got.body).toMatchObject({
      code: expect.stringMatching(/^(PROOF_DOES_NOT_FIT|NOT_ANCHORED_YET)$/) as string,
    });
    await refusesInBoth((headers) => rivalNorth.call(at('/proof'), { body, headers }), 403, 'NOT_YOURS');
  });
});

describe('sources an owner cannot offer', () => {
  const offering = (source: object) => ({
    id: 'broken',
    element: tripsElement,
    metadata: metadataOf('broken'),
    source,
  });
  const mapped = Object.fromEntries(tripsElement.columns.map(({ name }) => [name, name]));
  const csv = (name: string, text: string) => {
    const file = join(town.folder, name);
    writeFileSync(file, text);
    return { kind: 'csv', file, columns: mapped };
  };
  const head = 'resident_id,age,mode,purpose,minutes';
  const url = (name: string, text: string) => {
    writeFileSync(join(town.folder, name), text);
    return { kind: 'postgres', urlFile: join(town.folder, name), table: 'trips', columns: mapped, version: '1' };
  };
  test.each`
    what                          | source                                                                                                                       | status | code
    ${'broken rows'}              | ${() => csv('rows.csv', `${head}\n${'a,1,walk,work,5\n'.repeat(30)}${CANARY},2,walk\nb,"3,walk`)}                            | ${422} | ${/^SOURCE_(ROWS_BROKEN|FILE_UNREADABLE)$/}
    ${'no such file'}             | ${() => ({ kind: 'csv', file: '/nowhere/at-all.csv', columns: mapped })}                                                     | ${0}   | ${/^SOURCE_(DOWN|FILE_UNREADABLE)$/}
    ${'an empty file'}            | ${() => csv('empty.csv', '')}                                                                                                | ${422} | ${/^SOURCE_(FILE_UNREADABLE|COLUMN_UNKNOWN)$/}
    ${'a column missing'}         | ${() => csv('short.csv', 'resident_id,age\na,1\n')}                                                                          | ${422} | ${/^SOURCE_COLUMN_UNKNOWN$/}
    ${'a database that is down'}  | ${() => url('down.url', 'postgres://nobody:secret@127.0.0.1:9/none')}                                                        | ${503} | ${/^SOURCE_DOWN$/}
    ${'a password that is wrong'} | ${() => url('wrong.url', readFileSync(join(town.folder, 'south.url'), 'utf8').replace(/\/\/[^@]*@/, `//nobody:${CANARY}@`))} | ${503} | ${/^SOURCE_DOWN$/}
    ${'a relative path'}          | ${() => ({ kind: 'csv', file: 'rows.csv', columns: mapped })}                                                                | ${400} | ${/^BODY_SHAPE$/}
    ${'an unknown kind'}          | ${() => ({ kind: 'excel', file: '/a', columns: mapped })}                                                                    | ${400} | ${/^BODY_SHAPE$/}
  `('$what', async ({ source, status, code }: { source: () => object; status: number; code: RegExp }) => {
    const { deskCode } = JSON.parse(readFileSync(join(town.folder, 'north.secrets'), 'utf8')) as { deskCode: string };
    const body = JSON.stringify(offering(source()));
    for (const language of ['en', 'zh'] as const) {
      const headers = { authorization: `Desk ${deskCode}`, 'accept-language': language };
      const answer = await bare(town.dataEndUrl('north'), '/owner/repositories', { method: 'POST', body, headers });
      const said = answer.body as { code: string };
      expect(said.code).toMatch(code);
      mustRefuse(answer, status === 0 ? answer.status : status, said.code, language);
      expect(answer.text).not.toContain(CANARY);
    }
    expect((await bare(town.url, '/v1/repositories/broken')).status).toBe(404);
    expect(
      (await town.desk<{ items: { id: string }[] }>('north', 'repositories')).items.map(({ id }) => id),
    ).not.toContain('broken');
  });
});

test('the operator may relay, and still cannot speak for a searcher', async () => {
  const relay = new HandCaller(town.url, town.dataEndUrl('north'), town.keys(OPERATOR));
  const message = request();
  const forged = { bytes: canonicalBytes({ ...fieldsOf(message), permit: 'other' }), statement: message.statement };
  mustRefuse(await relay.call('/v1/exchanges', posted(forged)), 422, 'STATEMENT_MISMATCH');
  const own = request({}, OPERATOR);
  mustRefuse(await relay.call('/v1/exchanges', posted(own)), 400, 'JWS_HEADER');
});
