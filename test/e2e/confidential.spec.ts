// One question to three repositories whose parts nobody sees: answer, certificate, budgets, and canaries.
import { templateId } from '../../src/domain/templates';
import { openWorld, OWNERS, repositoryOf, template, type World } from './confidential.world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world.close());

const three = OWNERS.slice(0, 3).map(repositoryOf);
const asking = { template: templateId(template), repositories: three, parameters: {}, purpose: 'research' } as const;

test('mode shares: one safe answer with a certificate, over three nodes', async () => {
  const answer = await world.confidential.askConfidentially({ ...asking, mode: 'shares' });
  console.log(JSON.stringify(answer.body, null, 1).slice(0, 3000));
  expect(answer.checks).toEqual({ public: [], certificate: [] });
}, 120_000);
