// The secret that payment messages are signed with, shared with the provider; absent, only the operator records payments.

export const WEBHOOK_SECRET = Symbol('payment webhook secret');

/** From MARKET_WEBHOOK_SECRET; null when it is unset. */
export const webhookSecret = (environment: NodeJS.ProcessEnv): Uint8Array | null => {
  const text = environment['MARKET_WEBHOOK_SECRET'];
  return text === undefined || text === '' ? null : new TextEncoder().encode(text);
};
