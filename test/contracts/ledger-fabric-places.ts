// A real Fabric network as a place for ledgers: started once, a channel for each ledger, keys issued by its organisations.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Channel } from '../../fabric-network/channels';
import { issue, type Identity } from '../../fabric-network/certificates';
import type { FabricNetwork } from '../../fabric-network/network';
import type { NetworkShape } from '../../fabric-network/shape';
import { startTestNetwork, testShape } from '../../fabric-network/testing';
import {
  fabricLedger,
  found,
  signerWith,
  type FabricLedger,
  type FabricOptions,
  type FabricProfile,
} from '../../src/adapters/ledger/fabric';
import type { Key } from '../../src/domain/identity';
import { verifyFabricProof, type FabricProven } from '../../src/domain/ledger/fabric-proof';
import type { LedgerProof } from '../../src/domain/ledger/port';
import type { MakeKey, Person, World } from './ledger-world';

export const chaincodeFolder = join(__dirname, '..', '..', 'chaincode');

/** Compiles the chaincode as its owner would; a fraction of a second. */
export const buildChaincode = (): void => {
  execFileSync(process.execPath, ['build.mjs'], { cwd: chaincodeFolder, stdio: 'pipe' });
};

export function startNetwork(shape: Partial<NetworkShape> = {}): Promise<FabricNetwork> {
  buildChaincode();
  return startTestNetwork({ ...shape, chaincode: { ...testShape.chaincode, folder: chaincodeFolder } });
}

export const keyIn = ({ certificate, privateKey }: Identity): Key => ({
  certificate: new X509Certificate(certificate).raw,
  privateKey: createPrivateKey(privateKey),
});

/** A person's ledger key as a plain gateway client takes it. */
export function identityOf({ ledger: { certificate, privateKey } }: Person, mspId = 'Org1MSP') {
  return {
    mspId,
    certificate: new X509Certificate(certificate).toString(),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

/** The channel's profile as a client would read it from its file. */
export const fabricProfile = (network: FabricNetwork, channel: Channel): FabricProfile =>
  JSON.parse(JSON.stringify(network.profileFor(channel))) as FabricProfile;

/** A new ledger key each time, under the organisation's authority. */
export const issuedBy =
  (network: () => Promise<Pick<FabricNetwork, 'folder'>>, organisation = 'org1'): MakeKey =>
  async (participant, role) => {
    const dates = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3600_000 };
    const enrolment = { organisation, participant, attributes: { role, use: 'ledger' as const }, ...dates };
    return keyIn(await issue((await network()).folder, enrolment));
  };

/** A ledger on this profile, founded by the world's operator. */
export async function openFounded(
  profile: FabricProfile,
  world: World,
  options: Partial<Pick<FabricOptions, 'kind' | 'organisation' | 'patienceMs' | 'deadlines'>> = {},
): Promise<FabricLedger> {
  const { operator } = world;
  const identity = signerWith('exchange', operator.ledger.certificate, operator.ledger.privateKey);
  const ledger = await fabricLedger({ organisation: 'org1', ...options, profile, identity, now: () => Date.now() });
  await found(ledger, operator.registration, operator.signer);
  return ledger;
}

/** What every Fabric-shaped ledger must prove: a receipt that holds offline, and nothing about what is not there. */
export async function proofMustHold(ledger: FabricLedger, profile: FabricProfile, key: string): Promise<FabricProven> {
  const proof = JSON.parse(JSON.stringify(await ledger.prove(key))) as LedgerProof;
  const trust = { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode };
  const proven = verifyFabricProof(proof, { ...trust, minimum: 2, excluded: ['Org1MSP'] });
  expect(proven).toMatchObject((await ledger.read(key)) ?? {});
  await expect(ledger.prove(`${key}-none`)).rejects.toMatchObject({ code: 'LEDGER_ENTRY_UNKNOWN' });
  return proven;
}
