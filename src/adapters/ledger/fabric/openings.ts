// Openings for auditors on Fabric: sent to the auditor's organisation alone, read at its own peer, hashed for everyone.
import { canonicalBytes, fromHex, readCanonical, utf8 } from '../../../domain/canonical';
import { openingKey, type Opening } from '../../../domain/ledger';
import type { Committed, LedgerSigner } from '../../../domain/ledger/port';
import type { EndorseOptions, FabricChannel } from './channel';

type Submit = (
  signer: LedgerSigner,
  name: string,
  args: readonly string[],
  options: EndorseOptions,
) => Promise<Committed>;

export class FabricOpenings {
  constructor(
    private readonly channel: FabricChannel,
    /** The auditor's organisation: its collection, and the only peers that are asked to endorse. */
    private readonly mspId: string,
    private readonly submit: Submit,
  ) {}

  /**
   * Keeps one opening there, once; resolves with its place in the chain and the key the auditor asks for. Refuses
   * LEDGER_COMMAND_UNKNOWN (form, salt), LEDGER_APPOINTMENT_UNKNOWN and _ENDED, LEDGER_ALREADY_RECORDED.
   */
  async disclose(opening: Opening, signer: LedgerSigner): Promise<Committed & { readonly key: string }> {
    // Asking any other organisation to endorse would show it the content.
    const options = { organisations: [this.mspId], transient: { opening: canonicalBytes(opening) } };
    const committed = await this.submit(signer, 'openings:Disclose', [this.mspId, signer.participant], options);
    return { ...committed, key: openingKey(opening, signer.participant) };
  }

  /** At the auditor's own peer. Refuses LEDGER_OPENING_FOREIGN to anyone but the appointed, LEDGER_APPOINTMENT_ENDED. */
  async read(key: string, auditor: LedgerSigner): Promise<Opening | undefined> {
    const bytes = await this.channel.evaluate(auditor, 'openings:Read', [this.mspId, key, auditor.participant]);
    return bytes.length === 0 ? undefined : (readCanonical(bytes) as unknown as Opening);
  }

  /** SHA-256 of an opening's canonical bytes as the whole channel has it; undefined when there is none. */
  async hash(key: string, reader: LedgerSigner): Promise<Uint8Array | undefined> {
    const text = Buffer.from(await this.channel.evaluate(reader, 'openings:Hash', [this.mspId, key])).toString('utf8');
    return text === '' ? undefined : fromHex(text);
  }

  /** Purges it from the peers that hold it. Refuses LEDGER_OPENING_FOREIGN to all but its author and the auditor. */
  forget(key: string, signer: LedgerSigner): Promise<Committed> {
    const options = { organisations: [this.mspId], transient: { key: utf8(key) } };
    return this.submit(signer, 'openings:Forget', [this.mspId, signer.participant], options);
  }
}
