// The certificate at the end of an order: one document that names the ledger evidence of all six steps.
import { contentId, type ContentId } from '../../canonical';
import { Refusal } from '../../refusals';
import { orderSteps, type OrderStep } from './life';

export interface StepEvidence {
  readonly step: OrderStep;
  /** Ledger key of the entry, and where it stands. */
  readonly key: string;
  readonly height: number;
}

export interface Certificate {
  readonly id: ContentId;
  readonly order: string;
  readonly agreement: string;
  readonly steps: readonly StepEvidence[];
}

/** The certificate over the first five steps, in order. Refuses STEP_MISSING or STEP_ORDER (evidence older than its predecessor). */
export function certificate(order: string, agreement: string, evidence: readonly StepEvidence[]): Certificate {
  const steps = orderSteps.slice(0, -1).map(({ step }) => {
    const found = evidence.find((each) => each.step === step);
    if (found === undefined) throw new Refusal('STEP_MISSING', { order, step });
    return { step: found.step, key: found.key, height: found.height };
  });
  for (const [index, step] of steps.entries()) {
    if (step.height < (steps[index - 1]?.height ?? 0)) throw new Refusal('STEP_ORDER', { order, step: step.step });
  }
  return { id: contentId('aggregora/certificate/1', { order, agreement, steps }), order, agreement, steps };
}
