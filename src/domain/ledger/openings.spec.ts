// Openings for auditors: their one form, and who may keep, read and forget them.
import { canonicalBytes, utf8, type Json, type JsonObject } from '../canonical';
import { partNames } from '../receipts';
import { ledgerKeys } from './keys';
import { mayDisclose, mayForget, mayRead, Opening, openingAt, openingKey, openingReads, readOpening } from './openings';

const opening: Opening = { v: 1, appointment: 'a', xid: 'x', part: 'answer', salt: 'A'.repeat(43), bytes: 'e30' };
const key = openingKey(opening, 'city');
const stateWith = (status: string): ReadonlyMap<string, JsonObject> =>
  new Map<string, JsonObject>([
    [ledgerKeys.appointment('a'), { auditor: 'court', status }],
    ...['city', 'court', 'lab'].map((name): [string, JsonObject] => [
      ledgerKeys.participant(name),
      { certificates: { ledger: `certificate of ${name}` } },
    ]),
  ]);
const outcome = (act: () => void): string => {
  try {
    act();
    return 'yes';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const asking = (by: string, certificate = `certificate of ${by}`) => ({ by, certificate });

test('it can open any part a record has, and no other', () => {
  expect(Opening.shape.part.options).toEqual([...partNames]);
});

test.each<[string, Uint8Array | undefined, string]>([
  ['the one form', canonicalBytes(opening), 'yes'],
  ['nothing', undefined, 'LEDGER_COMMAND_UNKNOWN'],
  ['another order of fields', utf8(JSON.stringify(opening)), 'LEDGER_COMMAND_UNKNOWN'],
  ['a short salt', canonicalBytes({ ...opening, salt: 'A'.repeat(42) }), 'LEDGER_COMMAND_UNKNOWN'],
  ['a field more', canonicalBytes({ ...opening, rows: 1 } as Json), 'LEDGER_COMMAND_UNKNOWN'],
  ['an id with a slash', canonicalBytes({ ...opening, xid: 'x/y' }), 'LEDGER_COMMAND_UNKNOWN'],
])('%s', (_, bytes, expected) => {
  expect(outcome(() => readOpening(bytes))).toBe(expected);
});

test('a key says whose appointment and whose opening it is', () => {
  expect(openingAt(key)).toEqual({ appointment: 'a', by: 'city' });
  for (const other of ['permit/a', 'opening/a/city/x', `${key}/more`, ''])
    expect(outcome(() => openingAt(other))).toBe('LEDGER_ENTRY_UNKNOWN');
});

test('the appointment and whoever asks are all that is read of the public state', () => {
  expect(openingReads('a', 'city')).toEqual(['appointment/a', 'participant/city']);
});

test.each`
  who        | certificate              | status         | disclose                        | read                            | forget
  ${'city'}  | ${undefined}             | ${'appointed'} | ${'yes'}                        | ${'LEDGER_OPENING_FOREIGN'}     | ${'yes'}
  ${'court'} | ${undefined}             | ${'appointed'} | ${'yes'}                        | ${'yes'}                        | ${'yes'}
  ${'lab'}   | ${undefined}             | ${'appointed'} | ${'yes'}                        | ${'LEDGER_OPENING_FOREIGN'}     | ${'LEDGER_OPENING_FOREIGN'}
  ${'court'} | ${'certificate of city'} | ${'appointed'} | ${'LEDGER_CERTIFICATE_FOREIGN'} | ${'LEDGER_CERTIFICATE_FOREIGN'} | ${'LEDGER_CERTIFICATE_FOREIGN'}
  ${'court'} | ${undefined}             | ${'ended'}     | ${'LEDGER_APPOINTMENT_ENDED'}   | ${'LEDGER_APPOINTMENT_ENDED'}   | ${'yes'}
  ${'who'}   | ${undefined}             | ${'appointed'} | ${'LEDGER_PARTICIPANT_UNKNOWN'} | ${'LEDGER_PARTICIPANT_UNKNOWN'} | ${'LEDGER_PARTICIPANT_UNKNOWN'}
`('$who, office $status', ({ who, certificate, status, ...expected }: Record<string, string>) => {
  const [state, caller] = [stateWith(status ?? ''), asking(who ?? '', certificate)];
  expect({
    disclose: outcome(() => {
      mayDisclose('a', caller, state);
    }),
    read: outcome(() => {
      mayRead('a', caller, state);
    }),
    forget: outcome(() => {
      mayForget(key, caller, state);
    }),
  }).toEqual(expected);
});
