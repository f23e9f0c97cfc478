// Every code the market throws has its row, and every row is thrown somewhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marketRefusals } from './refusals';

test('the table holds exactly the codes in use', () => {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !['refusals.ts', 'desk-refusals.ts'].includes(file),
  );
  const states = new Set(['PAST_DUE', 'FAILED_RESERVE', 'WRITTEN_OFF', 'CAP_REACHED', 'NOT_BEFORE']);
  const used = new Set(
    files.flatMap((file) =>
      [...readFileSync(join(__dirname, file), 'utf8').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(
        (found) => found[1] ?? '',
      ),
    ),
  );
  expect([...used].filter((code) => !states.has(code)).sort()).toEqual(Object.keys(marketRefusals).sort());
});
