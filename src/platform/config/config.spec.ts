// Configuration: every wrong variable is named at once, and never its value.
import { z } from 'zod';
import { configured, ConfigurationError, Serving } from '.';

const Settings = z.object(Serving);
const right = { PORT: '3000', PUBLIC_URL: 'http://127.0.0.1:3000/', DATABASE_URL: 'postgres://a:b@127.0.0.1/c' };

describe('configuration', () => {
  it('listens on loopback unless told otherwise', () => {
    expect(configured(Settings, right)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      ROLE: 'all',
    });
  });

  it('names all that is wrong in one message, without the values', () => {
    const wrong = { ...right, PORT: '99999', DATABASE_URL: 'mysql://root:planted@x', ROLE: 'planted' };
    let message = '';
    try {
      configured(Settings, wrong);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      message = (error as Error).message;
    }
    for (const name of ['PORT', 'DATABASE_URL', 'ROLE']) expect(message).toContain(name);
    expect(message).not.toContain('planted');
  });
});
