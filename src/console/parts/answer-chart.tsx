// An answer as bars with whiskers. Loaded only when an answer is there: the chart library is the largest piece.
import { CustomChart, type CustomSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent, DataZoomComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Bars } from './chart-points';

echarts.use([CustomChart, GridComponent, LegendComponent, TooltipComponent, DataZoomComponent, SVGRenderer]);

export interface ChartWords {
  readonly summary: string;
  readonly missing: Readonly<Record<'withheld' | 'notCombined', string>>;
  number(value: number): string;
}

export interface ChartInput {
  readonly bars: Bars;
  readonly words: ChartWords;
  readonly dark: boolean;
}

const WINDOW = 30;
const palettes = {
  light: ['#0b7285', '#e8590c', '#5f3dc4', '#2b8a3e', '#c2255c', '#495057'],
  dark: ['#3bc9db', '#ffa94d', '#b197fc', '#69db7c', '#f783ac', '#ced4da'],
} as const;

export default function AnswerChart({ bars, words, dark }: ChartInput) {
  const box = useRef<HTMLDivElement>(null);
  const { categories, series } = bars;
  const across = bars.time;
  const rows = Math.min(WINDOW, categories.length) * Math.max(26, 16 * series.length);
  const height = across ? 320 : rows + 70;
  useEffect(() => {
    if (box.current === null) return;
    const chart = echarts.init(box.current, undefined, { renderer: 'svg' });
    const draw = (): void => {
      chart.resize();
      chart.setOption(optionOf({ bars, words, dark }, chart.getWidth()), true);
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [bars, words, dark]);
  return <div ref={box} role="img" aria-label={words.summary} style={{ width: '100%', height }} />;
}

function optionOf({ bars, words, dark }: ChartInput, width: number): echarts.EChartsCoreOption {
  const { categories, series, time: across } = bars;
  const text = dark ? '#c9c9c9' : '#495057';
  const line = dark ? '#424242' : '#dee2e6';
  const labels = {
    type: 'category',
    data: categories,
    inverse: !across,
    axisLabel: {
      color: text,
      width: Math.min(200, width * 0.36),
      overflow: across ? 'none' : 'break',
      hideOverlap: true,
    },
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
  };
  const figures = {
    type: 'value',
    axisLabel: { color: text, formatter: (value: number) => words.number(value), hideOverlap: true },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    color: [...palettes[dark ? 'dark' : 'light']],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: {
      left: 8,
      right: 16,
      top: series.length > 1 ? 40 : 8,
      bottom: 8,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    ...(series.length > 1 ? { legend: { top: 0, left: 0, textStyle: { color: text } } } : {}),
    tooltip: { trigger: 'item', confine: true, formatter: (item: unknown) => tip(item, bars, words) },
    xAxis: across ? labels : figures,
    yAxis: across ? figures : labels,
    ...(categories.length > WINDOW ? { dataZoom: zoom(across) } : {}),
    series: series.map((one, index) => drawn(one, index, series.length, { across, text, words })),
  };
}

const zoom = (across: boolean): readonly object[] => [
  {
    type: 'slider',
    [across ? 'xAxisIndex' : 'yAxisIndex']: 0,
    startValue: 0,
    endValue: WINDOW - 1,
    brushSelect: false,
  },
];

/** ECharts fills a tooltip with HTML, and names come from owners: they are escaped. */
function tip(item: unknown, { categories, series }: Bars, words: ChartWords): string {
  const { seriesIndex = 0, dataIndex = 0 } = item as { seriesIndex?: number; dataIndex?: number };
  const one = series[seriesIndex];
  const bar = one?.bars[dataIndex];
  if (one === undefined || bar === undefined) return '';
  const figure =
    bar.missing !== undefined
      ? words.missing[bar.missing]
      : `${words.number(bar.value)}${bar.low === bar.high ? '' : ` (${words.number(bar.low)} – ${words.number(bar.high)})`}`;
  const lines = [categories[bar.at] ?? '', ...(series.length > 1 ? [one.name] : []), figure];
  return lines.map((part) => echarts.format.encodeHTML(part)).join('<br>');
}

const kinds = [undefined, 'withheld', 'notCombined'] as const;

interface Style {
  readonly across: boolean;
  readonly text: string;
  readonly words: ChartWords;
}

type Render = NonNullable<CustomSeriesOption['renderItem']>;

function drawn(one: Bars['series'][number], index: number, count: number, style: Style): CustomSeriesOption {
  const { across } = style;
  return {
    type: 'custom',
    name: one.name,
    data: one.bars.map((bar) => [bar.at, bar.value, bar.low, bar.high, kinds.indexOf(bar.missing)]),
    encode: across ? { x: 0, y: [1, 2, 3] } : { y: 0, x: [1, 2, 3] },
    renderItem: renderer(index, count, style),
  };
}

/** A rectangle from zero to the value, and a whisker from low to high with caps. */
function renderer(index: number, count: number, { across, text, words }: Style): Render {
  return (_params, api) => {
    const at = api.value(0);
    const place = (figure: number): readonly [number, number] => {
      const [x = 0, y = 0] = api.coord(across ? [at, figure] : [figure, at]);
      return across ? [x, y] : [y, x];
    };
    const size = api.size?.([1, 1]);
    const band = Array.isArray(size) ? (size[across ? 0 : 1] ?? 20) : 20;
    const thick = Math.min(28, (band * 0.72) / count);
    const [centre, zero] = place(0);
    const middle = centre + (index - (count - 1) / 2) * thick;
    const point = (along: number, aside: number): [number, number] => (across ? [aside, along] : [along, aside]);
    const missing = kinds[Number(api.value(4))];
    if (missing !== undefined) {
      const [x, y] = point(zero + (across ? -8 : 6), middle);
      return {
        type: 'text',
        style: {
          text: words.missing[missing],
          x,
          y,
          fill: text,
          opacity: 0.7,
          fontSize: 11,
          fontStyle: 'italic',
          align: across ? 'center' : 'left',
          verticalAlign: 'middle',
        },
      };
    }
    const [value, low, high] = [1, 2, 3].map((dimension) => place(Number(api.value(dimension)))[1]);
    if (value === undefined || low === undefined || high === undefined) return null;
    const [cap, from] = [Math.min(5, thick / 3), Math.min(zero, value)];
    const half = (thick * 0.86) / 2;
    const [x, y] = point(from, middle - half);
    const long = Math.abs(value - zero);
    const stroke = { stroke: text, lineWidth: 1.5 };
    const mark = (a: [number, number], b: [number, number]) => ({
      type: 'line' as const,
      shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] },
      style: stroke,
    });
    const whisker = [
      mark(point(low, middle), point(high, middle)),
      mark(point(low, middle - cap), point(low, middle + cap)),
      mark(point(high, middle - cap), point(high, middle + cap)),
    ];
    const shape = across ? { x, y, width: half * 2, height: long } : { x, y, width: long, height: half * 2 };
    return {
      type: 'group',
      children: [
        { type: 'rect', shape: { ...shape, r: 2 }, style: { fill: String(api.visual('color')), opacity: 0.85 } },
        ...(low === high ? [] : whisker),
      ],
    };
  };
}
