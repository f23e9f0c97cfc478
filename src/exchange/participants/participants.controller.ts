// Routes by which organisations apply, the operator approves, and anyone sees who takes part.
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { b64u } from '../../domain/canonical';
import { thumbprint } from '../../domain/identity';
import { JsonBody } from '../../platform/http';
import { For, Open } from '../../platform/tokens/guard';
import type { Participant } from '../identity/entities';
import { SignedApplication } from './application';
import { Participants } from './participants.service';

@ApiTags('participants')
@Controller('v1/participants')
export class ParticipantsController {
  constructor(private readonly participants: Participants) {}

  /** Apply with an id, roles and the three public keys; signed by the receipt key. */
  @Open()
  @Post()
  @HttpCode(202)
  async apply(@JsonBody(SignedApplication) signed: SignedApplication) {
    return shown(await this.participants.apply(signed));
  }

  @For('operator')
  @Post(':id/approval')
  @HttpCode(200)
  async approve(@Param('id') id: string) {
    return shown(await this.participants.approve(id));
  }

  @Open()
  @Get()
  async list() {
    return { items: (await this.participants.registered()).map(shown) };
  }

  @Open()
  @Get(':id')
  async one(@Param('id') id: string) {
    return shown(await this.participants.one(id));
  }
}

function shown(participant: Participant) {
  return {
    id: participant.id,
    name: participant.name,
    organisation: participant.organisation,
    roles: participant.roles,
    state: participant.state,
    endpoint: participant.endpoint,
    receipt: {
      certificate: b64u(participant.receiptCertificate),
      'x5t#S256': thumbprint(participant.receiptCertificate),
    },
    ledger: { certificate: b64u(participant.ledgerCertificate), 'x5t#S256': thumbprint(participant.ledgerCertificate) },
  };
}
