// Decisions of a node between the pure stages: whose verdicts count, what is excluded, what the completion says.
import { contentId, type Json } from '../../domain/canonical';
import {
  checkChain,
  signatureHolds,
  stepId,
  stepOf,
  VERDICT_TAG,
  verifyPublic,
  type Chain,
  type Completion,
  type Excluded,
  type Question,
  type SignedVerdict,
  type Transcript,
  type Verify,
} from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';

/**
 * What the three nodes exclude together, in one order for all. Refuses TRANSCRIPT_WRONG naming the node whose verdict is not
 * its own, is about another set, or differs from what this node said.
 */
export function excludedBy(
  verdicts: readonly SignedVerdict[],
  own: SignedVerdict,
  nodes: readonly string[],
  verify: Verify,
): Excluded {
  verdicts.forEach((verdict, at) => {
    const { document, by } = verdict;
    const node = nodes[at] ?? '';
    const mine = node !== own.by || nameOf(verdict) === nameOf(own);
    const about = document.question === own.document.question && document.setRoot === own.document.setRoot;
    if (by !== node || document.node !== node || !about || !mine || !signatureHolds(VERDICT_TAG, verdict, verify))
      throw new Refusal('TRANSCRIPT_WRONG', { code: 'VERDICT_WRONG', party: node });
  });
  const codes = new Map<string, string>();
  for (const { repository, code } of verdicts.flatMap(({ document }) => document.excluded))
    if (!codes.has(repository)) codes.set(repository, code);
  return [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([repository, code]) => ({ repository, code }));
}

const nameOf = ({ document }: SignedVerdict): string => contentId(VERDICT_TAG, document as unknown as Json);

/** What the node cannot know yet: the signatures it is about to give, and ciphertexts it has added for itself before. */
const NOT_YET = new Set(['COMPLETION_UNSIGNED', 'CIPHERTEXTS_NOT_GIVEN']);

/** Level A over the others' chains before this node puts its name under them. Refuses TRANSCRIPT_WRONG with fault and party. */
export function mustHold(
  transcript: Omit<Transcript, 'completion'>,
  document: Completion,
  given: { readonly verify: Verify; readonly registered: string },
): void {
  const failures = verifyPublic({ ...transcript, completion: { document, signatures: [] } }, given);
  const failure = failures.find(({ code }) => !NOT_YET.has(code));
  if (failure !== undefined)
    throw new Refusal('TRANSCRIPT_WRONG', {
      code: failure.code,
      ...(failure.party === undefined ? {} : { party: failure.party }),
    });
}

/** Large form, before a challenge is answered: three whole chains up to the seal, over one set. Refuses TRANSCRIPT_WRONG. */
export function mustBeSealed(question: Question, chains: readonly Chain[], own: Chain, verify: Verify): void {
  const root = stepOf(own, 'verified')?.body.setRoot;
  question.nodes.forEach((node, at) => {
    const chain = chains[at];
    const broken = chain?.node !== node || chain.question !== own.question || checkChain(chain, verify).length > 0;
    if (broken || stepOf(chain, 'sealed') === undefined || stepOf(chain, 'verified')?.body.setRoot !== root)
      throw new Refusal('TRANSCRIPT_WRONG', { code: broken ? 'CHAIN_DIFFERS' : 'SET_DIFFERS', party: node });
  });
}

/** This node's own chain among the three must be the stored one, to the last step. */
export function mustBeOwn(chains: readonly Chain[], own: Chain): void {
  const given = chains.find(({ node }) => node === own.node);
  const last = (chain: Chain | undefined) => chain?.steps.map(({ document }) => stepId(document)).join();
  if (last(given) !== last(own)) throw new Refusal('TRANSCRIPT_WRONG', { code: 'CHAIN_DIFFERS', party: own.node });
}

/** What says nothing about the question: who asked asks again, and until then nothing has happened here. */
export const passing: ReadonlySet<string> = new Set([
  'PEER_DOWN',
  'PEER_UNREADABLE',
  'LEDGER_DOWN',
  'NODE_DOWN',
  'TOO_SLOW',
  'TOKEN_REFUSED',
  'SEAL_WORKER_LOST',
]);
