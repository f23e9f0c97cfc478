// The second round of an overlap: the own list goes to one other repository, its list comes, is raised and handed to the nodes; then the exponent is deleted.
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, IsNull, LessThan, Not } from 'typeorm';
import { fromB64u, hex, sha256 } from '../../domain/canonical';
import {
  apartForOverlap,
  contributionId,
  overlap,
  ownerOf,
  partyOf,
  questionId,
  signatureHolds,
  signerOf,
  CONTRIBUTION_TAG,
  verifierOf,
  type CrossingOrder,
  type PeerOrder,
  type Question,
  type Signed,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { Underway } from '../../wire';
import { HiddenUnits } from '../exit/hidden';
import { KEYRING, type Keyring, SEAL } from '../keys';
import { LEDGER } from '../witness';
import { Checking } from './checking';
import { OverlapRow } from './entities';

/** What a data end says in the second round. */
export interface Crossed {
  readonly crossing: overlap.SignedCrossing;
  readonly sealed: readonly string[];
}

@Injectable()
export class Crossing implements OnApplicationBootstrap {
  private readonly underway = new Underway<Crossed>();

  constructor(
    private readonly database: DataSource,
    private readonly checking: Checking,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(SEAL) private readonly seal: Uint8Array,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.forget();
  }

  /**
   * The own hidden list, sealed to the other repository's key of this question. The first other one counts. Refuses
   * EXCHANGE_UNKNOWN, QUESTION_MISMATCH, CONTRIBUTION_SIGNATURE_WRONG, OVERLAP_PEER_OTHER, OVERLAP_NEEDS_TWO, NODES_NOT_APART,
   * CUT_OFF_PASSED.
   */
  async list(xid: string, { question: { document }, peer }: PeerOrder): Promise<{ list: string }> {
    const row = await this.one(xid, document);
    await this.mustBePeer(row, document, peer as Signed<overlap.OverlapContribution>);
    const { manager } = this.database;
    const bound = { peer: peer as Signed<overlap.OverlapContribution> };
    await manager.update(OverlapRow, { xid, peer: IsNull() }, bound);
    const now = await this.one(xid, document);
    if (now.peer === null || contributionId(now.peer.document) !== contributionId(peer.document))
      throw new Refusal('OVERLAP_PEER_OTHER', { xid });
    if (now.list !== null) return { list: now.list };
    const list = await this.hidden(now, document).sealedTo(now.peer.document);
    await manager.update(OverlapRow, { xid, list: IsNull() }, { list });
    return { list: (await this.one(xid, document)).list ?? list };
  }

  /**
   * The other's list raised, shuffled and sealed on, and the record of it. The same again gets the same; another list is refused.
   * Refuses as `list`, and STEP_OUT_OF_ORDER before it, ENVELOPE_BROKEN, OVERLAP_LIST_*, KEY_NOT_REGISTERED.
   */
  async cross(xid: string, order: CrossingOrder): Promise<Crossed> {
    return this.underway.of(xid, () => this.crossed(xid, order));
  }

  private async crossed(xid: string, { question, list, nodeKeys }: CrossingOrder): Promise<Crossed> {
    const { document } = question;
    const row = await this.one(xid, document);
    const given = hex(sha256(fromB64u(list)));
    if (row.crossing !== null && row.sealed !== null) {
      if (row.given !== given) throw new Refusal('OVERLAP_PEER_OTHER', { xid });
      return { crossing: row.crossing, sealed: row.sealed };
    }
    if (row.peer === null) throw new Refusal('STEP_OUT_OF_ORDER', { step: 'crossing', after: 'none' });
    const keys = await this.checking.nodeKeys(document, { nodeKeys });
    const made = await this.hidden(row, document).crossed(
      row.peer.document,
      fromB64u(list),
      keys,
      signerOf(this.keys.receipt),
    );
    // From here on the units cannot be found in any list again, by nobody.
    const kept = { ...made, given, hidden: null };
    await this.database.manager.update(OverlapRow, { xid, crossing: IsNull() }, kept);
    return made;
  }

  /** Forgets exponents whose second round can no more come. */
  async forget(): Promise<void> {
    const late = { cutOff: LessThan(String(this.clock.now())), hidden: Not(IsNull()) };
    await this.database.manager.update(OverlapRow, late, { hidden: null });
  }

  private hidden(row: OverlapRow, question: Question): HiddenUnits {
    if (row.hidden === null) throw new Refusal('CUT_OFF_PASSED', { cutOff: question.cutOff });
    return HiddenUnits.restore(new Uint8Array(row.hidden), this.seal, question, row.repository);
  }

  private async mustBePeer(
    { repository, question: id }: OverlapRow,
    question: Question,
    peer: Signed<overlap.OverlapContribution>,
  ): Promise<void> {
    const { document, by } = peer;
    const other = document.repository;
    if (document.question !== id || other === repository || by !== other)
      throw new Refusal('QUESTION_MISMATCH', { repository: other });
    overlap.overlapSet([peer]);
    const owner = await ownerOf(this.ledger, other);
    const verify = verifierOf(new Map([[other, (await partyOf(this.ledger, owner)).certificate]]));
    if (!signatureHolds(CONTRIBUTION_TAG, peer, verify))
      throw new Refusal('CONTRIBUTION_SIGNATURE_WRONG', { by: other });
    await apartForOverlap(this.ledger, question, [this.keys.participant, owner]);
  }

  /** The part, when the question is the one it was made for: a question's name is its content. */
  private async one(xid: string, question: Question): Promise<OverlapRow> {
    const row = await this.database.manager.findOneBy(OverlapRow, { xid });
    if (row === null) throw new Refusal('EXCHANGE_UNKNOWN', { xid });
    if (row.question !== questionId(question)) throw new Refusal('QUESTION_MISMATCH', { xid });
    if (row.crossing === null && this.clock.now() > question.cutOff)
      throw new Refusal('CUT_OFF_PASSED', { cutOff: question.cutOff });
    return row;
  }
}
