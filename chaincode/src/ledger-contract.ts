// The ledger on Fabric: one transaction that says a command, two that read. All rules are in src/domain/ledger.
import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api';
import { canonicalText, readCanonical, utf8 } from '../../src/domain/canonical';
import { apply, keysOf } from '../../src/domain/ledger';
import { Count, Slug } from '../../src/domain/ledger/shapes';
import { refuse } from '../../src/domain/ledger/state';
import { readCommand } from '../../src/domain/ledger/transaction';
import { callerOf } from './caller';
import { contextOf, tick } from './height';
import { answering } from './refusals';
import { pageOf, stateOf, write } from './state';

@Info({ title: 'ledger', description: 'Commands, rules and anchors of the exchange' })
export class LedgerContract extends Contract {
  constructor() {
    super('ledger');
  }

  /** Says one command (canonical JSON) as participant `by`, whose registered ledger certificate must have signed. */
  @Transaction()
  @Returns('string')
  Say(ctx: Context, command: string, by: string): Promise<string> {
    return answering(async () => {
      const said = readCommand(readCanonical(utf8(command)));
      if (!Slug.safeParse(by).success) refuse('LEDGER_COMMAND_UNKNOWN', { fields: 'by' });
      const context = await contextOf(ctx.stub, said, by, callerOf(ctx));
      const effects = apply(said, context, await stateOf(ctx.stub, keysOf(said, by)));
      await write(ctx.stub, effects, by);
      return canonicalText(effects.events);
    });
  }

  /** An operator puts the chain's height on record: deadlines of disputes are compared with this clock. */
  @Transaction()
  @Returns('string')
  Tick(ctx: Context, height: string, by: string): Promise<string> {
    return answering(async () => {
      const count = Count.safeParse(Number(height));
      if (!count.success || !Slug.safeParse(by).success)
        return refuse('LEDGER_COMMAND_UNKNOWN', { fields: 'height by' });
      await tick(ctx.stub, count.data, by, callerOf(ctx));
      return height;
    });
  }

  /** The canonical value of a key, or nothing. Endorsed without being submitted, its read version is a proof. */
  @Transaction(false)
  @Returns('string')
  async Read(ctx: Context, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getState(key)).toString('utf8');
  }

  /** At most 50 [key, value] pairs whose key starts with the prefix and comes after `after`. For read models only. */
  @Transaction(false)
  @Returns('string')
  List(ctx: Context, prefix: string, after: string): Promise<string> {
    return pageOf(ctx.stub, prefix, after);
  }
}
