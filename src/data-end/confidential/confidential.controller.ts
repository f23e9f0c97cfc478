// The data end's door for confidential questions.
import { Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ContributionOrder,
  CrossingOrder,
  FingerprintOrder,
  PeerOrder,
  type ContributionReply,
} from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { JsonBody } from '../../platform/http';
import type { Caller } from '../../platform/tokens/caller';
import { For, TheCaller } from '../../platform/tokens/guard';
import { Contributing } from './contributing';
import { Crossing } from './crossing';
import { Fingerprinting } from './fingerprinting';

const Xid = () => Param('xid', new ParseUUIDPipe({ exceptionFactory: () => new Refusal('EXCHANGE_UNKNOWN') }));

@ApiTags('confidential')
@Controller('v1/contributions')
export class ConfidentialController {
  constructor(
    private readonly contributing: Contributing,
    private readonly crossing: Crossing,
    private readonly fingerprinting: Fingerprinting,
  ) {}

  /** M1 and the signed question → M2 and, unless it is a refusal, the committed and sealed contribution. */
  @For('searcher', 'operator')
  @Post()
  @HttpCode(200)
  contribute(
    @JsonBody(ContributionOrder) order: ContributionOrder,
    @TheCaller() caller: Caller,
  ): Promise<ContributionReply> {
    return this.contributing.take(order, caller);
  }

  /** Overlap: the other repository's signed record → the own hidden list, sealed to it. */
  @For('operator')
  @Post(':xid/list')
  @HttpCode(200)
  list(@Xid() xid: string, @JsonBody(PeerOrder) order: PeerOrder) {
    return this.crossing.list(xid, order);
  }

  /** Overlap: the other's list → the signed record of its raising, and what is sealed to each node. */
  @For('operator')
  @Post(':xid/crossing')
  @HttpCode(200)
  cross(@Xid() xid: string, @JsonBody(CrossingOrder) order: CrossingOrder) {
    return this.crossing.cross(xid, order);
  }

  /** Large form: the three sealed chains → this repository's number under their challenge, for one challenge a question. */
  @For('operator')
  @Post(':xid/fingerprint')
  @HttpCode(200)
  fingerprint(@Xid() xid: string, @JsonBody(FingerprintOrder) order: FingerprintOrder) {
    return this.fingerprinting.give(xid, order);
  }
}
