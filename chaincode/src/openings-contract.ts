// Openings for auditors, in the implicit private data collection of the auditor's organisation: the channel sees salted hashes.
import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api';
import { canonicalBytes } from '../../src/domain/canonical';
import { mayDisclose, mayForget, mayRead, openingAt, openingKey, readOpening } from '../../src/domain/ledger/openings';
import { refuse } from '../../src/domain/ledger/state';
import { callerOf } from './caller';
import { collectionOf, forget, keepOnce, publicStateOf, transientOf } from './openings';
import { answering } from './refusals';

@Info({ title: 'openings', description: 'Parts of exchange records opened to an appointed auditor' })
export class OpeningsContract extends Contract {
  constructor() {
    super('openings');
  }

  /** Keeps the transient `opening` at the organisation `mspId`, once. Nothing but `mspId` and `by` is ordered. */
  @Transaction()
  @Returns('string')
  Disclose(ctx: Context, mspId: string, by: string): Promise<string> {
    return answering(async () => {
      const opening = readOpening(transientOf(ctx.stub, 'opening'));
      const { certificate } = callerOf(ctx);
      mayDisclose(opening.appointment, { by, certificate }, await publicStateOf(ctx.stub, opening.appointment, by));
      await keepOnce(ctx.stub, collectionOf(mspId), openingKey(opening, by), canonicalBytes(opening));
      return '';
    });
  }

  /** The opening, for the appointed auditor at its own organisation; '' when there is none. Never to be submitted. */
  @Transaction(false)
  @Returns('string')
  Read(ctx: Context, mspId: string, key: string, by: string): Promise<string> {
    return answering(async () => {
      if (ctx.clientIdentity.getMSPID() !== mspId) refuse('LEDGER_CERTIFICATE_FOREIGN', { organisation: mspId });
      const { appointment } = openingAt(key);
      const { certificate } = callerOf(ctx);
      mayRead(appointment, { by, certificate }, await publicStateOf(ctx.stub, appointment, by));
      return Buffer.from(await ctx.stub.getPrivateData(collectionOf(mspId), key)).toString('utf8');
    });
  }

  /** Hex SHA-256 of an opening's bytes, which every peer has; '' when there is none. */
  @Transaction(false)
  @Returns('string')
  async Hash(ctx: Context, mspId: string, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getPrivateDataHash(collectionOf(mspId), key)).toString('hex');
  }

  /** Purges the opening under the transient `key`: its bytes leave the peers, their history too. */
  @Transaction()
  @Returns('string')
  Forget(ctx: Context, mspId: string, by: string): Promise<string> {
    return answering(async () => {
      const key = Buffer.from(transientOf(ctx.stub, 'key') ?? '').toString('utf8');
      const { certificate } = callerOf(ctx);
      mayForget(key, { by, certificate }, await publicStateOf(ctx.stub, openingAt(key).appointment, by));
      await forget(ctx.stub, collectionOf(mspId), key);
      return '';
    });
  }
}
