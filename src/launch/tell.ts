// npm run story -- NAME: a further story in the same town, over the same doors.
import 'reflect-metadata';
import pc from 'picocolors';
import { setUp } from './set-up';
import { showAnswer } from './story';
import { run as confidential } from './stories/confidential';
import { confidentialInTown } from './stories/confidential-town';
import { run as market } from './stories/market';
import { marketInTown } from './stories/market-town';
import { Terminal } from './terminal';
import type { Town } from './town';

const terminal = new Terminal();
const say = (line: string) => terminal.line(line);

/** Each story says at its end whether what it promised holds. */
const stories: Readonly<Record<string, (town: Town) => Promise<boolean>>> = {
  market: async (town) => {
    const { context, close } = await marketInTown(town, terminal);
    try {
      const { zero, unexplained } = await market(context);
      return zero && unexplained.length === 0;
    } finally {
      close();
    }
  },
  confidential: async (town) => {
    const { context, close } = await confidentialInTown(town, say, (body) => showAnswer(terminal, body));
    try {
      return (await confidential(context)).holds;
    } finally {
      await close();
    }
  },
};

async function main(name: string | undefined): Promise<number> {
  const story = name === undefined ? undefined : stories[name];
  if (story === undefined) {
    terminal.line(`Say which story: npm run story -- ${Object.keys(stories).join(' | ')}`);
    return 2;
  }
  const { town } = await setUp(terminal);
  try {
    return (await story(town)) ? 0 : 1;
  } finally {
    await town.stop();
  }
}

main(process.argv[2]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    terminal.line(`\n${pc.red('It did not work:')} ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
