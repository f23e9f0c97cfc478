// Who runs what: from a shape and its ports to the list of programs of a network.
import { Folder } from './folder';
import { type NetworkShape, mspIdOf } from './shape';

export type ProgramKind = 'peer' | 'orderer' | 'chaincode';

export interface Seat {
  /** Name of the program: peer-org1, orderer-1, chaincode, chaincode-org1. */
  readonly name: string;
  readonly kind: ProgramKind;
  /** 'org1', or 'orderer'; a chaincode service shared by all peers has 'all'. */
  readonly organisation: string;
  /** Counts from 1 among orderers; 0 elsewhere. */
  readonly number: number;
}

/** What `network.json` remembers: enough to start the same network again. */
export interface Network {
  readonly schema: 'aggregora/fabric-network/1';
  readonly fabric: string;
  readonly shape: NetworkShape;
  /** `<program>.<purpose>` → port on 127.0.0.1. */
  readonly ports: Readonly<Record<string, number>>;
}

const purposes: Record<ProgramKind, readonly string[]> = {
  peer: ['listen', 'chaincode', 'operations'],
  orderer: ['listen', 'admin', 'operations'],
  chaincode: ['listen'],
};

/** All programs of a shape, in the order in which `status` shows them. */
export function seatsOf(shape: NetworkShape): Seat[] {
  const orderers = Array.from({ length: shape.orderers }, (_, at): Seat => {
    return { name: `orderer-${String(at + 1)}`, kind: 'orderer', organisation: 'orderer', number: at + 1 };
  });
  const peers = shape.organisations.map((organisation): Seat => {
    return { name: `peer-${organisation}`, kind: 'peer', organisation, number: 0 };
  });
  const owners = shape.chaincode.each ? shape.organisations : ['all'];
  const services = owners.map((organisation): Seat => {
    const name = organisation === 'all' ? 'chaincode' : `chaincode-${organisation}`;
    return { name, kind: 'chaincode', organisation, number: 0 };
  });
  return [...orderers, ...peers, ...services];
}

/** Names of all ports a shape needs, each `<program>.<purpose>`. */
export const portNames = (shape: NetworkShape): string[] =>
  seatsOf(shape).flatMap((seat) => purposes[seat.kind].map((purpose) => `${seat.name}.${purpose}`));

/** The port of one program; a missing one is a bug of ours, so it throws a plain error. */
export function portOf(network: Network, program: string, purpose: string): number {
  const port = network.ports[`${program}.${purpose}`];
  if (port === undefined) throw new Error(`no port for ${program}.${purpose}`);
  return port;
}

/** All ports of one program, by name. */
export const portsOf = (network: Network, program: string): Record<string, number> =>
  Object.fromEntries(Object.entries(network.ports).filter(([name]) => name.startsWith(`${program}.`)));

/** The chaincode service an organisation's peer calls. */
export const serviceOf = (shape: NetworkShape, organisation: string): string =>
  shape.chaincode.each ? `chaincode-${organisation}` : 'chaincode';

/** 127.0.0.1:port, as Go programs dial one another. */
export const endpoint = (network: Network, program: string): string =>
  `127.0.0.1:${String(portOf(network, program, 'listen'))}`;

export const mspOf = (seat: Seat): string => (seat.kind === 'orderer' ? 'OrdererMSP' : mspIdOf(seat.organisation));

/** Where a program of a network keeps its ledger. */
export const ledgerFolder = (folder: Folder, seat: Seat): string => folder.at('programs', seat.name);
