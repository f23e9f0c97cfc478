// Every cheat is detected, named where the protocol can, honest runs raise nothing, and no malformed ciphertext breaks anything.
import { run, type AttackReport } from '.';

let report: AttackReport;
beforeAll(async () => {
  report = await run({ mutations: 300 });
}, 120_000);

test('at least 50 cheats, each with its code and its culprit', () => {
  expect(report.count).toBeGreaterThanOrEqual(50);
  expect(report.cheats.filter(({ detected }) => !detected)).toEqual([]);
});

test('honest runs of every mode pass every level', () => {
  expect(report.falseAlarms).toEqual([]);
});

test('malformed ciphertexts are refused and no worker is lost', () => {
  expect(report.mutations.workersLost).toBe(0);
  expect(report.mutations.refused).toBeGreaterThan(200);
  expect(report.mutations.accepted).toBeGreaterThan(20);
  expect(report.passed).toBe(true);
});
