// The figures of one answer: a measure to look at, the chart, what is withheld, and the table.
import { SegmentedControl, Skeleton, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { Cell } from '../api/types';
import { useWords } from '../words/use-words';
import { AnswerTable } from './answer-table';
import { barsOf } from './chart-points';
import { oneFigureEach } from './line-cells';
import type { Shape } from './shape';

const AnswerChart = lazy(() => import('./answer-chart'));

interface Shown {
  readonly title: string;
  readonly shape: Shape;
  readonly cells: readonly Cell[];
  readonly withheld?: number;
  readonly interval?: boolean;
}

export function AnswerFigures({ title, shape: asked, cells: given, withheld = 0, interval = true }: Shown) {
  const { t, number } = useWords();
  const dark = useComputedColorScheme('light') === 'dark';
  const { shape, cells } = useMemo(() => oneFigureEach(asked, given), [asked, given]);
  const [chosen, choose] = useState(shape.measures.at(-1)?.as);
  const measure = shape.measures.find(({ as }) => as === chosen) ?? shape.measures[0];
  const bars = useMemo(() => measure && barsOf(shape, cells, measure), [shape, cells, measure]);
  const words = useMemo(
    () => ({
      summary: `${t('answer.chart')}: ${title}`,
      missing: { withheld: t('answer.withheld'), notCombined: t('answer.notCombined') },
      number: (value: number) => number(value),
    }),
    [t, number, title],
  );
  return (
    <Stack gap="sm">
      {shape.measures.length > 1 && (
        <SegmentedControl
          aria-label={t('answer.measure')}
          value={measure?.as ?? ''}
          onChange={choose}
          data={shape.measures.map(({ as, title: label }) => ({ value: as, label }))}
          style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
        />
      )}
      {bars !== undefined && cells.length > 0 && (
        <Suspense fallback={<Skeleton height={260} />}>
          <AnswerChart bars={bars} words={words} dark={dark} />
        </Suspense>
      )}
      {interval && (
        <Text size="xs" c="dimmed">
          {t('answer.interval')}
        </Text>
      )}
      {withheld > 0 && <Text size="sm">{t('answer.withheldNote', { count: withheld, floor: shape.floor })}</Text>}
      <AnswerTable caption={title} shape={shape} cells={cells} />
    </Stack>
  );
}
