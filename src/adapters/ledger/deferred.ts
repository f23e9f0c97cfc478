// A ledger that is opened when it is first used, and again when opening failed: a program may start before its peer does.
import type { Ledger } from '../../domain/ledger/port';

/** Every method waits for `open`; a failed opening is thrown to whoever called, and tried anew at the next call. */
export function deferredLedger(kind: Ledger['kind'], open: () => Promise<Ledger>): Ledger {
  let opening: Promise<Ledger> | undefined;
  const ledger = (): Promise<Ledger> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    kind,
    prepare: async (command, signer) => (await ledger()).prepare(command, signer),
    submit: async (transaction) => (await ledger()).submit(transaction),
    status: async (id) => (await ledger()).status(id),
    read: async (key) => (await ledger()).read(key),
    list: async (prefix, after, limit) => (await ledger()).list(prefix, after, limit),
    events: async (height, limit) => (await ledger()).events(height, limit),
    transactionAt: async (height, index) => (await ledger()).transactionAt?.(height, index),
    head: async () => (await ledger()).head(),
    prove: async (key) => (await ledger()).prove(key),
    close: async () => {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
