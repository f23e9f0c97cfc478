// The Fabric ledger's door: over a profile and an identity, and straight from the files of a network.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';
import type { Command } from '../../../domain/ledger';
import { headerHashOf } from '../../../domain/ledger/fabric-proof/header';
import type { LedgerSigner } from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import { Refusal } from '../../../domain/refusals';
import { FabricChannel } from './channel';
import { DEADLINES, type Deadlines, Gateways } from './gateways';
import { FabricLedger } from './ledger';
import { type FabricProfile, organisationIn, organisationOf, readFabricProfile } from './profile';
import { signerFrom, signerWith } from './signer';

export interface FabricOptions {
  readonly profile: FabricProfile;
  /** Whose peer is spoken to; its name in the profile. */
  readonly organisation: string;
  /** Signs reads. What is said is signed by whoever says it. */
  readonly identity: LedgerSigner;
  /** Milliseconds since 1970, for deadlines of calls. */
  readonly now: () => number;
  readonly pause?: (ms: number) => Promise<void>;
  /** How long a failing call is tried before it is LEDGER_DOWN. */
  readonly patienceMs?: number;
  /** How long one call may take, in milliseconds. */
  readonly deadlines?: Partial<Deadlines>;
  readonly kind?: 'fabric' | 'stand-in';
}

const PATIENCE_MS = 20_000;

/** Opens the channel. Refuses LEDGER_DOWN when the peer does not answer, LEDGER_CHAIN_FOREIGN when its genesis is not the profile's. */
export async function fabricLedger(options: FabricOptions): Promise<FabricLedger> {
  const { profile, organisation, identity, now, pause = sleep, patienceMs = PATIENCE_MS } = options;
  const home = organisationIn(profile, organisation);
  const others = profile.organisations.map(({ mspId }) => mspId).filter((mspId) => mspId !== home.mspId);
  const channel = new FabricChannel({
    gateways: new Gateways(profile, home, now, { ...DEADLINES, ...options.deadlines }),
    channel: profile.channel,
    chaincode: profile.chaincode,
    home: home.mspId,
    others,
    reader: identity,
    patience: { now, pause: (ms) => pause(ms) },
    patienceMs,
  });
  try {
    const chain = hashOfGenesis(await channel.rawBlock(0));
    if (profile.genesis !== undefined && profile.genesis !== chain) refuse('LEDGER_CHAIN_FOREIGN');
    const organisations = Object.fromEntries(profile.organisations.map(({ name, mspId }) => [name, mspId]));
    const names = {
      channel: profile.channel,
      chaincode: profile.chaincode,
      members: [home.mspId, ...others],
      organisations,
    };
    return new FabricLedger({ kind: options.kind ?? 'fabric', channel, names, reader: identity, chain });
  } catch (error) {
    channel.close();
    throw error;
  }
}

function hashOfGenesis(block: Uint8Array): string {
  const header = common.Block.deserializeBinary(block).getHeader() ?? refuse('LEDGER_BROKEN');
  return headerHashOf({
    number: header.getNumber(),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
  });
}

/** The operator's own registration, once: whoever comes second finds it done. Its certificate must carry role=operator. */
export async function found(ledger: FabricLedger, founding: Command, operator: LedgerSigner): Promise<void> {
  try {
    await ledger.submit(await ledger.prepare(founding, operator));
  } catch (error) {
    const done = ['LEDGER_PARTICIPANT_EXISTS', 'LEDGER_CONFLICT'];
    if (!(error instanceof Refusal) || !done.includes(error.code)) throw error;
  }
}

export interface OpenOptions {
  /** Whose peer is spoken to, and under whose folder of the profile's identities the participant's key lies. */
  readonly organisation: string;
  readonly participant: string;
  readonly use: 'ledger';
  readonly now: () => number;
  readonly patienceMs?: number;
}

/**
 * The ledger of a profile file (`FABRIC_PROFILE`, or what `fabric:up` wrote), read as one participant, with that participant's
 * signer from `<identities>/<organisation>/<participant>-<use>/{cert,key}.pem`. Refuses as `fabricLedger` does.
 */
export async function openFabricLedger(profileFile: string, options: OpenOptions) {
  const { organisation, participant, use, ...rest } = options;
  const profile = readFabricProfile(profileFile);
  const signer = signerFrom(join(profile.identities, organisation, `${participant}-${use}`), participant);
  return { ledger: await fabricLedger({ profile, organisation, identity: signer, ...rest }), signer };
}

export { FabricLedger, organisationOf, readFabricProfile, signerFrom, signerWith };
export type { FabricProfile };
