// A client of one compute node: over mutual TLS, with the node's key as the ledger has it and our own recorded there too.
import { registeredTlsKey } from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Client, type ClientSettings, pinnedDispatcher, secureAddress, type Keyring, type TlsPair } from '../../wire';
import { registerTlsKey } from './keys';

export interface NodeCalling {
  readonly ledger: Ledger;
  readonly keys: Keyring;
  readonly tls: TlsPair;
}

/** `server` as registered. Our TLS key is on the ledger when it returns. */
export async function nodeClient(
  { ledger, keys, tls }: NodeCalling,
  node: string,
  settings: Omit<ClientSettings, 'identity' | 'dispatcher'>,
): Promise<Client> {
  await registerTlsKey(ledger, keys, tls);
  return new Client({
    ...settings,
    server: secureAddress(settings.server),
    identity: { participant: keys.participant, tokenKey: keys.token },
    dispatcher: pinnedDispatcher(tls, () => registeredTlsKey(ledger, node)),
  });
}
