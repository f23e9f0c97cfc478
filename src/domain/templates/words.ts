// A template as one sentence in two languages, so that people approve and ask questions, not documents.
import type { Json } from '../canonical';
import { columnOf, type DataElement, type Title } from '../elements';
import { bind } from './bind';
import { namesOf } from './conditions';
import type { Condition, Group, Measure, Template } from './document';

type Values = Readonly<Record<string, Json>>;
type Language = keyof Title;

interface Wording {
  readonly unit: Readonly<Record<DataElement['unit']['of'], string>>;
  readonly op: Readonly<Record<Condition['op'], string>>;
  readonly bucket: Readonly<Record<'hour' | 'day' | 'week' | 'month', string>>;
  readonly yes: string;
  readonly no: string;
  readonly join: string;
  readonly group: (title: string) => string;
  readonly band: (title: string) => string;
  readonly grid: (lat: string, lon: string, cell: string) => string;
  readonly per: (groups: string) => string;
  readonly where: (conditions: string) => string;
  readonly condition: (title: string, op: string, value: string) => string;
  readonly range: (from: string, to: string) => string;
  readonly measure: (measure: Measure, title: string, unit: string) => string;
  readonly whole: (measures: string, per: string, where: string, unit: string, template: Template) => string;
}

const en: Wording = {
  unit: {
    person: 'people',
    household: 'households',
    device: 'devices',
    vehicle: 'vehicles',
    organisation: 'organisations',
    account: 'accounts',
    event: 'events',
  },
  op: {
    '=': 'is',
    in: 'is one of',
    '<': 'is below',
    '<=': 'is at most',
    '>': 'is above',
    '>=': 'is at least',
    between: 'is between',
  },
  bucket: { hour: 'hour', day: 'day', week: 'week', month: 'month' },
  yes: 'true',
  no: 'false',
  join: ', ',
  group: (title) => title,
  band: (title) => `band of ${title}`,
  grid: (lat, lon, cell) => `map cell of ${cell}° (${lat}, ${lon})`,
  per: (groups) => `, for each ${groups}`,
  where: (conditions) => `, counting only rows where ${conditions}`,
  condition: (title, op, value) => `${title} ${op} ${value}`,
  range: (from, to) => `${from} and ${to}`,
  measure: (measure, title, unit) => {
    switch (measure.of) {
      case 'units':
        return `the number of ${unit}`;
      case 'count':
        return 'the number of rows';
      case 'sum':
      case 'mean':
      case 'variance':
        return `the ${measure.of} of ${title} (values held between ${String(measure.low)} and ${String(measure.high)})`;
      case 'quantile':
        return `the ${measure.quantile} quantile of ${title}`;
      case 'correlation':
        return `the correlation of ${title}`;
      case 'regression':
        return `the linear regression of ${title}`;
      case 'logistic':
        return `the logistic regression of ${title}, in at most ${String(measure.rounds)} rounds that each cost this`;
      case 'histogram':
        return `how many ${unit} fall into each band of ${title}`;
      case 'overlap':
        return `how many ${unit} are in both of two repositories (at most ${String(measure.capacity)} of each are compared)`;
      case 'top-k':
        return `the ${String(measure.k)} most frequent values of ${title}`;
    }
  },
  whole: (measures, per, where, unit, { bounds, privacy }) =>
    `What is ${measures}${per}${where}? Noise protects each of the ${unit}: one counts in at most ${String(bounds.groupsPerUnit)} group(s), ` +
    `groups below ${String(privacy.minUnits)} are withheld, and an answer costs rho ${privacy.rho}.`,
};

const zh: Wording = {
  unit: {
    person: '人',
    household: '住户',
    device: '设备',
    vehicle: '车辆',
    organisation: '机构',
    account: '账户',
    event: '事件',
  },
  op: { '=': '为', in: '为以下之一：', '<': '小于', '<=': '不超过', '>': '大于', '>=': '不小于', between: '介于' },
  bucket: { hour: '小时', day: '天', week: '周', month: '月' },
  yes: '是',
  no: '否',
  join: '、',
  group: (title) => title,
  band: (title) => `${title}区间`,
  grid: (lat, lon, cell) => `${cell}°地图网格（${lat}、${lon}）`,
  per: (groups) => `，按${groups}分组`,
  where: (conditions) => `，仅统计满足以下条件的记录：${conditions}`,
  condition: (title, op, value) => `${title}${op}${value}`,
  range: (from, to) => `${from}与${to}之间`,
  measure: (measure, title, unit) => {
    switch (measure.of) {
      case 'units':
        return `${unit}的数量`;
      case 'count':
        return '记录数';
      case 'sum':
      case 'mean':
      case 'variance':
        return `${title}的${{ sum: '总和', mean: '平均值', variance: '方差' }[measure.of]}（取值限制在${String(measure.low)}至${String(measure.high)}）`;
      case 'quantile':
        return `${title}的${measure.quantile}分位数`;
      case 'correlation':
        return `${title}的相关系数`;
      case 'regression':
        return `${title}的线性回归`;
      case 'logistic':
        return `${title}的逻辑回归（至多${String(measure.rounds)}轮，每轮各计一次代价）`;
      case 'histogram':
        return `${title}各区间内${unit}的数量`;
      case 'overlap':
        return `两个数据仓库共有的${unit}数量（各自最多比对 ${String(measure.capacity)} 个）`;
      case 'top-k':
        return `${title}最常见的${String(measure.k)}个值`;
    }
  },
  whole: (measures, per, where, unit, { bounds, privacy }) =>
    `查询${measures}${per}${where}。结果加入噪声以保护每个${unit}：每个${unit}最多计入${String(bounds.groupsPerUnit)}个分组，` +
    `少于${String(privacy.minUnits)}的分组不予公布，每次回答消耗 rho ${privacy.rho}。`,
};

/**
 * The question in words. With `parameters` they are bound first and an absent optional one drops its condition; without,
 * every parameter shows as `‹name›`. Refuses as `bind` when parameters are given.
 */
export function describe(template: Template, element: DataElement, parameters?: unknown): Title {
  const values = parameters === undefined ? undefined : bind(template, element, parameters).parameters;
  return { en: sentence(en, 'en', template, element, values), zh: sentence(zh, 'zh', template, element, values) };
}

function sentence(
  words: Wording,
  language: Language,
  template: Template,
  element: DataElement,
  values: Values | undefined,
): string {
  const unit = words.unit[element.unit.of];
  const title = (name: string): string => columnOf(element, name)?.title[language] ?? name;
  const list = (parts: readonly string[], wrap: (all: string) => string): string =>
    parts.length === 0 ? '' : wrap(parts.join(words.join));
  const measures = template.measures.map((m) => words.measure(m, columnsOf(m).map(title).join(words.join), unit));
  const groups = template.groupBy.map((group) => groupWords(words, title, group));
  const conditions = template.where.flatMap((condition) => conditionWords(words, title, condition, values));
  return words.whole(measures.join(words.join), list(groups, words.per), list(conditions, words.where), unit, template);
}

function columnsOf(measure: Measure): readonly string[] {
  if (measure.of === 'correlation') return measure.between.map(({ column }) => column);
  if (measure.of === 'regression') return [measure.target, ...measure.on].map(({ column }) => column);
  if (measure.of === 'logistic') {
    const { target, on } = measure;
    return [typeof target === 'string' ? target : target.column, ...on.map(({ column }) => column)];
  }
  return 'column' in measure ? [measure.column] : [];
}

function groupWords(words: Wording, title: (name: string) => string, group: Group): string {
  if ('keys' in group) return words.group(title(group.column));
  if ('bucket' in group) return `${words.bucket[group.bucket]} (${title(group.column)})`;
  if ('band' in group) return words.band(title(group.column));
  return words.grid(title(group.lat), title(group.lon), String(group.grid));
}

function conditionWords(
  words: Wording,
  title: (name: string) => string,
  condition: Condition,
  values: Values | undefined,
): string[] {
  const spelled = (value: Json): string => {
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    return Array.isArray(value) ? value.map(String).join(words.join) : `${value as string | number}`;
  };
  const say = (op: Condition['op'], value: string): string[] => [
    words.condition(title(condition.column), words.op[op], value),
  ];
  if ('constant' in condition && condition.op !== 'between') return say(condition.op, spelled(condition.constant));
  const ends: readonly (string | undefined)[] =
    'constant' in condition
      ? condition.constant.map(spelled)
      : namesOf(condition).map((name) => {
          if (values === undefined) return `‹${name}›`;
          const value = values[name];
          return value === undefined ? undefined : spelled(value);
        });
  const [from, to] = ends;
  if (condition.op !== 'between') return from === undefined ? [] : say(condition.op, from);
  if (from !== undefined && to !== undefined) return say('between', words.range(from, to));
  if (from !== undefined) return say('>=', from);
  return to === undefined ? [] : say('<=', to);
}
