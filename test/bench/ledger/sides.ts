// The two ledgers that are measured, each from an empty folder to its first commit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FabricNetwork } from '../../../fabric-network/network';
import { defaultChannel } from '../../../fabric-network/shape';
import { testShape } from '../../../fabric-network/testing';
import { embeddedLedger } from '../../../src/adapters/ledger/embedded';
import type { Ledger, LedgerProof } from '../../../src/domain/ledger/port';
import { verifyEmbeddedProof } from '../../../src/domain/ledger/proof';
import { verifyFabricProof } from '../../../src/domain/ledger/fabric-proof';
import { startPostgres } from '../../../src/platform/postgres';
import { say } from '../../contracts/ledger';
import {
  buildChaincode,
  chaincodeFolder,
  fabricProfile,
  issuedBy,
  openFounded,
} from '../../contracts/ledger-fabric-places';
import { migrated } from '../../contracts/ledger-places';
import { foundation, keyOf, random, world, type MakeKey, type World } from '../../contracts/ledger-world';
import { cpuMsOf, cpuMsOfFamily, ownCpu, type Meter } from './cpu';

export interface Side {
  readonly name: string;
  readonly ledger: Ledger;
  readonly people: World;
  /** Makes ledger keys this ledger accepts. */
  readonly newKey: MakeKey;
  readonly meters: readonly Meter[];
  /** Milliseconds from an empty folder to the first committed transaction. */
  readonly firstCommitMs: number;
  /** Bytes the chain has grown to: what every copy of it must keep. */
  bytes(): Promise<number>;
  /** Throws when the proof does not hold. */
  check(proof: LedgerProof): void;
  /** A proof that stands on blocks, where the ledger has one. */
  chainProof?(participant: string, seq: number): Promise<LedgerProof>;
  close(): Promise<void>;
}

export async function embeddedSide(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-bench-ledger-'));
  const from = performance.now();
  const server = await startPostgres({ folder: join(folder, 'postgres') });
  const database = await migrated(server.url());
  const people = await world();
  const { operator } = people;
  const ledger = await embeddedLedger({ database, operator: operator.signer, random }, operator.registration);
  const firstCommitMs = performance.now() - from;
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
  return {
    ...{ name: 'embedded', ledger, people, firstCommitMs, newKey: keyOf },
    meters: [ownCpu, { name: 'postgresql', cpuMs: () => cpuMsOfFamily(server.pid) }],
    bytes: async () => {
      const found = await database.query<{ bytes: string }[]>(
        `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relname LIKE 'ledger%'`,
      );
      return Number(found[0]?.bytes ?? 0);
    },
    check: (proof) => verifyEmbeddedProof(proof, { genesis: ledger.chain, operators: [operator.ledger.certificate] }),
    close: async () => {
      await ledger.close();
      await database.destroy();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A real network with the block settings of `fabric:up`: one Raft orderer, three organisations, one chaincode service. */
export async function fabricSide(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-bench-fabric-'));
  buildChaincode();
  const from = performance.now();
  const chaincode = { ...testShape.chaincode, folder: chaincodeFolder };
  const shape = { ...testShape, chaincode, channel: defaultChannel };
  const network = await FabricNetwork.up({ folder, shape, channel: 'aggregora', leash: process.pid });
  const newKey = issuedBy(() => Promise.resolve(network));
  const people = await world(newKey);
  const channel = await network.createChannel('aggregora');
  const profile = fabricProfile(network, channel);
  const ledger = await openFounded(profile, people);
  const firstCommitMs = performance.now() - from;
  for (const [command, by] of foundation(people)) await say(ledger, command, by.signer);
  const trust = { genesis: ledger.chain, channel: profile.channel, chaincode: profile.chaincode };
  const programs = network.seats.map(({ name, kind }): Meter => {
    const label = name === 'peer-org1' ? 'gateway peer' : kind === 'peer' ? 'other peers' : kind;
    return { name: label, cpuMs: () => cpuMsOf(network.pid(name) ?? 0) };
  });
  const reader = await network.enrol('org1', 'bench', { role: 'operator', use: 'ledger' });
  const connection = network.connect('org1', reader);
  return {
    ...{ name: 'fabric', ledger, people, firstCommitMs, newKey },
    meters: [ownCpu, ...programs],
    bytes: async () => {
      const qscc = connection.gateway.getNetwork(profile.channel).getContract('qscc');
      const { height } = await ledger.head();
      let bytes = 0;
      for (let at = 0; at <= height; at += 1)
        bytes += (await qscc.evaluateTransaction('GetBlockByNumber', profile.channel, String(at))).length;
      return bytes;
    },
    check: (proof) => verifyFabricProof(proof, { ...trust, minimum: 2, excluded: [] }),
    chainProof: (participant, seq) => ledger.proveChain(participant, seq),
    close: async () => {
      connection.close();
      await ledger.close();
      await network.down(true);
    },
  };
}
