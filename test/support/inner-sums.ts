// The test build's view below the noise: exact sums from the sources, and certified sums less the nodes' noise. Only tests and stories load it.
import { Client as Postgres } from 'pg';
import { openSource, SourceConfig, type Source } from '../../src/adapters/sources';
import { fromB64u, readCanonical, type JsonObject } from '../../src/domain/canonical';
import { demandsOf, nodeNoise, overlap, plans, questionId, type Transcript } from '../../src/domain/confidential';
import { DataElement } from '../../src/domain/elements';
import { parseRational } from '../../src/domain/safe-answers';
import { bind, plan, readTemplate, sumsPlan } from '../../src/domain/templates';
import type { InnerSums } from '../../src/launch/stories/confidential';
import { EVIDENCE_LIMIT } from '../../src/sdk/confidential/evidence';

interface Hosted {
  readonly element: unknown;
  readonly source: Record<string, unknown>;
  readonly secret: Buffer;
  readonly document: unknown;
}

interface LevelC {
  readonly transcript: Transcript;
  readonly answer: { readonly cells: readonly string[] };
  readonly seeds: readonly { readonly node: string; readonly seed: string }[];
}

/** `databases`: of the data ends, entered as their administrator. */
export function innerSumsOf(databases: () => readonly string[]): InnerSums {
  return {
    clear: async (repositories, template, parameters) => {
      const total: bigint[] = [];
      for (const repository of repositories) {
        const cells = await exactCells(await hosted(databases(), repository, template), parameters);
        cells.forEach((cell, at) => (total[at] = (total[at] ?? 0n) + cell));
      }
      return total;
    },
    both: async (repositories, template, parameters) => {
      const names: ReadonlySet<string>[] = [];
      for (const repository of repositories)
        names.push(await units(await hosted(databases(), repository, template), parameters));
      const [a = new Set<string>(), b = new Set<string>()] = names;
      return BigInt([...a].filter((name) => b.has(name)).length);
    },
    confidential: (evidence) => {
      const { transcript, answer, seeds } = readCanonical(evidence, EVIDENCE_LIMIT) as unknown as LevelC;
      const { document } = transcript.question;
      if (document.mode === 'overlap') {
        const shift = overlap.shiftOf(parseRational(document.noiseScale));
        const noise = seeds.map(({ node, seed }) => BigInt(overlap.sharedOf(document, node, fromB64u(seed))) - shift);
        return [noise.reduce((left, one) => left - one, BigInt(answer.cells[0] ?? ''))];
      }
      const noises = seeds.map(
        ({ node, seed }) =>
          nodeNoise(questionId(document), node, document.noiseScale, document.cells, fromB64u(seed, 32)).cells,
      );
      return answer.cells.map((cell, at) => noises.reduce((left, noise) => left - (noise[at] ?? 0n), BigInt(cell)));
    },
  };
}

async function hosted(urls: readonly string[], repository: string, template: string): Promise<Hosted> {
  for (const url of urls) {
    const client = new Postgres({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<Hosted>(
        `SELECT r.element, r.source, r.secret, t.document FROM hosted_repositories r
         JOIN adopted_templates t ON t.repository = r.id WHERE r.id = $1 AND t.template = $2`,
        [repository, template],
      );
      if (rows[0] !== undefined) return rows[0];
    } finally {
      await client.end();
    }
  }
  throw new Error(`No data end hosts ${repository}.`);
}

/** As the data end computes them: same source, same plan, same choice of a unit's groups. */
async function exactCells({ element, source, secret, document }: Hosted, parameters: JsonObject): Promise<bigint[]> {
  const template = readTemplate(document as JsonObject);
  const read = DataElement.parse(element);
  const asked = plan(template, read, bind(template, read, parameters));
  return reading(source, async (opened) => {
    const rows = await opened.run(asked, { secret: new Uint8Array(secret), timeoutMs: 120_000 });
    return [...plans.encodeRows(demandsOf(asked).contribution, rows)];
  });
}

/** Names of the units that an overlap compares: all of them, where they are not more than its capacity. */
async function units(
  { element, source, secret, document }: Hosted,
  parameters: JsonObject,
): Promise<ReadonlySet<string>> {
  const template = readTemplate(document as JsonObject);
  const read = DataElement.parse(element);
  const asked = sumsPlan(template, read, bind(template, read, parameters));
  const options = { secret: new Uint8Array(secret), timeoutMs: 120_000 };
  const names = await reading(source, (opened) => opened.units(asked, options, demandsOf(asked).cells));
  return new Set(names.map(overlap.unitText));
}

async function reading<T>(source: Hosted['source'], work: (opened: Source) => Promise<T>): Promise<T> {
  // The data end holds the file of its loaded copy; we load our own.
  const { folder: _folder, ...config } = source;
  const opened = await openSource(SourceConfig.parse(config));
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
