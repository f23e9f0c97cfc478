// The last signed price of a third party for a product.
import type { Appraisal } from '../../../domain/market/prices';
import { first, type Tx } from '../store/sql';

export async function latestAppraisal(tx: Tx, product: string): Promise<Appraisal | undefined> {
  const row = await first<{
    document: Omit<Appraisal, 'minor' | 'low' | 'high'> & { minor: string; low: string; high: string };
  }>(tx, 'SELECT document FROM market_appraisals WHERE product = $1 ORDER BY at DESC, id LIMIT 1', [product]);
  if (row === undefined) return undefined;
  const { minor, low, high, ...rest } = row.document;
  return { ...rest, minor: BigInt(minor), low: BigInt(low), high: BigInt(high) };
}
