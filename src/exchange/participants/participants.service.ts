// Registers organisations: an application is kept, the operator approves it, the ledger records it, and only then it may enter.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { b64u, fromB64u } from '../../domain/canonical';
import { Refusal } from '../../domain/refusals';
import type { Command } from '../../domain/ledger/commands';
import { Participant } from '../identity/entities';
import { OperatorOutbox } from '../ledger/operator-outbox';
import { CLOCK, type Clock } from '../../platform/clock';
import { checkApplication, type SignedApplication } from './application';

@Injectable()
export class Participants {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Keeps an application; the same bytes again are no second one. Refuses PARTICIPANT_TAKEN, APPLICATION_UNPROVEN. */
  async apply(signed: SignedApplication): Promise<Participant> {
    const application = checkApplication(signed);
    const { participant: id, name, organisation, roles, tokenKey, endpoint, ...certificates } = signed.application;
    await this.database
      .createQueryBuilder()
      .insert()
      .into(Participant)
      .values({
        id,
        name,
        organisation,
        roles,
        tokenKey,
        endpoint: endpoint === undefined ? null : new URL(endpoint).origin,
        receiptCertificate: Buffer.from(fromB64u(certificates.receiptCertificate)),
        ledgerCertificate: Buffer.from(fromB64u(certificates.ledgerCertificate)),
        application,
        state: 'applied',
        appliedAt: new Date(this.clock.now()),
      })
      .orIgnore()
      .execute();
    const kept = await this.one(id);
    if (kept.application !== application) throw new Refusal('PARTICIPANT_TAKEN', { participant: id });
    return kept;
  }

  /** Records the participant on the ledger under the operator's key, then opens the door. Doing it twice does it once. */
  async approve(id: string): Promise<Participant> {
    const participant = await this.one(id);
    if (participant.state === 'registered') return participant;
    await this.outbox.commit(`participant/${id}`, registration(participant));
    await this.database.getRepository(Participant).update({ id }, { state: 'registered' });
    return this.one(id);
  }

  /** Refuses PARTICIPANT_UNKNOWN. */
  async one(id: string): Promise<Participant> {
    const participant = await this.database.getRepository(Participant).findOneBy({ id });
    if (participant === null) throw new Refusal('PARTICIPANT_UNKNOWN', { participant: id });
    return participant;
  }

  registered(): Promise<Participant[]> {
    return this.database.getRepository(Participant).find({ where: { state: 'registered' }, order: { id: 'ASC' } });
  }
}

function registration(participant: Participant): Command {
  return {
    type: 'RegisterParticipant',
    participant: participant.id,
    name: { ...participant.name },
    roles: [...participant.roles],
    organisation: participant.organisation,
    certificates: [
      { use: 'receipt', der: b64u(participant.receiptCertificate) },
      { use: 'ledger', der: b64u(participant.ledgerCertificate) },
    ],
    ...(participant.endpoint === null ? {} : { endpoint: participant.endpoint }),
  };
}
