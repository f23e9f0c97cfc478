// The tree of verbs: one file a group, each given the same session.
import { Command, Option } from 'commander';
import type { Io } from './io';
import { registerMarket } from './market';
import { Session, type Given } from './session';
import { answerVerbs } from './verbs/answer';
import { askVerb } from './verbs/ask';
import { budgetVerb } from './verbs/budget';
import { catalogVerbs } from './verbs/catalog';
import { deskVerb } from './verbs/desk';
import { evidenceVerbs } from './verbs/evidence';
import { fsckVerb } from './verbs/fsck';
import { keysVerbs } from './verbs/keys';
import { ledgerVerbs } from './verbs/ledger';
import { ownerVerbs } from './verbs/owner';
import { participantVerbs } from './verbs/participant';
import { permitVerbs } from './verbs/permit';
import { receiptVerbs } from './verbs/receipt';
import { templateVerbs } from './verbs/template';
import { verifyVerb } from './verbs/verify';

/** Makes actions of bodies, so that settings are read once, when a verb runs. */
export type Verb = <Args extends unknown[]>(
  body: (session: Session, ...given: Args) => Promise<void>,
) => (...given: [...Args, Command]) => Promise<void>;

export function program(io: Io, finish: (code: number) => void): Command {
  const root = new Command('aggregora')
    .description(
      'Ask questions of other organisations’ data and get safe answers; offer your own; check receipts offline.',
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .option('--exchange <url>', 'address of the exchange')
    .option('--keys <file>', 'your key file')
    .option('--as <participant>', 'in a local town: act with the keys of this participant')
    .option('--book <file>', 'your book of exchange records')
    .addOption(new Option('--lang <language>', 'language of words and titles').choices(['en', 'zh']))
    .option('--json', 'print JSON, nothing else')
    .showSuggestionAfterError()
    .addHelpText('after', HELP);
  const open = () => new Session(io, root.opts<Given>(), finish);
  const verb: Verb =
    <Args extends unknown[]>(body: (session: Session, ...given: Args) => Promise<void>) =>
    async (...given: [...Args, Command]) => {
      await body(open(), ...(given.slice(0, -1) as unknown as Args));
    };
  for (const group of groups) group(root, verb);
  registerMarket(root, open);
  return root;
}

const groups = [
  catalogVerbs,
  templateVerbs,
  permitVerbs,
  askVerb,
  answerVerbs,
  receiptVerbs,
  evidenceVerbs,
  verifyVerb,
  fsckVerb,
  budgetVerb,
  ownerVerbs,
  participantVerbs,
  keysVerbs,
  ledgerVerbs,
  deskVerb,
];

const HELP = `
Settings come from options, then from AGGREGORA_EXCHANGE, AGGREGORA_KEYS, AGGREGORA_BOOK, AGGREGORA_LANG, AGGREGORA_DESK
and AGGREGORA_DESK_CODE, then from ~/.config/aggregora/config.json, then from a town started here with npm start.
Exit codes: 0 done, 1 refused, 2 usage, 3 the other side is down, 10–30 what verify found.`;
