// The confidential story in the town of npm start: three owners' trips, three compute nodes, city-planning asks, the audit office checks.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run as aggregora } from '../../cli/run';
import { terminal as terminalIo } from '../../cli/io';
import { hex, sha256, utf8, type Json } from '../../domain/canonical';
import { signJws, thumbprint } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import { APPROVAL_TYP, approvalPayload } from '../../domain/ledger/approvals';
import type { Command } from '../../domain/ledger/commands';
import type { Ledger } from '../../domain/ledger/port';
import { templateId } from '../../domain/templates';
import { ConfidentialOffice } from '../../sdk/confidential/ask';
import { seedsUnder, transcriptIn, withSeeds } from '../../sdk/confidential/mandate';
import { nodeClient } from '../../sdk/confidential/node-client';
import { say } from '../../sdk/ledger';
import { Office } from '../../sdk/office';
import { issuerOf, ledgerSigner, tlsPair } from '../../wire';
import { offers, owners } from '../samples/offers';
import { city } from '../samples/places';
import { SEARCHER } from '../story';
import { OPERATOR, type Town } from '../town';
import type { ConfidentialContext, InnerSums, Level } from './confidential';

const REPOSITORIES = ['north-trips', 'south-trips', 'bureau-trips'];
const TEMPLATE = 'trips-by-mode';
const OVERLAP = 'residents-in-both';
const AUDITOR = 'audit-office';
const SECOND = 'north-district';
const MANDATE = 'mandate-confidential-noise';

export interface ConfidentialInTown {
  readonly context: ConfidentialContext;
  readonly close: () => Promise<void>;
}

/** After register, offer, publish, adopt and permit; the desk must be down, as one program holds the searcher's book. */
export async function confidentialInTown(
  town: Town,
  say: (line: string) => void,
  show: (body: Json) => void,
): Promise<ConfidentialInTown> {
  const keys = await town.keys(SEARCHER);
  const bookFile = town.home.at('books', `${SEARCHER}.jsonl`);
  const office = new Office({ exchangeUrl: town.exchangeUrl, keys, bookFile, ledger: await town.ledger(SEARCHER) });
  const confidential = new ConfidentialOffice(office);
  const own = offers(city(), town.home.at('samples')).find(({ id }) => id === REPOSITORIES[0]);
  const template = own?.templates.find(({ name }) => name === TEMPLATE);
  const both = own?.templates.find(({ name }) => name === OVERLAP);
  if (template === undefined || both === undefined)
    throw new Error(`${String(REPOSITORIES[0])} does not adopt ${TEMPLATE} and ${OVERLAP}.`);
  const asked = { template: templateId(template), repositories: REPOSITORIES, purpose: 'research' };
  const context: ConfidentialContext = {
    office: confidential,
    ...asked,
    // Nobody is younger than nought: the same rows, and another binding.
    parameters: { shares: { purpose: 'work' }, homomorphic: { purpose: 'work', minAge: 0 } },
    // The bureau's survey asked every sixth resident.
    overlap: { template: templateId(both), repositories: ['north-trips', 'bureau-trips'], parameters: { minAge: 70 } },
    clear: async (parameters) => (await office.ask({ ...asked, parameters })).combined,
    mandated: async (evidence) => {
      await appoint(town);
      const keys = await town.keys(AUDITOR);
      const ledger = await town.ledger(AUDITOR);
      const tls = await tlsPair(town.keyFile(AUDITOR), AUDITOR, Date.now());
      const reach = { issuer: issuerOf(town.exchangeUrl), now: () => Date.now() };
      const auditor = (node: string) =>
        nodeClient({ ledger, keys, tls }, node, { ...reach, server: town.addressOf(node) ?? '' });
      try {
        return withSeeds(evidence, await seedsUnder(MANDATE, transcriptIn(evidence), auditor));
      } finally {
        await ledger.close();
      }
    },
    verify: (evidence, level) => verified(town, evidence, level, say),
    inner: innerSums(town),
    say,
    show,
  };
  const close = async () => {
    await confidential.close();
    office.close();
  };
  return { context, close };
}

/** The operator and an owner put the auditor in office, once; until then no node hands out a seed. */
async function appoint(town: Town): Promise<void> {
  const ledger = await town.ledger(OPERATOR);
  try {
    if ((await ledger.read(ledgerKeys.appointment(MANDATE))) === undefined) await appointOn(town, ledger);
  } finally {
    await ledger.close();
  }
}

async function appointOn(town: Town, ledger: Ledger): Promise<void> {
  const from = Date.now() - 60_000;
  const bare = {
    type: 'AppointAuditor',
    appointment: MANDATE,
    auditor: AUDITOR,
    scope: hex(sha256(utf8('noise of the compute nodes in confidential questions'))),
    from,
    until: from + 30 * 86_400_000,
  } as const;
  const { receipt } = await town.keys(SECOND);
  const jws = signJws(APPROVAL_TYP, approvalPayload(bare, SECOND), receipt);
  const approval = { by: SECOND, certificate: thumbprint(receipt.certificate), jws };
  const command: Command = { ...bare, approvals: [approval] };
  await say(ledger, command, ledgerSigner(await town.keys(OPERATOR)));
}

/** `aggregora verify` itself, over a file, with what an auditor trusts in another; what it prints is part of the story. */
async function verified(town: Town, evidence: Uint8Array, level: Level, say: (line: string) => void): Promise<number> {
  const folder = town.home.at('evidence');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [file, trust] = [
    join(folder, `${transcriptIn(evidence).question.document.mode}-${level}.json`),
    join(folder, 'trust.json'),
  ];
  writeFileSync(file, evidence, { mode: 0o600 });
  const io = { ...terminalIo(), out: say, err: say, folder };
  if (!existsSync(trust)) await aggregora(['--exchange', town.exchangeUrl, 'verify', '--fetch-trust', trust], io);
  say(`aggregora verify ${file} --trust ${trust}`);
  return aggregora(['verify', file, '--trust', trust], io);
}

/** Only a checkout has tests beside its build; what is delivered without them cannot open anybody's source. */
function innerSums(town: Town): InnerSums | undefined {
  const file = join(__dirname, ...Array<string>(4).fill('..'), 'test', 'support', 'inner-sums.ts');
  if (!existsSync(file)) return undefined;
  const load = createRequire(__filename);
  load('@swc-node/register');
  const { innerSumsOf } = load(file) as { innerSumsOf: (databases: () => readonly string[]) => InnerSums };
  return innerSumsOf(() => owners.map((owner) => town.postgres.url(`data_end_${owner.replaceAll('-', '_')}`)));
}
