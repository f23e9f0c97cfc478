// The command line of each program of a network.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Binaries } from './binaries';
import { Folder } from './folder';
import { packageIdOf } from './material';
import { type Network, type Seat, endpoint } from './plan';
import { type Program } from './programs';

/** What to start for a seat. */
export function programOf(folder: Folder, network: Network, binaries: Binaries, seat: Seat): Program {
  if (seat.kind === 'chaincode') return chaincodeProgram(folder, network, seat);
  return {
    name: seat.name,
    command: binaries.paths[seat.kind],
    args: seat.kind === 'peer' ? ['node', 'start'] : ['start'],
    cwd: folder.root,
    env: {
      FABRIC_CFG_PATH: folder.config(seat.name),
      FABRIC_LOGGING_SPEC: process.env['FABRIC_LOGGING_SPEC'] ?? 'warn',
    },
  };
}

function chaincodeProgram(folder: Folder, network: Network, seat: Seat): Program {
  const source = network.shape.chaincode.folder;
  const owner = seat.organisation === 'all' ? (network.shape.organisations[0] ?? '') : seat.organisation;
  const tls = (name: string) => folder.at('chaincode', 'tls', `${name}.pem`);
  return {
    name: seat.name,
    command: process.execPath,
    args: [
      shimOf(source),
      'server',
      `--chaincode-address=${endpoint(network, seat.name)}`,
      `--chaincode-id=${packageIdOf(folder, network, owner)}`,
      `--chaincode-tls-cert-file=${tls('serverCertificate')}`,
      `--chaincode-tls-key-file=${tls('serverKey')}`,
      `--chaincode-tls-client-cacert-file=${tls('ca')}`,
      `--module-path=${source}`,
    ],
    cwd: source,
    env: {
      CORE_CHAINCODE_LOGGING_LEVEL: process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ?? 'error',
      NODE_NO_WARNINGS: '1',
    },
  };
}

/** fabric-shim's command, found the way Node would find it from the chaincode's own folder, else from ours. */
function shimOf(source: string): string {
  for (let at = source; ; at = dirname(at)) {
    const cli = join(at, 'node_modules', 'fabric-shim', 'cli.js');
    if (existsSync(cli)) return cli;
    if (at === dirname(at)) break;
  }
  return join(dirname(require.resolve('fabric-shim/package.json')), 'cli.js');
}
