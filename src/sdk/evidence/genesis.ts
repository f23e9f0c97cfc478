// A Fabric channel's first block stands once in a bundle: every proof needs it, and it is larger than all of them.
import { fromB64u, type JsonObject } from '../../domain/canonical';
import type { Bundle, BundleFacts } from '../../domain/receipts';

type Proofs = Pick<Bundle, 'searcher' | 'owner' | 'template' | 'permit'>;

const proofsOf = ({ searcher, owner, template, permit }: Proofs) =>
  [searcher.registration, searcher.anchor, owner.registration, owner.anchor, template, permit].filter(
    (proof) => proof !== null,
  );

/** The facts with every repetition of the first proof's block left out; another block stays where it is. */
export function genesisOnce(facts: BundleFacts): BundleFacts {
  const first = proofsOf(facts).find(({ document }) => 'genesis' in document)?.document['genesis'];
  if (first === undefined) return facts;
  const bare = <P extends { readonly document: JsonObject }>(proof: P): P => {
    const { genesis, ...document } = proof.document;
    return genesis === first ? { ...proof, document } : proof;
  };
  const { searcher, owner, template, permit } = facts;
  return {
    ...facts,
    searcher: { ...searcher, anchor: bare(searcher.anchor) },
    owner: { ...owner, registration: bare(owner.registration), anchor: bare(owner.anchor) },
    template: template && bare(template),
    permit: permit && bare(permit),
  };
}

/** The block the bundle shows, for proofs that leave it out; a verifier compares it with the hash it holds. */
export function genesisIn(bundle: Proofs): Uint8Array | undefined {
  const shown = proofsOf(bundle).map(({ document }) => document['genesis']);
  const first = shown.find((genesis) => typeof genesis === 'string');
  try {
    return first === undefined ? undefined : fromB64u(first);
  } catch {
    return undefined;
  }
}
