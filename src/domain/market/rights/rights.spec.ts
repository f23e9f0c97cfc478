// Who may sell what: shares, terms, chains of parents, signatures, versions.
import { license, needRightToSell, register, transfer } from '.';

const holding = register([], {
  right: 'h',
  repository: 'r',
  kind: 'holding',
  holder: 'city',
  shareBp: 10_000,
  from: 0,
  until: 1000,
});
const licence = (more: object = {}) =>
  license(holding, {
    right: 'l',
    licensor: 'city',
    holder: 'bureau',
    shareBp: 5000,
    from: 0,
    until: 500,
    signedBy: ['city', 'bureau'],
    ...more,
  });

test('a holder and its licensee may sell inside their terms; nobody else, and not beyond', () => {
  const rights = [holding, licence()];
  const sale = { seller: 'bureau', repository: 'r', from: 100, until: 500 };
  expect(needRightToSell(rights, sale).right).toBe('l');
  expect(needRightToSell(rights, { ...sale, seller: 'city', until: 1000 }).right).toBe('h');
  for (const wrong of [{ until: 501 }, { seller: 'thief' }, { repository: 'x' }]) {
    expect(() => needRightToSell(rights, { ...sale, ...wrong })).toThrow('SALE_WITHOUT_RIGHT');
  }
  expect(() => needRightToSell([licence()], sale)).toThrow('SALE_WITHOUT_RIGHT'); // the parent is gone
});

test.each([
  ['RIGHT_TERM', { until: 1001 }],
  ['RIGHT_NOT_YOURS', { licensor: 'thief' }],
  ['LICENCE_UNSIGNED', { signedBy: ['city'] }],
  ['RIGHT_SHARES', { shareBp: 10_001 }],
])('a licence is refused: %s', (code, more) => {
  expect(() => licence(more)).toThrow(code);
});

test('shares of one right pass the whole only by mistake, and an old signature moves nothing', () => {
  expect(() => register([holding], { ...holding, right: 'h2', shareBp: 1 })).toThrow('RIGHT_SHARES');
  const moved = transfer(holding, { from: 'city', to: 'grid', version: 1, signedBy: ['city', 'grid'] });
  expect(moved).toMatchObject({ holder: 'grid', version: 2 });
  expect(() => transfer(moved, { from: 'grid', to: 'city', version: 1, signedBy: ['city', 'grid'] })).toThrow(
    'RIGHT_VERSION',
  );
});
