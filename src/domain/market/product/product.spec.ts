// No compliance check, no listing; steps in order, or no certificate; dunning, subscriptions and payments by their tables.
import { hasAccess, nextStep } from '../dunning';
import { needSignedWebhook, signWebhook } from '../payments';
import { atPeriodEnd, burn, cancel, changePlan, expireGrants, type Subscription } from '../subscriptions';
import { certificate, list, needOrderable, orderSteps } from '.';

const listing = {
  product: 'p',
  elementClassified: true,
  templatesAdopted: 1,
  permitPolicySet: true,
  rightCovers: true,
  planPublishable: true,
};

test('a listing names every check that fails', () => {
  expect(list('REGISTERED', listing)).toBe('LISTED');
  const details = { product: 'p', checks: ['right-to-sell', 'template-adopted'] };
  expect(() => list('REGISTERED', { ...listing, rightCovers: false, templatesAdopted: 0 })).toThrow(
    expect.objectContaining({ code: 'NOT_COMPLIANT', details }),
  );
  expect(() => {
    needOrderable('p', 'WITHDRAWN');
  }).toThrow('ORDER_AFTER_WITHDRAWAL');
});

test('a certificate needs five steps of evidence, in order', () => {
  const evidence = orderSteps.slice(0, 5).map(({ step }, index) => ({ step, key: step, height: index }));
  expect(certificate('o', 'a', evidence).steps).toHaveLength(5);
  expect(() => certificate('o', 'a', evidence.slice(1))).toThrow('STEP_MISSING');
  expect(() =>
    certificate(
      'o',
      'a',
      evidence.map((each, index) => ({ ...each, height: 5 - index })),
    ),
  ).toThrow('STEP_ORDER');
});

test.each`
  state          | days  | next           | access
  ${'DUE'}       | ${2}  | ${undefined}   | ${true}
  ${'DUE'}       | ${95} | ${'REMINDED'}  | ${true}
  ${'WARNED'}    | ${20} | ${'SUSPENDED'} | ${true}
  ${'SUSPENDED'} | ${89} | ${undefined}   | ${false}
  ${'PAID'}      | ${99} | ${undefined}   | ${true}
`('$state after $days days: $next, access $access', ({ state, days, next, access }) => {
  expect(nextStep(state as 'DUE', 0, (days as number) * 86_400_000)).toBe(next);
  expect(hasAccess(state as 'DUE')).toBe(access);
});

test('grants burn by priority, expiry, creation; expired ones break', () => {
  const grant = (id: string, priority: number, expiresAt: number, left: bigint) => ({
    id,
    priority,
    expiresAt,
    createdAt: 0,
    left,
  });
  const grants = [
    grant('late', 1, 90, 5n),
    grant('soon', 1, 50, 2n),
    grant('first', 0, 90, 1n),
    grant('dead', 0, 5, 9n),
  ];
  expect(burn(grants, 4n, 10).taken).toEqual([
    { grant: 'first', amount: 1n },
    { grant: 'soon', amount: 2n },
    { grant: 'late', amount: 1n },
  ]);
  expect(() => burn(grants, 9n, 10)).toThrow('RUNS_SPENT');
  expect(expireGrants(grants, 10).broken).toBe(9n);
});

test('upgrade now, downgrade and cancel at the end', () => {
  const it: Subscription = { id: 's', state: 'ACTIVE', plan: 'a', nextPlan: null, cancelAtEnd: false };
  expect(changePlan(it, 'b', { dearer: true }).plan).toBe('b');
  expect(atPeriodEnd(changePlan(it, 'b', { dearer: false }), { renewable: true })).toMatchObject({
    plan: 'b',
    state: 'ACTIVE',
  });
  expect(atPeriodEnd(cancel(it), { renewable: true }).state).toBe('CANCELLED');
  expect(atPeriodEnd(it, { renewable: false }).state).toBe('EXPIRED');
});

test('a payment message is believed only with its signature and while fresh', () => {
  const [body, secret] = [new TextEncoder().encode('{}'), new TextEncoder().encode('s')];
  const header = signWebhook(body, 1000, secret);
  expect(() => {
    needSignedWebhook(header, body, 2000, secret);
  }).not.toThrow();
  expect(() => {
    needSignedWebhook(header, body, 302_000, secret);
  }).toThrow('WEBHOOK_OLD');
  expect(() => {
    needSignedWebhook(header, new TextEncoder().encode('{ }'), 2000, secret);
  }).toThrow('WEBHOOK_SIGNATURE');
});
