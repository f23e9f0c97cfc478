// The HTTP door, tried with everything that a bare Nest application answers 201 or 500 to: each has its code, and no route runs.
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import request from 'supertest';
import { z } from 'zod';
import { canonicalRefusals } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import { clockProviders } from '../clock';
import { ProblemFilter, REFUSALS } from '../errors/problem-filter';
import { platformRefusals } from '../errors/refusals';
import { merged } from '../errors/table';
import { dress, Parsed, WireBody } from '.';

const Form = z.strictObject({
  n: z.int(),
  flag: z.boolean().optional(),
  list: z.array(z.strictObject({ x: z.int() })).optional(),
});

let ran = 0;

@Controller()
class Routes {
  @Post('form')
  form(@Body(new Parsed(Form)) form: z.infer<typeof Form>) {
    ran++;
    return form;
  }

  @Post('wire')
  wire(@WireBody() bytes: Uint8Array) {
    ran++;
    return { bytes: bytes.length };
  }

  @Get('bug')
  bug(): never {
    throw new Error('planted-secret-of-a-row');
  }

  @Get('refusal')
  refusal(): never {
    throw new Refusal('TOO_DEEP', { limit: 32 });
  }

  @Get('slow')
  slow() {
    return new Promise((resolve) => setTimeout(resolve, 1_200, {}));
  }
}

@Module({
  controllers: [Routes],
  providers: [
    ...clockProviders,
    { provide: REFUSALS, useValue: merged(platformRefusals, canonicalRefusals) },
    ProblemFilter,
  ],
})
class Door {}

describe('the door', () => {
  let app: INestApplication;
  beforeAll(async () => {
    app = await NestFactory.create(Door, { logger: false, bodyParser: false });
    dress(app, { timeoutMs: 700 });
    app.useGlobalFilters(app.get(ProblemFilter));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());
  beforeEach(() => {
    ran = 0;
  });

  const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
    let call = request(app.getHttpServer()).post('/form').set('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) call = call.set(name, value);
    // Bytes as they are: supertest would write a Buffer's JSON for application/json.
    return call.serialize((value: unknown) => value as string).send(body);
  };

  const nested = (depth: number) => `{"n":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  test.each`
    what                                 | body                                                                   | status | code
    ${'a duplicate key'}                 | ${'{"n":1,"n":2}'}                                                     | ${400} | ${'DUPLICATE_KEY'}
    ${'2^53 + 1'}                        | ${'{"n":9007199254740993}'}                                            | ${400} | ${'NUMBER_UNSAFE'}
    ${'1e400'}                           | ${'{"n":1e400}'}                                                       | ${400} | ${'NUMBER_UNSAFE'}
    ${'a broken UTF-8 byte'}             | ${Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])} | ${400} | ${'NOT_UTF8'}
    ${'a byte order mark'}               | ${'\ufeff{"n":1}'}                                                     | ${400} | ${'BYTE_ORDER_MARK'}
    ${'half a surrogate pair'}           | ${'{"n":"\\ud800"}'}                                                   | ${400} | ${'STRING_NOT_WELL_FORMED'}
    ${'a NUL'}                           | ${'{"n":"a\\u0000b"}'}                                                 | ${400} | ${'STRING_HAS_NUL'}
    ${'__proto__'}                       | ${'{"n":1,"__proto__":{"admin":true}}'}                                | ${400} | ${'KEY_FORBIDDEN'}
    ${'constructor.prototype'}           | ${'{"n":1,"constructor":{"prototype":{"admin":true}}}'}                | ${400} | ${'BODY_SHAPE'}
    ${'an array where a form is wanted'} | ${'[{"n":1},{"junk":2}]'}                                              | ${400} | ${'BODY_SHAPE'}
    ${'unknown fields in a nested list'} | ${'{"n":1,"list":[{"x":1,"y":2}]}'}                                    | ${400} | ${'BODY_SHAPE'}
    ${'an unknown field'}                | ${'{"n":1,"free":{}}'}                                                 | ${400} | ${'BODY_SHAPE'}
    ${'40,000 arrays in one another'}    | ${nested(40_000)}                                                      | ${400} | ${'TOO_DEEP'}
    ${'a string for a boolean'}          | ${'{"n":1,"flag":"false"}'}                                            | ${400} | ${'BODY_SHAPE'}
    ${'text after the value'}            | ${'{"n":1} x'}                                                         | ${400} | ${'NOT_JSON'}
    ${'an empty body'}                   | ${''}                                                                  | ${400} | ${'BODY_SHAPE'}
    ${'2 MB'}                            | ${`{"n":"${'a'.repeat(2_000_000)}"}`}                                  | ${413} | ${'TOO_LARGE'}
  `('$what: $status $code', async ({ body, status, code }: { body: string; status: number; code: string }) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(ran).toBe(0);
  });

  it('takes no compressed body and no other content type', async () => {
    const packed = await post(gzipSync('{"n":1}'), { 'content-encoding': 'gzip' });
    expect([packed.status, packed.body.code]).toEqual([415, 'CONTENT_TYPE']);
    const text = await post('{"n":1}', { 'content-type': 'text/plain' });
    expect([text.status, text.body.code]).toEqual([415, 'CONTENT_TYPE']);
    const none = await post('{"n":1}', { 'content-type': '' });
    expect([none.status, none.body.code]).toEqual([415, 'CONTENT_TYPE']);
    expect(ran).toBe(0);
  });

  it('takes what is right, and keeps the bytes of the wire', async () => {
    expect((await post('{"n":1,"flag":false}')).body).toEqual({ n: 1, flag: false });
    const wire = await request(app.getHttpServer())
      .post('/wire')
      .set('content-type', 'application/json')
      .send('{ "a": 1 }');
    expect(wire.body).toEqual({ bytes: 10 });
  });

  it('tells of a bug only an id', async () => {
    const answer = await request(app.getHttpServer()).get('/bug');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
    expect(answer.body.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(answer.text).not.toContain('planted');
    expect(answer.text).not.toContain('at ');
  });

  it('speaks the language that was asked for', async () => {
    const english = await request(app.getHttpServer()).get('/refusal');
    const chinese = await request(app.getHttpServer())
      .get('/refusal')
      .set('accept-language', 'zh-CN,zh;q=0.9,en;q=0.5');
    expect(english.body.title).toBe(canonicalRefusals.TOO_DEEP.en);
    expect(chinese.body.title).toBe(canonicalRefusals.TOO_DEEP.zh);
    expect(chinese.headers['content-language']).toBe('zh-CN');
    expect(english.body).toMatchObject({
      status: canonicalRefusals.TOO_DEEP.http,
      code: 'TOO_DEEP',
      details: { limit: 32 },
    });
    expect(english.body.do).toBe(canonicalRefusals.TOO_DEEP.doEn);
  });

  it('has an answer for unknown addresses, and one for a route that takes too long', async () => {
    expect((await request(app.getHttpServer()).get('/nowhere')).body.code).toBe('ROUTE_UNKNOWN');
    const slow = await request(app.getHttpServer()).get('/slow');
    expect([slow.status, slow.body.code]).toEqual([503, 'TOO_SLOW']);
  });

  it('sends the headers that keep browsers safe, and does not say what it is made of', async () => {
    const { headers } = await request(app.getHttpServer()).get('/nowhere');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
