// All cheats against confidential sums: `run({ mutations })` plays them and reports who was caught.
import { SealWorker } from '../../../src/compute-node/seal';
import { playCheat, type Played } from './cheat';
import { honestLattice, latticeCheats } from './lattice';
import { ceremony, playLattice } from './lattice-stage';
import { random } from './keys';
import { honestLarge, largeCheats } from './large';
import { playLarge } from './large-stage';
import { mutate, type MutationReport } from './mutations';
import { honestOverlap, overlapCheats } from './overlap';
import { playOverlap } from './overlap-stage';
import { exchangeCheats, honest, nodeCheats, repositoryCheats } from './shares';
import { makeKeys, play } from './stage';

export interface AttackOptions {
  /** Malformed ciphertexts to try; 10,000 for the full run. */
  readonly mutations?: number;
}

export interface AttackReport {
  readonly attack: 'confidential';
  readonly cheats: readonly Played[];
  readonly count: number;
  readonly detected: number;
  readonly named: number;
  /** Codes raised against honest runs; must be empty. */
  readonly falseAlarms: readonly string[];
  readonly mutations: MutationReport;
  readonly passed: boolean;
}

export async function run({ mutations = 10_000 }: AttackOptions = {}): Promise<AttackReport> {
  // Generous, so that a busy machine is not taken for a hang; a real hang still ends here.
  const worker = new SealWorker(300_000);
  try {
    const keys = await makeKeys();
    const stage = await play(keys);
    const largeStage = await playLarge(keys);
    const overlapStage = await playOverlap(keys);
    const made = await ceremony(worker, 'epoch-h');
    const latticeStage = await playLattice(worker, keys, made);
    const cheats: Played[] = [];
    for (const cheat of [
      ...nodeCheats(stage),
      ...exchangeCheats(stage),
      ...repositoryCheats(stage),
      ...largeCheats(largeStage),
      ...overlapCheats(overlapStage),
      ...latticeCheats(worker, latticeStage, made),
    ])
      cheats.push(await playCheat(cheat));
    const report = await mutate(worker, latticeStage.sum, mutations, random(32));
    const falseAlarms = [
      ...honest(stage),
      ...honestOverlap(overlapStage),
      ...honestLarge(largeStage),
      ...honestLattice(latticeStage, made),
    ].map(({ code }) => code);
    const detected = cheats.filter((one) => one.detected).length;
    const passed =
      detected === cheats.length &&
      falseAlarms.length === 0 &&
      report.workersLost === 0 &&
      report.accepted > 0 &&
      report.refused > report.accepted;
    return {
      attack: 'confidential',
      cheats,
      count: cheats.length,
      detected,
      named: cheats.filter(({ culprit, detected: ok }) => ok && culprit !== null).length,
      falseAlarms,
      mutations: report,
      passed,
    };
  } finally {
    await worker.close();
  }
}
