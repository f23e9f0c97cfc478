// Runs Fabric's command line tools once: cryptogen, configtxgen, and `peer` as an organisation's admin.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Binaries, type ProgramName } from './binaries';
import { Folder } from './folder';
import { NetworkError } from './network-error';

const run = promisify(execFile);

/** The tool's standard output and error. Throws NetworkError with the tool's own last words. */
export async function runTool(
  binaries: Binaries,
  tool: ProgramName,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  try {
    const { stdout, stderr } = await run(binaries.paths[tool], args, {
      timeout: 60_000,
      maxBuffer: 16 * 1024 * 1024,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', FABRIC_LOGGING_SPEC: 'error', ...env },
    });
    return `${stdout}${stderr}`;
  } catch (error) {
    const words = error as { stdout?: string; stderr?: string; message: string };
    throw new NetworkError(`${tool} ${args.slice(0, 3).join(' ')}: ${lastWords(words.stderr ?? words.message)}`);
  }
}

// Some versions print their whole usage after the error.
const lastWords = (output: string): string =>
  output.split('\n').find((line) => line.startsWith('Error: ')) ?? output.trim().split('\n').slice(-3).join(' | ');

/** `peer …` signed by the organisation's admin, sent to the organisation's own peer. */
export const runPeer = (
  binaries: Binaries,
  folder: Folder,
  organisation: string,
  args: readonly string[],
): Promise<string> =>
  runTool(binaries, 'peer', args, {
    FABRIC_CFG_PATH: folder.config(`peer-${organisation}`),
    CORE_PEER_MSPCONFIGPATH: folder.admin(organisation, 'msp'),
  });
