// Saying one thing to the ledger: a conflict changed nothing and is tried anew, a refusal is final.
import type { Ledger, LedgerSigner } from '../domain/ledger/port';
import { Refusal } from '../domain/refusals';
import { say } from './ledger';

const command = { type: 'RecordHash', stream: 's', id: 'one', hash: 'a'.repeat(64) } as const;
const signer = {} as LedgerSigner;

/** Answers each submission with the next code; `ok` commits. */
function ledgerSaying(...codes: readonly string[]) {
  let prepared = 0;
  const ledger = {
    prepare: () => Promise.resolve({ id: String((prepared += 1)), bytes: new Uint8Array() }),
    submit: ({ id }: { id: string }) => {
      const code = codes[Number(id) - 1] ?? codes.at(-1) ?? 'ok';
      return code === 'ok' ? Promise.resolve({ id, height: 1, index: 0 }) : Promise.reject(new Refusal(code));
    },
  };
  return { ledger: ledger as unknown as Ledger, count: () => prepared };
}

test.each([
  ['is prepared anew until it lands', ['LEDGER_CONFLICT', 'LEDGER_CONFLICT', 'ok'], '3', 3],
  ['is not prepared again after a refusal', ['LEDGER_REFUSED'], 'LEDGER_REFUSED', 1],
  ['is not prepared again when nobody answered: it may have landed', ['LEDGER_DOWN'], 'LEDGER_DOWN', 1],
  ['gives up by name when everything keeps moving', ['LEDGER_CONFLICT'], 'LEDGER_CONFLICT', 12],
])('a command %s', async (_, codes, ended, times) => {
  const { ledger, count } = ledgerSaying(...codes);
  const end = await say(ledger, command, signer).then(
    ({ id }) => id,
    (error: unknown) => (error as Refusal).code,
  );
  expect([end, count()]).toEqual([ended, times]);
});
