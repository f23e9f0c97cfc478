// Who signs with which key, as the ledger says; asked once, remembered for this process.
import { fromB64u } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';

export class Registry {
  private readonly known = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly ledger: Ledger) {}

  /** DER of a participant's receipt certificate. Refuses PARTICIPANT_UNKNOWN. */
  receiptCertificate(participant: string): Promise<Uint8Array> {
    let found = this.known.get(participant);
    if (found === undefined) {
      found = this.look(participant);
      this.known.set(participant, found);
      found.catch(() => this.known.delete(participant));
    }
    return found;
  }

  private async look(participant: string): Promise<Uint8Array> {
    const entry = await this.ledger.read(ledgerKeys.participant(participant));
    const thumbprint = (entry?.value['certificates'] as Record<string, string> | undefined)?.['receipt'];
    const certificate =
      thumbprint === undefined ? undefined : await this.ledger.read(ledgerKeys.certificate(thumbprint));
    const der = certificate?.value['der'];
    if (typeof der !== 'string') throw new Refusal('PARTICIPANT_UNKNOWN', { participant });
    return fromB64u(der);
  }
}
