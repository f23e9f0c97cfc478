// From what a searcher asks to a signed question and signed requests; nothing is sent here.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { b64u, canonicalText, fromB64u } from '../../domain/canonical';
import {
  epochOf,
  EPOCH_STREAM,
  fitsMode,
  lattice,
  MOST_CELLS,
  partyOf,
  readQuestion,
  rounds,
  type Demands,
  type EnvelopeKeys,
  type Question,
} from '../../domain/confidential';
import { elementId } from '../../domain/elements';
import { ledgerKeys } from '../../domain/ledger';
import { makeRequest } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { bind, readTemplate, sumsPlan, templateId } from '../../domain/templates';
import type { SumsPlan } from '../../domain/templates/plan';
import type { SealWorker } from '../../compute-node/seal';
import type { Office } from '../office';
import type { ConfidentialAsking } from './asking';
import type { SealKeys } from './keys';

const WITHIN_MS = 60_000;

type Asked = Pick<ConfidentialAsking, 'template' | 'parameters'>;

/** The plan of what is asked. Refuses as `documentsOf`. */
export async function planOf(office: Office, { template, parameters }: Asked): Promise<SumsPlan> {
  const { document, element } = await documentsOf(office, template);
  return sumsPlan(document, element, bind(document, element, parameters));
}

/** The fit that is asked for; undefined where one question answers it. Refuses as `documentsOf`. */
export async function fitFor(office: Office, { template, parameters }: Asked): Promise<rounds.Fit | undefined> {
  const { document, element } = await documentsOf(office, template);
  return rounds.fitOf(document, element, parameters);
}

/** Template and element. Refuses PEER_UNREADABLE when the exchange shows another template than its id names. */
async function documentsOf(office: Office, template: string) {
  const entry = await office.catalogue.template(template);
  const document = readTemplate(entry.document);
  const element = entry.elementDocument;
  if (templateId(document) !== template || element === undefined || elementId(element) !== document.element)
    throw new Refusal('PEER_UNREADABLE', { template });
  return { document, element };
}

/** Refuses NODE_DOWN when fewer than three nodes answer, KEY_SHARE_MISMATCH. */
export async function questionOf(
  office: Office,
  asking: ConfidentialAsking,
  demands: Demands,
  hpke: EnvelopeKeys,
  lattices: { readonly seal: SealKeys; readonly worker: SealWorker } | undefined,
  now: number,
): Promise<Question> {
  const nodes = asking.nodes ?? (await chooseNodes(office));
  const cutOff = now + (asking.withinMs ?? WITHIN_MS);
  const epoch = epochOf(cutOff);
  if (!fitsMode(asking.mode, demands)) throw new Refusal('MODE_NOT_OFFERED', { mode: asking.mode });
  const overlap = asking.mode === 'overlap';
  if (overlap && new Set(asking.repositories).size !== 2)
    throw new Refusal('OVERLAP_NEEDS_TWO', { count: asking.repositories.length });
  const least = overlap ? 2 : Math.max(2, asking.minRepositories ?? 3);
  const { template, binding, plan: planName, cells, bound, noiseScale } = demands;
  const keys =
    lattices === undefined
      ? {}
      : {
          searcherSealKey: lattice.ciphertextHash(lattices.seal.publicKey),
          collectiveKey: lattice.ciphertextHash(await collective(office, lattices.worker, epoch, nodes)),
        };
  return readQuestion({
    schema: 'aggregora/confidential-question/1',
    computation: v7(),
    template,
    binding,
    plan: planName,
    epoch,
    mode: asking.mode === 'shares' && cells > MOST_CELLS.shares ? 'large-shares' : asking.mode,
    cells,
    bound,
    noiseScale,
    minRepositories: least,
    floor: 2,
    nodes: [...nodes],
    searcher: office.settings.keys.participant,
    searcherKey: b64u(hpke.publicKey),
    ...keys,
    cutOff,
  });
}

/** The first three answering nodes of three organisations, none of them our own. Refuses NODE_DOWN. */
async function chooseNodes(office: Office): Promise<readonly string[]> {
  const { items } = await office.exchange.json<{ items: readonly { participant: string }[] }>(
    '/v1/confidential/nodes',
    { open: true },
  );
  const self = await partyOf(office.ledger, office.settings.keys.participant);
  const [seen, chosen] = [new Set([self.organisation]), [] as string[]];
  for (const { participant } of items) {
    const party = await partyOf(office.ledger, participant);
    if (chosen.length === 3 || seen.has(party.organisation) || !party.roles.includes('compute-node')) continue;
    seen.add(party.organisation);
    chosen.push(participant);
  }
  if (chosen.length < 3) throw new Refusal('NODE_DOWN', { found: chosen.length, needed: 3 });
  return chosen;
}

async function collective(
  office: Office,
  worker: SealWorker,
  epoch: string,
  nodes: readonly string[],
): Promise<Uint8Array> {
  const path = `/v1/confidential/epochs/${epoch}?nodes=${nodes.join(',')}`;
  const { shares } = await office.exchange.json<{ shares: readonly string[] }>(path, { timeoutMs: 90_000 });
  const revealed = await Promise.all(
    nodes.map(async (node, at) => {
      const entry = await office.ledger.read(ledgerKeys.hash(EPOCH_STREAM, node, epoch));
      const found = entry?.value['hash'];
      const commitment = typeof found === 'string' ? found : '';
      return { node, commitment, share: fromB64u(shares[at] ?? '') };
    }),
  );
  return lattice.collectiveKey(epoch, revealed, await worker.run('parameters'));
}

/** One signed request a repository. Refuses PERMIT_MISSING. */
export async function requestsFor(office: Office, asking: ConfidentialAsking, question: string, now: number) {
  const { template, repositories, parameters, purpose } = asking;
  const { keys } = office.settings;
  const permits = await office.catalogue.permits({ template });
  const sealed = canonicalText({ schema: 'aggregora/confidential-request/1', question, parameters });
  const requests = [];
  for (const repository of repositories) {
    const fits = permits.find(
      ({ repository: at, state, document }) =>
        at === repository &&
        state === 'granted' &&
        document.purposes.some((one) => one === purpose) &&
        document.until > now,
    );
    if (fits === undefined) throw new Refusal('PERMIT_MISSING', { repository });
    const { owner } = await office.catalogue.repository(repository);
    const xid = v7();
    const fields = { xid, from: keys.participant, to: owner, repository, template, permit: fits.id, purpose };
    const salt = b64u(new Uint8Array(randomBytes(32)));
    const { bytes, statement } = makeRequest(
      { ...fields, mode: 'sealed', parameters: sealed, salt, issuedAt: now } as Parameters<typeof makeRequest>[0],
      keys.receipt,
    );
    requests.push({ xid, repository, bytes: b64u(bytes), statement });
  }
  return requests;
}
