// An idempotency key and its effect in one transaction: the same request again gets the first answer, another one is refused.
import { contentId } from '../../../domain/canonical';
import { asJson } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { first, rows, type Tx } from './sql';

export interface Keyed {
  readonly participant: string;
  readonly key: string;
  readonly request: unknown;
  readonly now: number;
}

/** What `act` gave the first time. Refuses IDEMPOTENCY_REUSED; waits for a first request that is still under way. */
export async function once<T>(tx: Tx, { participant, key, request, now }: Keyed, act: () => Promise<T>): Promise<T> {
  const hash = contentId('aggregora/once/1', asJson(request));
  const fresh = await rows(
    tx,
    'INSERT INTO market_once (participant, key, request, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING key',
    [participant, key, hash, now],
  );
  if (fresh.length === 0) {
    const kept = await first<{ request: string; response: T }>(
      tx,
      'SELECT request, response FROM market_once WHERE participant = $1 AND key = $2',
      [participant, key],
    );
    if (kept?.request !== hash) throw new Refusal('IDEMPOTENCY_REUSED');
    return kept.response;
  }
  const response = await act();
  await tx.query('UPDATE market_once SET response = $3 WHERE participant = $1 AND key = $2', [
    participant,
    key,
    JSON.stringify(asJson(response)),
  ]);
  return response;
}
