// What a network looks like before any port or key exists: who takes part, who orders, which chaincode runs.
import { NetworkError } from './network-error';

export type Consensus = 'raft' | 'bft';

export interface ChaincodeShape {
  readonly name: string;
  /** Folder with a package.json whose `main` exports the contracts; absolute. */
  readonly folder: string;
  /** true: one chaincode service for each organisation; false: one service answers all peers (less memory). */
  readonly each: boolean;
}

/** How one channel orders and endorses. Times in milliseconds. */
export interface ChannelShape {
  readonly batchTimeoutMs: number;
  readonly maxMessages: number;
  /** Fabric signature policy, for example OutOf(2,'Org1MSP.peer',…); undefined: what the chaincode wishes for, else a majority. */
  readonly signaturePolicy?: string;
  /** Path of a private-data collections file, in the format of `peer lifecycle chaincode`. */
  readonly collections?: string;
}

export interface NetworkShape {
  readonly organisations: readonly string[];
  readonly consensus: Consensus;
  readonly orderers: number;
  readonly chaincode: ChaincodeShape;
  readonly channel: ChannelShape;
}

export const defaultChannel: ChannelShape = { batchTimeoutMs: 50, maxMessages: 100 };

/** Throws NetworkError when a shape cannot become a network; returns it unchanged otherwise. */
export function checkShape(shape: NetworkShape): NetworkShape {
  const slug = /^[a-z][a-z0-9]{1,20}$/;
  if (shape.organisations.length < 2) throw new NetworkError('A network needs at least two organisations.');
  if (new Set(shape.organisations).size !== shape.organisations.length)
    throw new NetworkError('Two organisations have the same name.');
  for (const name of [...shape.organisations, shape.chaincode.name])
    if (!slug.test(name) || name === 'orderer')
      throw new NetworkError(`"${name}" cannot be a name here: small letters and digits.`);
  // SmartBFT with f = 1 needs 3f + 1 = 4; an even Raft group tolerates no more losses than one orderer less.
  if (shape.consensus === 'bft' && shape.orderers !== 4)
    throw new NetworkError('SmartBFT runs with four orderers here.');
  if (shape.consensus === 'raft' && ![1, 3, 5].includes(shape.orderers))
    throw new NetworkError('Raft runs with 1, 3 or 5 orderers here.');
  return shape;
}

/** 'org1' → 'Org1MSP'. */
export const mspIdOf = (organisation: string): string =>
  `${organisation.charAt(0).toUpperCase()}${organisation.slice(1)}MSP`;

export const ordererMspId = 'OrdererMSP';
