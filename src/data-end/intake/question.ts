// The name of a question: the same data, template, parameters and mechanism are one question, whoever asks.
import { contentId, type ContentId } from '../../domain/canonical';
import type { SumsPlan } from '../../domain/templates/plan';

/** contentId over data version, template, binding and mechanism; the key of stored answers. */
export function questionOf(repository: string, dataVersion: string, plan: SumsPlan): ContentId {
  const { template, binding, privacy } = plan;
  return contentId('aggregora/question/1', {
    repository,
    dataVersion,
    template,
    binding,
    mechanism: privacy.mechanism,
    rho: privacy.rho,
  });
}
