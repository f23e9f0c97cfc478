// The commands of the network: up, down, status, logs, doctor, install.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import type * as Actions from './actions';
import { arePresent, findBinaries } from './binaries';
import { NetworkError } from './network-error';
import { defaultChannel } from './shape';

/** The project's folder, whether this file runs as TypeScript or from dist. */
function projectRoot(): string {
  let at = __dirname;
  while (!existsSync(join(at, 'package-lock.json')) && at !== dirname(at)) at = dirname(at);
  return at === dirname(at) ? process.cwd() : at;
}

const root = projectRoot();
const defaultFolder = join(root, '.aggregora', 'fabric');
const ownChaincode = join(root, 'chaincode');

/** Certificates, gRPC and protobufs take most of a second to load: only who gets that far waits for them. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when a command is chosen
const actions = (): typeof Actions.actions => (require('./actions') as typeof Actions).actions;

const program = new Command('fabric').description(
  'A real Hyperledger Fabric network on this machine, without containers',
);
const withFolder = (name: string, text: string): Command =>
  program.command(name).description(text).option('--folder <folder>', 'where the network lives', defaultFolder);

withFolder('up', 'start the network (made on first use)')
  .option('--bft', 'SmartBFT with four orderers instead of Raft')
  .option('--orderers <count>', 'Raft orderers: 1, 3 or 5')
  .option('--organisations <names>', 'comma separated', 'org1,org2,org3')
  .option('--channel <name>', 'first channel', 'aggregora')
  .option(
    '--chaincode <folder>',
    'chaincode to run',
    existsSync(join(ownChaincode, 'package.json')) ? ownChaincode : join(root, 'fabric-network', 'test-chaincode'),
  )
  .option('--each', 'one chaincode service for each organisation')
  .option('--batch-timeout <ms>', 'longest wait for a block', String(defaultChannel.batchTimeoutMs))
  .option(
    '--endorsement <policy>',
    'signature policy; default: what the chaincode asks for (ours: three organisations), else a majority',
  )
  .option('--collections <file>', 'private data collections')
  .action(async (flags: Actions.UpFlags) => {
    if (!arePresent(process.env)) await findBinaries(process.env); // refuses, and says where it looked
    await actions().up(flags);
  });
withFolder('down', 'stop the network; its data stay')
  .option('--erase', 'delete its data too')
  .action((flags: { folder: string; erase?: true }) => actions().stop(flags));
withFolder('status', 'who runs what, and what is wrong')
  .option('--json', 'for programs')
  .action((flags: { folder: string; json?: true }) => actions().status(flags));
withFolder('try', 'order one transaction that writes nothing, and wait until it stands in a block')
  .option('--seconds <count>', 'how long to go on while it fails', '30')
  .action((flags: { folder: string; seconds: string }) => actions().tryCommit(flags));
withFolder('kill', 'kill −9 one program, to see what the network does without it')
  .argument('<program>')
  .action((name: string, flags: { folder: string }) => {
    actions().kill(name, flags);
  });
withFolder('logs', 'what the programs say')
  .argument('[program]')
  .option('-n, --lines <count>', 'lines of each', '20')
  .option('-f, --follow', 'go on')
  .action((name: string | undefined, flags: { folder: string; lines: string; follow?: true }) =>
    actions().logs(name, flags),
  );
withFolder('doctor', 'what would keep the network from running')
  .option('--chaincode <folder>', 'chaincode to run', ownChaincode)
  .action((flags: { folder: string; chaincode: string }) => actions().doctor(flags));
program
  .command('install')
  .description("fetch Fabric's programs into the cache")
  .action(() => actions().fetchBinaries());

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof NetworkError ? error.text() : String((error as Error).stack ?? error)}\n`);
  process.exitCode = error instanceof NetworkError ? error.exitCode : 70;
});
