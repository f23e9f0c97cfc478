// The tables `status` and `up` print.
import Table from 'cli-table3';
import pc from 'picocolors';
import { type Refused } from './refused';
import { type NetworkStatus, type ProgramState } from './status';

const plain = { chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }, style: { head: [], border: [] } };
const colour: Record<ProgramState, (text: string) => string> = {
  healthy: pc.green,
  unwell: pc.yellow,
  stopped: pc.dim,
  ended: pc.red,
};

/** One line a program; reasons stand below the table, where there is room for them. */
export function programTable(status: NetworkStatus): string {
  const table = new Table({ head: ['program', 'belongs to', 'state', 'pid', 'ports on 127.0.0.1', 'MB'], ...plain });
  for (const { name, owner, state, pid, ports, memoryMb } of status.programs)
    table.push([name, owner, colour[state](state), pid ?? '', ports, memoryMb ?? '']);
  const reasons = status.programs
    .filter(({ reason }) => reason !== '')
    .map(({ name, reason }) => `  ${name}: ${reason}`);
  const refusals = status.programs.flatMap(({ name, refused }) =>
    refused === undefined ? [] : [`  ${name} ${refusedText(refused)}`],
  );
  return [table.toString(), ...reasons, ...refusals].join('\n');
}

const refusedText = ({ count, at, why, who }: Refused): string =>
  `turned away ${String(count)} call(s) in ten minutes, the last at ${new Date(at).toISOString()}: ${why}${who === '' ? '' : ` (${who})`}`;

/** One line a channel with its height at each orderer. */
export function channelTable(status: NetworkStatus): string {
  const table = new Table({ head: ['channel', 'genesis header', 'height at each orderer'], ...plain });
  for (const { name, genesis, heights } of status.channels)
    table.push([
      name,
      `${genesis.slice(0, 16)}…`,
      Object.values(heights)
        .map((height) => (height === undefined ? '–' : String(height)))
        .join(' '),
    ]);
  return table.toString();
}
