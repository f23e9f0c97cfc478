// The completion that three chains amount to; nodes and searcher each build it, and nobody takes it from anybody.
import { partsName } from './aggregate';
import { setRoot, type SignedContribution } from './contribution';
import { fingerprintsId, type SignedFingerprint } from './large';
import { withoutExcluded } from './nodes';
import type { Question } from './question';
import { stepId, stepOf, type Chain, type Completion } from './steps';

/** Chains in any order; their order in the document is the question's. */
export function completionOf(
  question: Question,
  contributions: readonly SignedContribution[],
  chains: readonly Chain[],
  fingerprints?: readonly SignedFingerprint[],
): Completion {
  const ordered = question.nodes.flatMap((node) => chains.filter((chain) => chain.node === node));
  const excluded = ordered.flatMap((chain) => stepOf(chain, 'verified')?.body.excluded ?? []);
  const set = withoutExcluded(contributions, excluded);
  const three = (of: (chain: Chain) => string | undefined): [string, string, string] => {
    const [a = '', b = '', c = ''] = ordered.map((chain) => of(chain) ?? '');
    return [a, b, c];
  };
  return {
    schema: 'aggregora/completion/1',
    question: ordered[0]?.question ?? '',
    setRoot: setRoot(set),
    repositories: set.length,
    parts: partsName(question, set),
    noises: three((chain) => stepOf(chain, 'noised')?.body.commitment),
    outputs: three((chain) => stepOf(chain, 'sealed')?.body.output),
    chains: three((chain) => {
      const last = chain.steps.at(-1);
      return last && stepId(last.document);
    }),
    ...(fingerprints === undefined ? {} : { fingerprints: fingerprintsId(fingerprints) }),
    status: 'complete',
    blamed: [],
  };
}
