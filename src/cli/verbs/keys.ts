// keys create: a participant's three keys in one file that only its owner can read.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { isParticipantId } from '../../domain/identity';
import { makeKeys, saveKeys } from '../../sdk';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';

export function keysVerbs(root: Command, verb: Verb): void {
  root
    .command('keys')
    .description('your keys')
    .command('create')
    .description('make receipt, ledger and token key; never over an existing file')
    .argument('<participant>', 'the id you will apply with: lower-case letters, digits, hyphens')
    .option('-o, --output <file>', 'left out: PARTICIPANT.keys.json')
    .action(
      verb((session, participant: string, { output }: { output?: string }) => create(session, participant, output)),
    );
}

async function create(session: Session, participant: string, output: string | undefined): Promise<void> {
  const { show } = session;
  if (!isParticipantId(participant))
    throw new UsageError(
      `${participant} cannot be a participant’s id: lower-case letters, digits and hyphens, 2 to 41 of them.`,
      `${participant} 不能作为参与方标识：须为 2 至 41 个小写字母、数字或连字符。`,
    );
  const file = session.path(output ?? `${participant}.keys.json`);
  if (existsSync(file))
    throw new UsageError(
      `${file} is there already; keys are never overwritten.`,
      `${file} 已存在；密钥文件不会被覆盖。`,
    );
  saveKeys(file, await makeKeys(participant, session.io.now()));
  show.result({ participant, file }, () => show.good(file));
}
