// What a caller sends never reaches a log line, whoever logs and however.
import { Writable } from 'node:stream';
import { allowed, PinoLogger, programLogger } from '.';

const PLANTED = 'planted-canary-4711';

function logged(work: (logger: PinoLogger) => void): string {
  let text = '';
  const out = new Writable({
    write(piece: Buffer, _encoding, done) {
      text += piece.toString();
      done();
    },
  });
  work(new PinoLogger(programLogger('spec', 'debug', out)));
  return text;
}

describe('a log line', () => {
  it('keeps ids, codes and counts, and nothing else', () => {
    expect(
      allowed({ xid: 'x1', code: 'TOO_DEEP', count: 3, body: PLANTED, headers: { cookie: PLANTED }, status: { a: 1 } }),
    ).toEqual({
      xid: 'x1',
      code: 'TOO_DEEP',
      count: 3,
    });
  });

  test.each`
    what                     | message
    ${'an error'}            | ${new Error(`duplicate key value (${PLANTED})`)}
    ${'an object with rows'} | ${{ rows: [PLANTED], parameters: { zip: PLANTED } }}
    ${'a list'}              | ${[PLANTED]}
    ${'a nested id'}         | ${{ code: { inner: PLANTED } }}
  `('never quotes $what', ({ message }: { message: unknown }) => {
    const text = logged((logger) => {
      logger.log(message, 'spec');
      logger.warn(message, 'spec');
      logger.error(message, `stack with ${PLANTED}`, 'spec');
      logger.debug(message, 'spec');
      logger.verbose(message, 'spec');
    });
    expect(text.split('\n').length).toBeGreaterThan(4);
    expect(text).not.toContain(PLANTED);
  });

  it('never quotes the text of an error line, which a library may have filled', () => {
    expect(logged((logger) => logger.error(`insert failed: ${PLANTED}`, undefined, 'spec'))).not.toContain(PLANTED);
  });
});
