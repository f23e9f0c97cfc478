// rights: who holds, processes and uses what; licences and transfers, each signed by both sides before the ledger takes it.
import type { Command } from 'commander';
import { approveRight, type RightDraft, submitRight } from '../../sdk';
import { UsageError } from '../exits';
import { act, instantOf, jsonFile, type Open } from './context';

interface Registered {
  readonly repository: string;
  readonly kind: string;
  readonly holder: string;
  readonly shareBp: string;
}

interface Passed {
  readonly to: string;
  readonly agreement: string;
  readonly shareBp?: string;
  readonly from?: string;
  readonly until?: string;
}

export function rightsVerbs(root: Command, open: Open): void {
  const rights = root.command('rights').description('holding, processing and usage rights on the ledger');
  rights
    .command('list')
    .argument('[repository]', 'yours when left out')
    .action(act(open, (market, _session, repository: string | undefined) => market.rights(repository)));
  rights
    .command('register')
    .argument('<right>', 'a new id')
    .requiredOption('--repository <id>')
    .requiredOption('--kind <kind>', 'holding, processing or usage')
    .requiredOption('--holder <participant>')
    .option('--share-bp <points>', 'basis points of the whole', '10000')
    .action(
      act(open, (market, { ledger }, right: string, { repository, kind, holder, shareBp }: Registered) =>
        market.say(ledger, {
          type: 'RegisterRight',
          right,
          repository,
          kind: kindOf(kind),
          holder,
          shareBp: Number(shareBp),
          from: 0,
        }),
      ),
    );
  passedOn(rights, open);
}

/** Two signatures: the holder drafts, the other side approves the file, the holder submits it. */
function passedOn(rights: Command, open: Open): void {
  rights
    .command('transfer')
    .description('draft the transfer of a right you hold; the other side approves the draft')
    .argument('<right>')
    .argument('<file>', 'where the draft goes')
    .requiredOption('--to <participant>')
    .requiredOption('--agreement <file>', 'the contract; only its hash leaves')
    .action(
      act(open, async (market, session, right: string, file: string, { to, agreement }: Passed) => {
        const { version } = await market.right(right);
        const hash = market.contractHash(session.readBytes(agreement));
        return drafted(session, file, { type: 'TransferRight', right, version, to, agreement: hash, approvals: [] });
      }),
    );
  rights
    .command('license')
    .description('draft a usage licence under a usage right you hold')
    .argument('<parent>', 'your usage right')
    .argument('<right>', 'id of the licence')
    .argument('<file>', 'where the draft goes')
    .requiredOption('--to <participant>')
    .requiredOption('--agreement <file>', 'the contract; only its hash leaves')
    .requiredOption('--until <instant>', 'ISO')
    .option('--from <instant>', 'ISO; left out: now')
    .option('--share-bp <points>', 'basis points', '10000')
    .action(
      act(open, (market, session, parent: string, right: string, file: string, it: Passed) => {
        const agreement = market.contractHash(session.readBytes(it.agreement));
        const from = it.from === undefined ? session.io.now() : instantOf(it.from);
        const term = { from, until: instantOf(it.until ?? '') };
        const shape = { parent, right, holder: it.to, shareBp: Number(it.shareBp), ...term };
        return Promise.resolve(drafted(session, file, { type: 'LicenseRight', ...shape, agreement, approvals: [] }));
      }),
    );
  rights
    .command('approve')
    .description('sign a draft that was made for you')
    .argument('<file>', 'the draft; your approval is added to it')
    .action(
      act(open, (_market, session, file: string) =>
        Promise.resolve(drafted(session, file, approveRight(jsonFile(session.path(file)) as RightDraft, session.keys))),
      ),
    );
  rights
    .command('submit')
    .description('send the approved draft to the ledger')
    .argument('<file>')
    .action(
      act(open, (market, session, file: string) =>
        submitRight(market, session.ledger, jsonFile(session.path(file)) as RightDraft),
      ),
    );
}

function drafted(
  session: { save(file: string, text: string): void },
  file: string,
  draft: RightDraft,
): { readonly draft: string; readonly type: string; readonly approvedBy: string } {
  session.save(file, JSON.stringify(draft, null, 2));
  return { draft: file, type: draft.type, approvedBy: draft.approvals.map(({ by }) => by).join(', ') };
}

function kindOf(text: string): 'holding' | 'processing' | 'usage' {
  if (text === 'holding' || text === 'processing' || text === 'usage') return text;
  throw new UsageError(
    'A right is holding, processing or usage.',
    '权利种类为 holding、processing 或 usage（持有、加工、使用）。',
  );
}
