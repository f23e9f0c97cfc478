// Makes what a network needs before its first program starts: keys, chaincode packages, settings, builder scripts.
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { type Binaries } from './binaries';
import { chaincodeTls } from './certificates';
import { Folder, readText, writeJson, writeWhole } from './folder';
import { chaincodePackage, packageId } from './package-file';
import { type Network, endpoint, seatsOf, serviceOf } from './plan';
import { builderScripts } from './texts/builder';
import { coreText } from './texts/core';
import { cryptogenText } from './texts/cryptogen';
import { ordererText } from './texts/orderer';
import { runTool } from './tools';

/** Keys and packages of a new network; `network.json` comes last, so a folder without it is simply made again. */
export async function makeMaterial(folder: Folder, network: Network, binaries: Binaries, now: number): Promise<void> {
  for (const part of ['crypto', 'chaincode', 'channels', 'programs', 'identities', 'pids', 'config'])
    rmSync(folder.at(part), { recursive: true, force: true });
  mkdirSync(folder.root, { recursive: true, mode: 0o700 });
  writeWhole(folder.at('cryptogen.yaml'), cryptogenText(network.shape));
  const args = ['generate', `--config=${folder.at('cryptogen.yaml')}`, `--output=${folder.crypto}`];
  const [, tls] = await Promise.all([runTool(binaries, 'cryptogen', args), chaincodeTls(now)]);
  for (const [name, pem] of Object.entries(tls)) writeWhole(folder.at('chaincode', 'tls', `${name}.pem`), pem, 0o600);
  for (const organisation of network.shape.organisations)
    writeWhole(packageFile(folder, network, organisation), makePackage(folder, network, organisation), 0o600);
  writeJson(folder.networkFile, network);
}

const label = (network: Network): string => `${network.shape.chaincode.name}_1`;

export const packageFile = (folder: Folder, network: Network, organisation: string): string =>
  folder.at('chaincode', `${serviceOf(network.shape, organisation)}.tar.gz`);

function makePackage(folder: Folder, network: Network, organisation: string): Uint8Array {
  const pem = (name: string) => readFileSync(folder.at('chaincode', 'tls', `${name}.pem`), 'utf8');
  return chaincodePackage(label(network), {
    address: endpoint(network, serviceOf(network.shape, organisation)),
    tls: { clientKey: pem('clientKey'), clientCertificate: pem('clientCertificate'), rootCertificate: pem('ca') },
  });
}

/** The id a peer will give the organisation's package. */
export const packageIdOf = (folder: Folder, network: Network, organisation: string): string =>
  packageId(label(network), readFileSync(packageFile(folder, network, organisation)));

/** Settings and scripts name absolute paths, so they are written anew at each start: a copied folder works elsewhere. */
export function writeSettings(folder: Folder, network: Network): void {
  for (const seat of seatsOf(network.shape)) {
    if (seat.kind === 'peer') writeWhole(`${folder.config(seat.name)}/core.yaml`, coreText(folder, network, seat));
    if (seat.kind === 'orderer')
      writeWhole(`${folder.config(seat.name)}/orderer.yaml`, ordererText(folder, network, seat));
  }
  for (const [name, script] of Object.entries(builderScripts)) {
    const path = folder.at('builder', 'bin', name);
    // Writing a script that a peer is just running fails with "text file busy", so only when it differs.
    if (readText(path) !== script) writeWhole(path, script, 0o755);
    chmodSync(path, 0o755);
  }
}
