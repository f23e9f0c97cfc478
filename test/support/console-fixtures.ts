// What the console's stand-in tells: a city with two districts that offer one element, a third whose budget is spent, and answers.

const hash = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const both = (en: string, zh: string) => ({ en, zh });

export const ids = { element: hash('a'), energy: hash('b'), trips: hash('c'), weather: hash('d') };
const DAY = 86_400_000;

const metadata = (title: object, description: object, theme: string, place: string, operations: string[]) => ({
  schema: 'aggregora/repository/1',
  title,
  description,
  theme,
  place: { name: place },
  time: { from: '2026-01-01', to: '2026-06-30' },
  size: '1e5-1e6',
  rhythm: 'P1D',
  operations,
  licence: 'ODbL-1.0',
  synthetic: true,
});

const district = (id: string, owner: string, en: string, zh: string) => ({
  id,
  owner,
  element: ids.element,
  state: 'announced',
  metadata: metadata(
    both(`Residents and energy, ${en}`, `居民与能源，${zh}`),
    both(
      `Households of Denver ${en} with dwelling, income band and metered electricity. A seeded synthetic population over the real zip codes.`,
      `丹佛${zh}的家庭：住房类型、收入区间与用电量。按真实邮编生成的合成人口。`,
    ),
    'energy',
    `Denver ${en}, Colorado`,
    ['units', 'count', 'sum', 'mean', 'histogram'],
  ),
});

export const repositories = [
  district('denver-north', 'utilities-north', 'north', '北区'),
  district('denver-south', 'utilities-south', 'south', '南区'),
  district('denver-west', 'utilities-west', 'west', '西区'),
  {
    ...district('denver-transit', 'transit', 'transit', '公交'),
    metadata: {
      ...metadata(
        both('Transit taps', '公交刷卡记录'),
        both('Taps of cards at gates, by hour.', '按小时统计的闸机刷卡记录。'),
        'transport',
        'Denver, Colorado',
        ['count', 'units'],
      ),
      synthetic: false,
    },
  },
];

export const participants = [
  { id: 'utilities-north', name: both('Northern Utilities', '北区公用事业') },
  { id: 'utilities-south', name: both('Southern Utilities', '南区公用事业') },
  { id: 'utilities-west', name: both('Western Utilities', '西区公用事业') },
  { id: 'transit', name: both('City Transit', '城市公交') },
  { id: 'city-planning', name: both('City Planning Office', '城市规划局') },
  { id: 'statistics', name: both('Statistics Office', '统计局') },
  { id: 'university', name: both('University', '大学') },
];

const dwellings = ['detached house', 'row house', 'apartment', 'high-rise', 'mobile home', 'shelter'];

const element = {
  schema: 'aggregora/element/1',
  name: 'household-energy',
  version: '1.0.0',
  title: both('Household energy', '家庭能源'),
  unit: { of: 'household', column: 'household' },
  columns: [
    { name: 'household', type: 'text-id', title: both('Household', '家庭'), sensitivity: 'personal' },
    {
      name: 'dwelling',
      type: 'category',
      title: both('Dwelling', '住房类型'),
      sensitivity: 'internal',
      domain: { values: dwellings },
    },
    {
      name: 'rooms',
      type: 'integer',
      title: both('Rooms', '房间数'),
      sensitivity: 'internal',
      domain: { low: 1, high: 20 },
    },
    { name: 'solar', type: 'boolean', title: both('Solar panels', '太阳能板'), sensitivity: 'internal' },
    {
      name: 'read_on',
      type: 'date',
      title: both('Meter read on', '抄表日期'),
      sensitivity: 'internal',
      domain: { from: '2026-01-01', to: '2026-06-30' },
    },
    {
      name: 'tariff',
      type: 'category',
      title: both('Tariff', '电价类型'),
      sensitivity: 'open',
      domain: { values: ['day', 'night', 'flat'] },
    },
    {
      name: 'electricity',
      type: 'decimal',
      title: both('Electricity use', '用电量'),
      sensitivity: 'sensitive',
      unit: 'kWh',
      domain: { low: 0, high: 2000, scale: 2 },
    },
  ],
};

export const elementRow = { id: ids.element, publisher: 'statistics', document: element };

const shared = {
  schema: 'aggregora/template/1',
  version: '1.0.0',
  element: ids.element,
  purposes: ['urban-planning', 'research'],
  bounds: { groupsPerUnit: 1 },
  privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 20 },
};

const documents = {
  [ids.energy]: {
    ...shared,
    name: 'energy-by-dwelling',
    title: both('Electricity use by dwelling', '按住房类型的用电量'),
    description: both(
      'Mean metered electricity of households, by kind of dwelling.',
      '按住房类型统计的家庭平均用电量。',
    ),
    parameters: {
      minRooms: { type: 'step', from: 1, to: 9, by: 1 },
      solar: { type: 'boolean', optional: true },
      tariff: { type: 'category', values: ['day', 'night', 'flat'], optional: true, many: true },
      from: { type: 'date', from: '2026-01-01', to: '2026-06-30' },
      to: { type: 'date', from: '2026-01-01', to: '2026-06-30' },
    },
    where: [
      { column: 'rooms', op: '>=', parameter: 'minRooms' },
      { column: 'solar', op: '=', parameter: 'solar' },
      { column: 'tariff', op: 'in', parameter: 'tariff' },
      { column: 'read_on', op: 'between', parameter: ['from', 'to'] },
    ],
    groupBy: [{ column: 'dwelling', keys: 'declared' }],
    measures: [
      { as: 'households', of: 'units' },
      { as: 'use', of: 'mean', column: 'electricity', low: 0, high: 2000, scale: 2 },
    ],
  },
  [ids.trips]: {
    ...shared,
    name: 'meters-by-month-and-tariff',
    title: both('Households read by month and tariff', '按月份与电价类型的抄表家庭'),
    parameters: {},
    where: [],
    groupBy: [
      { bucket: 'month', column: 'read_on' },
      { column: 'tariff', keys: 'declared' },
    ],
    measures: [{ as: 'households', of: 'units' }],
  },
};

const reviews = [
  {
    reviewer: 'statistics',
    verdict: 'APPROVE',
    comment: 'Bounds fit the meter’s range; the floor is sensible.',
    reviewedAt: '2026-10-02T09:30:00.000Z',
  },
  {
    reviewer: 'university',
    verdict: 'APPROVE',
    comment: 'The sensitivity of the mean is right.',
    reviewedAt: '2026-10-03T14:05:00.000Z',
  },
];

export const templateRows = Object.entries(documents).map(([id, document]) => ({
  id,
  element: ids.element,
  author: 'city-planning',
  state: 'approved',
  document,
}));

export const adopters = (template: string): readonly string[] =>
  template === ids.energy ? ['denver-north', 'denver-south', 'denver-west'] : ['denver-north', 'denver-south'];

/** The question in words; `rooms` shows that what was chosen is said. */
const wordsOf = (id: string, rooms: string) =>
  id === ids.energy
    ? both(
        `What is the number of households, the mean of Electricity use, for each Dwelling, counting only rows where Rooms is at least ${rooms}? Noise protects each of the households.`,
        `房间数不少于${rooms}的行中，每种住房类型的户数与用电量均值是多少？噪声保护每一户。`,
      )
    : both('What is the number of households, for each month and tariff?', '每个月份与电价类型的户数是多少？');

export function templateOf(id: string): object | undefined {
  const row = templateRows.find((one) => one.id === id);
  return (
    row && {
      ...row,
      words: wordsOf(id, '<minRooms>'),
      elementDocument: element,
      reviews,
      sql: { postgres: 'SELECT "dwelling", count(*) …', duckdb: 'SELECT "dwelling", count(*) …' },
    }
  );
}

const keysOf = (id: string): string[][] =>
  id === ids.energy
    ? dwellings.map((one) => [one])
    : ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'].flatMap((month) =>
        ['day', 'night', 'flat'].map((tariff) => [month, tariff]),
      );

/** Figures that look like figures; `seed` keeps two repositories apart. */
const count = (at: number, seed: number): number => (at === 5 ? 3 : 900 + ((at * 613 + seed * 271) % 1500));

export function previewOf(id: string, parameters: Record<string, unknown>) {
  const cells = keysOf(id).map((key, at) => ({
    key,
    values: id === ids.energy ? { households: 100 + at, use: `${String(900 + at * 20)}.50` } : { households: 30 + at },
  }));
  return {
    synthetic: true,
    words: wordsOf(id, typeof parameters['minRooms'] === 'number' ? String(parameters['minRooms']) : '…'),
    rho: '1/200',
    cells,
  };
}

const interval = (value: number, reach: number, digits: number) => {
  const text = (figure: number): number | string => (digits === 0 ? Math.round(figure) : figure.toFixed(digits));
  return { value: text(value), low: text(Math.max(0, value - reach)), high: text(value + reach) };
};

function cellsOf(id: string, seed: number, combined: boolean) {
  return keysOf(id).map((key, at) => {
    const households = interval(count(at, seed), combined ? 46 : 33, 0);
    if (id !== ids.energy) return { key, values: { households } };
    const hidden = combined ? null : { withheld: 'FLOOR' };
    return {
      key,
      values: { households, use: at === 5 ? hidden : interval(310 + at * 57 + seed * 20, combined ? 19 : 27, 2) },
    };
  });
}

export const combinedOf = (id: string) => ({ cells: cellsOf(id, 3, true), parts: 2, interval: '95 %' });

export const answerOf = (id: string, seed: number) => ({
  cells: cellsOf(id, seed, false),
  totals: [],
  label: {
    template: id,
    element: ids.element,
    dataVersion: '2026-06-30',
    mechanism: { name: 'gaussian', columns: [], measures: [] },
    rho: '1/200',
    loss: { epsilon: '0.6481', delta: '1/1000000000' },
    interval: '95 %',
    unit: 'household',
    groupsPerUnit: 1,
    minUnits: 20,
    withheld: { cells: id === ids.energy ? 1 : 0, why: [] },
    sentences: {
      en: [
        'Whoever sees every answer can be at most 66 % sure that a given household is in the table.',
        'Whoever sees every answer can be at most 66 % sure of a yes/no fact about a given household.',
      ],
      zh: [
        '看到全部答案的人，对某一家庭是否在表中的把握至多为 66 %。',
        '看到全部答案的人，对某一家庭的任一“是/否”事实的把握至多为 66 %。',
      ],
    },
    loosened: [],
    synthetic: true,
  },
});

export const permits = (now: number) =>
  [
    ['denver-north', ids.energy],
    ['denver-south', ids.energy],
    ['denver-west', ids.energy],
    ['denver-north', ids.trips],
  ].map(([repository, template], at) => ({
    id: `permit-${String(at + 1)}`,
    repository,
    template,
    state: 'granted',
    document: { purposes: ['urban-planning'], from: now - DAY, until: now + 30 * DAY, quota: 50, rho: '1/8' },
  }));

export const budgetOf = (repository: string) =>
  repository === 'denver-west'
    ? { rho: '0', permitRho: '0', questions: '47' }
    : { rho: '3/25', permitRho: '1/10', questions: '47' };

export const budgetSpent = {
  code: 'BUDGET_SPENT_SEARCHER',
  title: both(
    "This searcher's privacy budget at this repository does not cover the question.",
    '该检索方在此数据仓库的隐私预算不足以支付此问题。',
  ),
  do: both(
    'Ask a cheaper question, repeat one already answered (free), or ask the owner.',
    '请提出代价更低的问题，或重复已有答案的问题（免费），或联系数据所有者。',
  ),
};

export const checks = [
  'NOT_CANONICAL',
  'PART',
  'COMMON_HASH',
  'SEARCHER_SIGNATURE',
  'OWNER_SIGNATURE',
  'CERTIFICATE',
  'SEARCHER_INCLUSION',
  'OWNER_INCLUSION',
  'HEAD',
  'TEMPLATE',
  'PERMIT',
  'TIME',
].map((name) => ({ code: 0, name, holds: true }));
