import { refusedIn } from './refused';

const at = (time: string, rest: string) => `2026-11-24 ${time} UTC 0017 WARN ${rest}`;
const foreign =
  '[endorser] Validate -> access denied channel=a txID=7 error="MSP Org9MSP is not defined on channel" errorVerbose="x" identity="(mspid=Org9MSP subject=CN=city,OU=client,O=org1 issuer=CN=ca)"';
const expired = '[gateway] func1 -> Endorse call to endorser failed channel=a error="proposal client identity expired"';
const now = Date.parse('2026-11-24T20:20:00Z');

test.each([
  ['nobody', [at('20:19:00.000', '[gossip.gossip] validateMsg -> invalid')], undefined],
  ['somebody long ago', [at('20:09:59.000', expired)], undefined],
  [
    'an expired certificate',
    [at('20:19:00.000', expired)],
    { count: 1, why: 'proposal client identity expired', who: '' },
  ],
  [
    'the newest of two',
    [at('20:19:00.000', expired), at('20:19:01.000', foreign)],
    { count: 2, why: 'MSP Org9MSP is not defined on channel', who: 'mspid=Org9MSP subject=CN=city,OU=client,O=org1' },
  ],
])('%s was refused', (_, lines, expected) => {
  const refused = refusedIn(lines, now);
  if (expected === undefined) expect(refused).toBeUndefined();
  else expect(refused).toMatchObject(expected);
});
