// Which ledger a program speaks to: the exchange's own by its routes, or a Fabric channel directly. One choice for every program.
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Command } from '../../domain/ledger';
import type { Ledger, LedgerSigner } from '../../domain/ledger/port';
import { deferredLedger } from './deferred';
import type * as Fabric from './fabric';
import { RemoteLedger } from './remote';

/** Settings every program reads; spread into its schema. */
export const LedgerChoice = {
  LEDGER: z.enum(['embedded', 'fabric']).optional(),
  /** Connection profile of the Fabric network (fabric-network/OWN-NETWORK.md). */
  FABRIC_PROFILE: z.string().min(1).optional(),
  /** Whose peer is spoken to; left out: the organisation named in the ledger certificate. */
  FABRIC_ORGANISATION: z.string().optional(),
};

export interface Chosen {
  readonly LEDGER?: 'embedded' | 'fabric' | undefined;
  readonly FABRIC_PROFILE?: string | undefined;
  readonly FABRIC_ORGANISATION?: string | undefined;
}

export interface Participant {
  /** The exchange, for the embedded ledger. */
  readonly exchangeUrl: string;
  /** Signs what is said and, on Fabric, what is read; the key stays where the signer has it. */
  readonly signer: LedgerSigner;
  /** Hex hash of the ledger's first block, when the participant wants to sign for no other. */
  readonly chain?: string | undefined;
  readonly now: () => number;
}

/** The ledger as a participant has it. Nothing is dialled until it is first used. Throws plainly when FABRIC_PROFILE is missing. */
export function participantLedger(choice: Chosen, { exchangeUrl, signer, chain, now }: Participant): Ledger {
  if (choice.LEDGER !== 'fabric') {
    return new RemoteLedger({ base: exchangeUrl, ...(chain === undefined ? {} : { chain }) });
  }
  return deferredLedger('fabric', () => openFabric(choice, signer, now, chain));
}

/** The Fabric ledger of the chosen profile, with this signer's certificate as reader. Refuses as `fabricLedger` does. */
export function openFabric(
  choice: Chosen,
  signer: LedgerSigner,
  now: () => number,
  chain?: string,
): Promise<Fabric.FabricLedger> {
  const { fabricLedger, organisationOf, readFabricProfile } = fabric();
  const profile = readFabricProfile(profileFile(choice));
  const organisation = choice.FABRIC_ORGANISATION ?? organisationOf(profile, signer.certificate);
  const genesis = chain ?? profile.genesis;
  return fabricLedger({
    profile: { ...profile, ...(genesis === undefined ? {} : { genesis }) },
    organisation,
    identity: signer,
    now,
  });
}

/** A ledger as one organisation's own peer has it. */
export interface PeerLedger {
  readonly organisation: string;
  readonly ledger: Ledger;
}

/** Patience with each peer, in milliseconds: whoever asks several can do without one. */
const PEER_PATIENCE_MS = 4_000;

/** One for every organisation of the Fabric profile, or the exchange alone where the ledger is its own. The caller closes them. */
export function peerLedgers(choice: Chosen, { exchangeUrl, signer, now }: Participant): readonly PeerLedger[] {
  if (choice.LEDGER !== 'fabric')
    return [{ organisation: exchangeUrl, ledger: new RemoteLedger({ base: exchangeUrl }) }];
  const { fabricLedger, readFabricProfile } = fabric();
  const profile = readFabricProfile(profileFile(choice));
  return profile.organisations.map(({ name: organisation }) => {
    const options = { profile, organisation, identity: signer, now, patienceMs: PEER_PATIENCE_MS };
    return { organisation, ledger: deferredLedger('fabric', () => fabricLedger(options)) };
  });
}

/** `openFabric` for the operator, with its own registration said, once. Its certificate must carry role=operator. */
export async function foundFabric(
  choice: Chosen,
  operator: LedgerSigner,
  now: () => number,
  founding: Command,
): Promise<Fabric.FabricLedger> {
  const ledger = await openFabric(choice, operator, now);
  await fabric().found(ledger, founding, operator);
  return ledger;
}

/** Loaded only where it is chosen: gRPC and Fabric's messages take memory and a sixth of a second. */
const fabric = (): typeof Fabric => createRequire(__filename)('./fabric') as typeof Fabric;

/** FABRIC_PROFILE, or a plain error that says what to do. */
function profileFile({ FABRIC_PROFILE }: Chosen): string {
  if (FABRIC_PROFILE !== undefined) return FABRIC_PROFILE;
  throw new Error(
    'LEDGER=fabric needs FABRIC_PROFILE: the connection profile of the network (npm run fabric:up names it).',
  );
}
