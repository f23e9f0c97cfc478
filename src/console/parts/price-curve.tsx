// Price against precision: the dearer the question, the narrower the interval of its answer. Loaded with the chart library.
import { useComputedColorScheme } from '@mantine/core';
import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Curve } from '../api/market';
import { majors } from '../exact/money';
import { useWords } from '../words/use-words';

echarts.use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

const HEIGHT = 260;

export default function PriceCurve({ curve }: { readonly curve: Curve }) {
  const { t, number } = useWords();
  const dark = useComputedColorScheme('light') === 'dark';
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const chart = echarts.init(box.current, undefined, { renderer: 'svg' });
    const [text, line] = dark ? ['#c9c9c9', '#424242'] : ['#495057', '#dee2e6'];
    const axis = {
      axisLabel: { color: text },
      nameTextStyle: { color: text },
      splitLine: { lineStyle: { color: line } },
    };
    const points = curve.points.map(({ rho, minor, halfWidth }) => ({
      value: [Number(halfWidth), Number(majors(minor, curve.currency))],
      rho,
      price: `${number(majors(minor, curve.currency))} ${curve.currency}`,
      halfWidth,
    }));
    chart.setOption({
      animation: false,
      color: [dark ? '#3bc9db' : '#0b7285'],
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 12, right: 24, top: 36, bottom: 34, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: {
        confine: true,
        formatter: (item: unknown) => {
          const { rho, price, halfWidth } = (item as { data: (typeof points)[number] }).data;
          return `${price}<br>± ${number(Number(halfWidth).toPrecision(3))}<br>rho ${rho}`;
        },
      },
      xAxis: { type: 'log', name: t('market.width'), nameLocation: 'middle', nameGap: 26, inverse: true, ...axis },
      yAxis: { type: 'log', name: `${t('market.price')} (${curve.currency})`, ...axis },
      series: [{ type: 'line', data: points, symbolSize: 8 }],
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [curve, dark, t, number]);
  return <div ref={box} role="img" aria-label={t('market.curveSummary')} style={{ width: '100%', height: HEIGHT }} />;
}
