// Decides whether a request may run, from documents and ledger alone; no data are touched here, so every "no" is free.
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ContentId } from '../../domain/canonical';
import { DataElement } from '../../domain/elements';
import { decide, type Decision, type Permit } from '../../domain/permits';
import type { Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { readPolicy, type Policy } from '../../domain/safe-answers';
import { bind, plan, Template, type Binding } from '../../domain/templates';
import type { Plan, SumsPlan } from '../../domain/templates/plan';
import { GrantedPermit } from '../permits/entities';
import { AdoptedTemplate, HostedRepository } from '../repositories/entities';
import { Witness } from '../witness';
import type { Caps } from './charges';
import { questionOf } from './question';

/** A request that may run, with everything the run needs. */
export interface Admitted<P extends SumsPlan = Plan> {
  readonly permit: Permit;
  readonly decision: Decision;
  readonly repository: HostedRepository;
  readonly plan: P;
  readonly policy: Policy;
  readonly caps: Caps;
  readonly question: ContentId;
}

/** `plan` in the clear, `sumsPlan` where only sums over repositories are let out. */
type Planner<P> = (template: Template, element: DataElement, binding: Binding) => P;

@Injectable()
export class Gate {
  constructor(
    private readonly database: DataSource,
    private readonly witness: Witness,
  ) {}

  /** Refuses REPOSITORY_NOT_HERE, TEMPLATE_*, PERMIT_*, PURPOSE_*, and every PARAMETER_* code of templates. */
  admit(request: Request, now: number): Promise<Admitted> {
    return this.admitAs(plan, request, now);
  }

  /** The same for a question of another kind, which `planner` plans. */
  async admitAs<P extends SumsPlan>(planner: Planner<P>, request: Request, now: number): Promise<Admitted<P>> {
    const { manager } = this.database;
    const repository = await manager.findOneBy(HostedRepository, { id: request.repository, state: 'announced' });
    if (repository === null) throw new Refusal('REPOSITORY_NOT_HERE', { repository: request.repository });
    const key = { repository: repository.id, template: request.template };
    const adopted = await manager.findOneBy(AdoptedTemplate, { ...key, state: 'adopted' });
    if (adopted === null) throw new Refusal('TEMPLATE_NOT_ADOPTED', key);
    const [granted, onLedger] = await Promise.all([
      manager.findOneBy(GrantedPermit, { id: request.permit }),
      this.witness.permit(request.permit),
      this.witness.templateMustBeOpen(request.template),
    ]);
    const use = { ...key, searcher: request.from, purpose: request.purpose, now };
    const decision = decide(granted?.document, onLedger, use);
    if (granted === null) throw new Refusal('PERMIT_MISSING', { permit: request.permit });
    const asked = planOf(planner, adopted, repository, request);
    const policy = readPolicy(repository.policy);
    return {
      permit: granted.document,
      decision,
      repository,
      plan: asked,
      policy,
      caps: { perSearcher: policy.limits.capPerSearcher, perRepository: policy.limits.capPerRepository },
      question: questionOf(repository.id, repository.dataVersion, asked),
    };
  }
}

function planOf<P>(planner: Planner<P>, adopted: AdoptedTemplate, repository: HostedRepository, request: Request): P {
  if (request.mode !== 'clear') throw new Refusal('MODE_NOT_OFFERED', { mode: request.mode });
  const template = Template.parse(adopted.document);
  const element = DataElement.parse(repository.element);
  return planner(template, element, bind(template, element, request.parameters));
}
