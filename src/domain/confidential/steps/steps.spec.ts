// A node's evidence: only listed moves, running twice changes nothing, and a change anywhere shows.
import { append, checkChain, moves, newChain, type Chain, type StepKind } from '.';

const sign = (bytes: Uint8Array): string => `signed ${Buffer.from(bytes).toString('base64')}`;
const verify = (_: string, bytes: Uint8Array, signature: string): boolean => signature === sign(bytes);
const bodies = {
  received: { setRoot: 's', contributions: ['c'] },
  verified: { setRoot: 's', excluded: [] },
  noised: { commitment: 'n', seedHash: 'h' },
  aggregated: { commitment: 'a' },
  mixed: { from: ['a', 'b'], to: ['c', 'd'], points: 3 },
  sealed: { output: 'o', recipient: 'r' },
  stopped: { code: 'TOO_FEW_REPOSITORIES', blamed: [] },
} as const;
const take = (chain: Chain, kind: StepKind, now = 5): Chain => append(chain, { kind, body: bodies[kind] }, now, sign);
const walk = (kinds: readonly StepKind[]): Chain =>
  kinds.reduce((chain, kind) => take(chain, kind), newChain('q', 'node-a', 'p'));
const line: readonly StepKind[] = ['received', 'verified', 'noised', 'aggregated', 'sealed'];

test.each(line.map((_, at) => [at]))('after %i steps exactly the listed moves are possible', (count) => {
  const chain = walk(line.slice(0, count));
  const allowed: readonly string[] = moves[line[count - 1] ?? 'none'];
  for (const kind of Object.keys(bodies) as StepKind[]) {
    if (line.slice(0, count).includes(kind)) continue;
    if (allowed.includes(kind)) expect(take(chain, kind).steps).toHaveLength(count + 1);
    else expect(() => take(chain, kind)).toThrow('STEP_OUT_OF_ORDER');
  }
});

test('the same step again changes nothing; another content for it is refused', () => {
  const chain = walk(line);
  expect(take(chain, 'noised', 99)).toBe(chain);
  expect(() => append(chain, { kind: 'noised', body: { commitment: 'x', seedHash: 'h' } }, 5, sign)).toThrow(
    'STEP_OUT_OF_ORDER',
  );
  expect(checkChain(chain, verify)).toEqual([]);
});

test('a clock that runs back does not: instants never decrease', () => {
  const chain = take(take(newChain('q', 'node-a', 'p'), 'received', 100), 'verified', 50);
  expect(chain.steps.map(({ document }) => document.at)).toEqual([100, 100]);
});

test.each(line.map((_, at) => [at]))('leaving out step %i, or changing it, breaks the chain', (at) => {
  const chain = walk(line);
  if (at < line.length - 1)
    expect(checkChain({ ...chain, steps: chain.steps.filter((_, index) => index !== at) }, verify)).not.toEqual([]);
  const steps = chain.steps.map((step, index) =>
    index === at ? { ...step, document: { ...step.document, at: 4 } } : step,
  );
  expect(checkChain({ ...chain, steps }, verify).map(({ index }) => index)).toContain(at);
});
