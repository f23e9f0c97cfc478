// Suites on a real Fabric network: run wherever its programs are found, and told by name at the end of the run where they are not.
import { haveFabric } from '../../fabric-network/testing';
import { describeOr } from './not-run';

/** A describe block that needs a real network. */
export function describeFabric(title: string, body: () => void): void {
  const missing = haveFabric() ? undefined : 'there are no Hyperledger Fabric programs here';
  describeOr(
    missing,
    title,
    'npm run fabric:install, or FABRIC_BIN=<folder with peer, orderer, configtxgen, cryptogen>',
    body,
  );
}
