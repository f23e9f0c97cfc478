import { Refusal } from '../refusals';
import { decide, type Permit, permitHash } from '.';

const template = `sha256:${'a'.repeat(64)}` as const;
const permit: Permit = {
  schema: 'aggregora/permit/1',
  id: 'permit-1',
  version: 1,
  grantor: 'north-district',
  searcher: 'city-planner',
  repository: 'north-trips',
  template,
  purposes: ['research'],
  from: 1000,
  until: 2000,
  quota: 5,
  rho: '1/8',
};
const onLedger = { hash: permitHash(permit).slice(7), version: 1, revoked: false, height: 7 };
const use = { searcher: 'city-planner', repository: 'north-trips', template, purpose: 'research', now: 1500 };

const outcome = (act: () => unknown) => {
  try {
    act();
    return 'permitted';
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
};

test('a permitted use is named by permit, version and the ledger height it was decided at', () => {
  expect(decide(permit, onLedger, use)).toMatchObject({ id: 'permit-1', version: 1, height: 7 });
});

test.each`
  change                                    | code
  ${{ use: { now: 999 } }}                  | ${'PERMIT_NOT_YET'}
  ${{ use: { now: 1000 } }}                 | ${'permitted'}
  ${{ use: { now: 1999 } }}                 | ${'permitted'}
  ${{ use: { now: 2000 } }}                 | ${'PERMIT_EXPIRED'}
  ${{ use: { searcher: 'somebody-else' } }} | ${'PERMIT_OTHER_USE'}
  ${{ use: { repository: 'other' } }}       | ${'PERMIT_OTHER_USE'}
  ${{ use: { template: 'sha256:b' } }}      | ${'PERMIT_OTHER_USE'}
  ${{ use: { purpose: 'operations' } }}     | ${'PURPOSE_NOT_PERMITTED'}
  ${{ ledger: { revoked: true } }}          | ${'PERMIT_REVOKED'}
  ${{ ledger: { version: 2 } }}             | ${'PERMIT_STALE'}
  ${{ ledger: { hash: 'f'.repeat(64) } }}   | ${'PERMIT_STALE'}
  ${{ permit: { quota: 6 } }}               | ${'PERMIT_STALE'}
`('with $change the decision is $code', ({ change, code }: { change: Record<string, object>; code: string }) => {
  const act = () =>
    decide({ ...permit, ...change['permit'] }, { ...onLedger, ...change['ledger'] }, { ...use, ...change['use'] });
  expect(outcome(act)).toBe(code);
});

test('without a permit, or without its ledger entry, nothing is permitted', () => {
  expect(outcome(() => decide(undefined, onLedger, use))).toBe('PERMIT_MISSING');
  expect(outcome(() => decide(permit, undefined, use))).toBe('PERMIT_MISSING');
});
