// What a searcher reads at the exchange: repositories, templates, permits. Shapes as the routes give them.
import type { Json } from '../domain/canonical';
import type { DataElement, Metadata } from '../domain/elements';
import type { Permit } from '../domain/permits';
import type { Template } from '../domain/templates';
import type { Client } from '../wire';

export interface RepositoryPage {
  readonly items: readonly RepositoryEntry[];
  readonly next: string | null;
}

export interface RepositoryEntry {
  readonly id: string;
  readonly owner: string;
  readonly element: string;
  readonly metadata: Metadata;
  readonly state: string;
  readonly adoptions?: readonly { readonly template: string; readonly policy: Json }[];
}

export interface TemplateEntry {
  readonly id: string;
  readonly document: Template;
  readonly element: string;
  readonly author: string;
  readonly state: string;
  readonly words?: { readonly en: string; readonly zh: string };
  readonly elementDocument?: DataElement;
  readonly reviews?: readonly { readonly reviewer: string; readonly verdict: string; readonly comment: string }[];
}

export interface PermitEntry {
  readonly id: string;
  readonly repository: string;
  readonly template: string;
  readonly searcher: string;
  readonly state: 'granted' | 'revoked';
  readonly document: Permit;
}

export class Catalogue {
  constructor(private readonly exchange: Client) {}

  search(filters: Readonly<Record<string, string>>): Promise<RepositoryPage> {
    return this.exchange.json(`/v1/repositories?${new URLSearchParams(filters).toString()}`, { open: true });
  }

  repository(id: string): Promise<RepositoryEntry> {
    return this.exchange.json(`/v1/repositories/${encodeURIComponent(id)}`, { open: true });
  }

  async templates(filters: Readonly<Record<string, string>> = {}): Promise<readonly TemplateEntry[]> {
    const query = new URLSearchParams(filters).toString();
    return (await this.exchange.json<{ items: TemplateEntry[] }>(`/v1/templates?${query}`, { open: true })).items;
  }

  template(id: string): Promise<TemplateEntry> {
    return this.exchange.json(`/v1/templates/${encodeURIComponent(id)}`, { open: true });
  }

  preview(template: string, parameters: Json): Promise<Json> {
    return this.exchange.json(`/v1/templates/${encodeURIComponent(template)}/preview`, {
      json: { parameters },
      open: true,
    });
  }

  /** The caller's own permits. */
  async permits(filters: Readonly<Record<string, string>> = {}): Promise<readonly PermitEntry[]> {
    const query = new URLSearchParams(filters).toString();
    return (await this.exchange.json<{ items: PermitEntry[] }>(`/v1/permits?${query}`)).items;
  }

  requestPermit(wish: {
    repository: string;
    template: string;
    purpose: string;
  }): Promise<{ id: string; state: string }> {
    return this.exchange.json('/v1/permit-requests', { json: wish });
  }

  async permitRequests(): Promise<readonly Record<string, unknown>[]> {
    return (await this.exchange.json<{ items: Record<string, unknown>[] }>('/v1/permit-requests')).items;
  }

  /** What is left to the caller under a permit, as the data end says. */
  budget(permit: string): Promise<{ rho: string; permitRho: string; questions: string }> {
    return this.exchange.json(`/v1/budgets/${encodeURIComponent(permit)}`);
  }
}
