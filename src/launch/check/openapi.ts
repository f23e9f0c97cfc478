// The committed API document must be the one that the code makes today.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { runNode, type StepResult } from './step';

const COMMITTED = 'src/exchange/openapi.json';
const WRITER = 'src/exchange/openapi.ts';

/** Runs `src/exchange/openapi.ts <file>`, which writes the document, and compares. Passes with a remark while neither exists. */
export async function checkOpenApi(): Promise<StepResult> {
  if (!existsSync(COMMITTED) || !existsSync(WRITER))
    return { ok: true, text: `not compared: ${COMMITTED} or ${WRITER} is missing` };
  const fresh = join(tmpdir(), `openapi.${String(process.pid)}.json`);
  try {
    const made = await runNode(['-r', '@swc-node/register', WRITER, fresh]);
    if (!made.ok) return made;
    const same = readFileSync(fresh, 'utf8').trim() === readFileSync(COMMITTED, 'utf8').trim();
    const remedy = `The API changed. Look at the difference and run: node -r @swc-node/register ${WRITER} ${COMMITTED}`;
    return same ? { ok: true, text: '' } : { ok: false, text: remedy };
  } finally {
    rmSync(fresh, { force: true });
  }
}
