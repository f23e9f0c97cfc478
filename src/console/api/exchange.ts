// The exchange's open routes, same origin: nobody needs a key to look.
import type { Curve, Product, ProductCheck } from './market';
import { ask } from './request';
import type { ElementRow, Page, Parameters, Participant, Preview, Repository, Template, TemplateRow } from './types';

export interface Search {
  readonly q?: string;
  readonly theme?: string;
  readonly place?: string;
  readonly operation?: string;
  readonly element?: string;
  readonly template?: string;
  readonly after?: string;
  readonly limit?: string;
}

const at = (path: string): string => `/v1/${path}`;
const name = encodeURIComponent;

async function get<T>(path: string, language: string, signal?: AbortSignal): Promise<T> {
  const response = await ask('EXCHANGE', at(path), { language, ...(signal === undefined ? {} : { signal }) });
  return (await response.json()) as T;
}

export interface Exchange {
  repositories(search: Search, signal?: AbortSignal): Promise<Page<Repository>>;
  repository(id: string): Promise<Repository>;
  element(id: string): Promise<ElementRow>;
  templates(element?: string): Promise<Page<TemplateRow>>;
  template(id: string): Promise<Template>;
  preview(id: string, parameters: Parameters, signal?: AbortSignal): Promise<Preview>;
  participants(): Promise<Page<Participant>>;
  /** Products that are for sale, those of one question where a template is named. */
  products(template?: string): Promise<Page<Product>>;
  product(id: string): Promise<Product>;
  /** Price against half the width of the interval; throws PLAN_OTHER_MODEL where precision has no price. */
  curve(id: string): Promise<Curve>;
  checks(id: string): Promise<{ readonly checks: readonly ProductCheck[] }>;
}

/** The routes in one language: refusals come back in it. */
export function exchangeIn(language: string): Exchange {
  return {
    repositories: (search, signal) => {
      const given = Object.entries(search).filter(
        (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
      );
      return get(`repositories?${new URLSearchParams(given).toString()}`, language, signal);
    },
    repository: (id) => get(`repositories/${name(id)}`, language),
    element: (id) => get(`elements/${name(id)}`, language),
    templates: (element) => get(element === undefined ? 'templates' : `templates?element=${name(element)}`, language),
    template: (id) => get(`templates/${name(id)}`, language),
    preview: async (id, parameters, signal) => {
      const body = { parameters };
      const asking = { language, method: 'POST' as const, body, ...(signal === undefined ? {} : { signal }) };
      return (await (await ask('EXCHANGE', at(`templates/${name(id)}/preview`), asking)).json()) as Preview;
    },
    participants: () => get('participants', language),
    products: (template) =>
      get(template === undefined ? 'market/products' : `market/products?template=${name(template)}`, language),
    product: (id) => get(`market/products/${name(id)}`, language),
    curve: (id) => get(`market/products/${name(id)}/curve`, language),
    checks: (id) => get(`market/products/${name(id)}/compliance`, language),
  };
}
