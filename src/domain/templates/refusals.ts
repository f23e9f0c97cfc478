// Every "no" that a template, a binding or a review can meet, with the place in `at`.
import type { RefusalRow, RefusalRows } from '../refusals';

const author = (en: string, zh: string): RefusalRow => ({
  http: 422,
  en,
  zh,
  doEn: 'Change the template at "at" as "rule" says.',
  doZh: '请按 "rule" 的说明修改模板中 "at" 所指之处。',
});
const asker = (en: string, zh: string): RefusalRow => ({
  http: 422,
  en,
  zh,
  doEn: 'Choose a value that the template declares for the parameter named by "at".',
  doZh: '请为 "at" 所指的参数选择模板声明过的值。',
});

export const templateRefusals = {
  TEMPLATE_INVALID: author('The template document is not valid.', '模板文档无效。'),
  TEMPLATE_ELEMENT_OTHER: author('The template reads another data element.', '模板读取的是另一个数据元。'),
  TEMPLATE_COLUMN_UNKNOWN: author('The element has no such column.', '数据元中没有该列。'),
  TEMPLATE_UNIT_NOT_COMPARABLE: author(
    'Columns that identify people can be neither compared nor grouped by.',
    '标识个体的列既不能比较，也不能用于分组。',
  ),
  TEMPLATE_TYPE_UNFIT: author('The column has a type that does not fit here.', '该列的类型不适用于此处。'),
  TEMPLATE_VALUE_UNFIT: author('A constant lies outside the domain of its column.', '常量超出该列的值域。'),
  TEMPLATE_BOUNDS_UNFIT: author('The bounds do not lie within the bounds of the column.', '上下界超出该列声明的范围。'),
  TEMPLATE_PARAMETER_UNKNOWN: author('A condition uses a parameter that is not declared.', '条件使用了未声明的参数。'),
  TEMPLATE_PARAMETER_UNUSED: author('A parameter is declared and never used.', '声明的参数从未使用。'),
  TEMPLATE_PARAMETER_UNFIT: author(
    'The parameter does not fit the column it is compared with.',
    '参数与所比较的列不匹配。',
  ),
  TEMPLATE_MEASURE_CONFLICT: author('These measures cannot stand together.', '这些度量不能同时使用。'),
  TEMPLATE_TOO_MANY_GROUPS: author('The question has too many groups.', '问题的分组过多。'),
  TEMPLATE_KEYS_MUST_BE_DECLARED: author(
    'A template with more than 10,000 bindings needs declared keys.',
    '超过一万种参数组合的模板必须声明分组键。',
  ),
  TEMPLATE_OVERFLOW_POSSIBLE: author('The declared bounds do not rule out an overflow.', '声明的上下界不能排除溢出。'),
  MEASURE_NOT_OFFERED: {
    http: 422,
    en: 'This measure or kind of key is not offered yet.',
    zh: '尚不提供该度量或分组键方式。',
    doEn: 'Use count, units, sum, mean, variance or histogram with declared keys; the others are asked of several repositories together.',
    doZh: '请使用计数、个体数、总和、均值、方差或直方图，并声明分组键；其他度量须向多个数据仓库联合提问。',
  },
  PARAMETERS_INVALID: asker('Parameters must be one object of names and values.', '参数必须是由名称和值组成的对象。'),
  PARAMETER_UNKNOWN: asker('The template has no parameter of this name.', '模板没有该名称的参数。'),
  PARAMETER_MISSING: asker('A parameter that the template needs is missing.', '缺少模板所需的参数。'),
  PARAMETER_TYPE: asker('The value has the wrong type for its parameter.', '参数值的类型不正确。'),
  PARAMETER_OUT_OF_DOMAIN: asker(
    'The value lies outside the declared domain of its parameter.',
    '参数值超出声明的取值范围。',
  ),
  PARAMETER_RANGE_EMPTY: asker('The range ends before it starts.', '范围的终点早于起点。'),
  TEMPLATE_MOVE_FORBIDDEN: {
    http: 409,
    en: 'The template cannot take this step from where it stands.',
    zh: '模板当前状态不允许此操作。',
    doEn: 'Look at the state of the template and at the steps that lead on from there.',
    doZh: '请查看模板当前状态及其允许的后续步骤。',
  },
} as const satisfies RefusalRows;
