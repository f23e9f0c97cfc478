// The ledger of the town on this machine: the exchange's own, or a Fabric network, found or brought up, with a certificate for everyone.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { enrol } from '../../fabric-network/certificates';
import { Folder } from '../../fabric-network/folder';
import { FabricNetwork, rememberedNetwork } from '../../fabric-network/network';
import { NetworkError } from '../../fabric-network/network-error';
import { seatsOf } from '../../fabric-network/plan';
import { type Profile, readProfile } from '../../fabric-network/profile';
import { runningPid } from '../../fabric-network/programs';
import { defaultChannel, type NetworkShape } from '../../fabric-network/shape';
import { b64u } from '../domain/canonical';
import type { KeyFile } from '../wire';
import type { Home } from './places';

export interface TownLedger {
  /** Where the town of this ledger keeps everything: one town cannot stand on two ledgers. Undefined: the usual place. */
  readonly folder?: string;
  /** What every program is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** The ledger key of a participant in place of the self-signed one. */
  readonly ledgerKey?: (participant: string, isOperator: boolean) => Promise<KeyFile['ledger']>;
  /** Ends what this start began; a network that ran before goes on. */
  stop(): Promise<void>;
}

/** The exchange's own: nothing to prepare. */
export const ownLedger: TownLedger = { environment: {}, stop: () => Promise.resolve() };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * LEDGER=fabric: the network of FABRIC_PROFILE, else the one of `npm run fabric:up`, which is brought up when it is down.
 * Where there are no programs for it, the error's message says what to do.
 */
export async function chosenLedger(environment: Environment, say: (step: string) => void): Promise<TownLedger> {
  const { LEDGER = 'embedded', FABRIC_PROFILE } = environment;
  if (LEDGER === 'embedded') return ownLedger;
  if (LEDGER !== 'fabric') throw new Error(`LEDGER is embedded or fabric, not ${LEDGER}.`);
  if (FABRIC_PROFILE !== undefined) return onFabric(resolve(FABRIC_PROFILE), () => Promise.resolve());
  const folder = new Folder(resolve('.aggregora', 'fabric'));
  const { network, began } = await broughtUp(folder, say).catch((error: unknown) => {
    throw error instanceof NetworkError ? new Error(error.text()) : error;
  });
  return onFabric(folder.profileFile, () => (began ? network.down() : Promise.resolve()));
}

async function broughtUp(folder: Folder, say: (step: string) => void) {
  const known = rememberedNetwork(folder);
  const began = !(known !== undefined && existsSync(folder.profileFile) && runs(folder, known));
  const shape = known?.shape ?? ownShape;
  const network = await FabricNetwork.up({ folder: folder.root, shape, channel: 'aggregora', say });
  return { network, began };
}

const ownShape: NetworkShape = {
  organisations: ['org1', 'org2', 'org3'],
  consensus: 'raft',
  orderers: 1,
  chaincode: { name: 'aggregora', folder: resolve('chaincode'), each: false },
  channel: defaultChannel,
};

/** Whether any of its programs runs: then somebody else began it. */
function runs(folder: Folder, known: NonNullable<ReturnType<typeof rememberedNetwork>>): boolean {
  return seatsOf(known.shape).some(({ name }) => runningPid(folder, name) !== undefined);
}

function onFabric(profileFile: string, stop: () => Promise<void>): TownLedger {
  const profile = readProfile(profileFile);
  return {
    folder: join('.aggregora', 'on-fabric', (profile.genesis ?? 'own').slice(0, 12)),
    environment: { LEDGER: 'fabric', FABRIC_PROFILE: profileFile },
    ledgerKey: (participant, isOperator) =>
      keyFrom(profileFile, profile, participant, isOperator ? 'operator' : (watchers[participant] ?? 'participant')),
    stop,
  };
}

/** From the files of the profile's identities; in a network of ours a missing one is issued. */
async function keyFrom(
  profileFile: string,
  profile: Profile,
  participant: string,
  role: string,
): Promise<KeyFile['ledger']> {
  const folder = new Folder(dirname(profileFile));
  const organisation = organisationFor(profile, participant, role);
  if (rememberedNetwork(folder) !== undefined) {
    await enrol(folder, organisation, participant, { role, use: 'ledger' }, Date.now());
  }
  const places = profile.organisations.map(({ name }) => join(profile.identities, name, `${participant}-ledger`));
  const place = places.find((path) => existsSync(join(path, 'cert.pem')) && existsSync(join(path, 'key.pem')));
  if (place === undefined)
    throw new Error(
      `${participant} has no ledger certificate. Put cert.pem and key.pem (attributes role=${role}, use=ledger) into ` +
        `${join(profile.identities, organisation, `${participant}-ledger`)}; fabric-network/OWN-NETWORK.md says how.`,
    );
  const certificate = new X509Certificate(readFileSync(join(place, 'cert.pem'))).raw;
  return { privateKey: readFileSync(join(place, 'key.pem'), 'utf8'), certificate: b64u(new Uint8Array(certificate)) };
}

/**
 * The first organisation is the operator's, the last watches (reviewers, auditors), and who trades answers belongs to those
 * between. So of any two organisations that endorse an anchor at least one is no party to it.
 */
function organisationFor({ organisations }: Profile, participant: string, role: string): string {
  const names = organisations.map(({ name }) => name);
  const [first = '', ...others] = names;
  const [trading = first] = others;
  if (role === 'operator') return first;
  return Object.hasOwn(watchers, participant) ? (others.at(-1) ?? first) : trading;
}

/** Who looks on: reviewers and auditors of the stories. */
const watchers: Readonly<Record<string, string>> = {
  'privacy-institute': 'reviewer',
  'university-statistics': 'reviewer',
  'audit-office': 'auditor',
};

/** Told to later commands in this folder; refuses a folder that belongs to another ledger. */
export function rememberLedger(home: Home, { environment }: TownLedger): void {
  const file = home.at('ledger.json');
  const known = existsSync(file) ? readFileSync(file, 'utf8') : existsSync(home.at('ports.json')) ? '{}' : undefined;
  const text = JSON.stringify(environment);
  if (known !== undefined && known !== text)
    throw new Error(
      `${home.folder} belongs to an exchange on another ledger (${known}). Use another folder: AGGREGORA_HOME=… npm start`,
    );
  writeFileSync(file, text, { mode: 0o600 });
}
