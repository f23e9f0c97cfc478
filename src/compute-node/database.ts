// A compute node's tables: entities and migrations in one list each.
import { ComputeNode1000000000010 } from '../../migrations/compute-node/1000000000010-ComputeNode';
import { Overlap1000000000020 } from '../../migrations/compute-node/1000000000020-Overlap';
import { Fingerprints1000000000040 } from '../../migrations/compute-node/1000000000040-Fingerprints';
import { OutboxItem } from '../adapters/ledger/outbox/entity';
import { Computation, EpochRow, ProofSeen, SealedPart } from './computations/entities';

export const computeNodeEntities = [OutboxItem, Computation, SealedPart, EpochRow, ProofSeen];
export const computeNodeMigrations = [ComputeNode1000000000010, Overlap1000000000020, Fingerprints1000000000040];
