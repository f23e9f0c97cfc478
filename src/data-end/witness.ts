// What the ledger says that a data end must know: who signs with which key, whether a template is open, whether a permit stands.
import { Inject, Injectable } from '@nestjs/common';
import { fromB64u } from '../domain/canonical';
import { ledgerKeys } from '../domain/ledger';
import type { Ledger } from '../domain/ledger/port';
import type { PermitOnLedger } from '../domain/permits';
import { Refusal } from '../domain/refusals';

export const LEDGER = Symbol('ledger');

/** Certificates are cached this long: a replaced key is refused by its holder's own new signature soon after. */
const CACHE_MS = 30_000;

@Injectable()
export class Witness {
  private readonly certificates = new Map<string, { der: Uint8Array; until: number }>();

  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** DER of the participant's receipt certificate as the ledger has it now. Refuses SEARCHER_UNKNOWN. */
  async receiptCertificate(participant: string): Promise<Uint8Array> {
    const cached = this.certificates.get(participant);
    if (cached !== undefined && cached.until > performance.now()) return cached.der;
    const entry = await this.ledger.read(ledgerKeys.participant(participant));
    const der = await this.certificateOf(entry?.value);
    if (der === undefined) throw new Refusal('SEARCHER_UNKNOWN', { participant });
    this.certificates.set(participant, { der, until: performance.now() + CACHE_MS });
    return der;
  }

  /** Refuses TEMPLATE_NOT_OPEN unless the ledger lists the template as published. */
  async templateMustBeOpen(template: string): Promise<void> {
    const entry = await this.ledger.read(ledgerKeys.template(template));
    if (entry?.value['status'] !== 'published') throw new Refusal('TEMPLATE_NOT_OPEN', { template });
  }

  /** The permit as the ledger has it, with a height at which it surely stood so: the head is read first, the entry after it. */
  async permit(id: string): Promise<PermitOnLedger | undefined> {
    const head = await this.ledger.head();
    const entry = await this.ledger.read(ledgerKeys.permit(id));
    if (entry === undefined) return undefined;
    const { hash, version, status } = entry.value as { hash: string; version: number; status: string };
    return { hash, version, revoked: status === 'revoked', height: Math.max(head.height, entry.height) };
  }

  private async certificateOf(
    participant: Readonly<Record<string, unknown>> | undefined,
  ): Promise<Uint8Array | undefined> {
    const thumbprint = (participant?.['certificates'] as Record<string, string> | undefined)?.['receipt'];
    if (thumbprint === undefined) return undefined;
    const entry = await this.ledger.read(ledgerKeys.certificate(thumbprint));
    const der = entry?.value['der'];
    return typeof der === 'string' ? fromB64u(der) : undefined;
  }
}
