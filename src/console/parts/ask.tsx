// What asking costs, how much of it others may see, and the one press that asks.
import { Button, Group, Paper, Select, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { problemFrom } from '../api/request';
import type { Mode, ProblemDocument, Template } from '../api/types';
import { roughly } from '../exact/rational';
import { chosen, type Given } from '../state/parameters';
import { goTo, links } from '../state/route';
import { useServers } from '../state/servers';
import { useWords } from '../words/use-words';
import { ProblemNotice } from './notices';

interface Pressed {
  readonly template: Template;
  readonly ticked: readonly string[];
  readonly given: Given;
  readonly purpose: string | undefined;
}

export function Ask({ template, ticked, given, purpose }: Pressed) {
  const { t } = useWords();
  const { desk } = useServers();
  const [sent, setSent] = useState<{ busy: boolean; problem?: ProblemDocument }>({ busy: false });
  const [wished, wish] = useState<Mode>('clear');
  const ways = waysFor(template, ticked.length);
  const mode = ways.includes(wished) ? wished : (ways[0] ?? 'clear');
  const { rho } = template.document.privacy;
  const rounds = Math.max(1, ...template.document.measures.map((measure) => measure.rounds ?? 1));
  const press = async (): Promise<void> => {
    if (desk === undefined || purpose === undefined) return;
    setSent({ busy: true });
    try {
      const { group } = await desk.put({
        template: template.id,
        repositories: ticked,
        parameters: chosen(given),
        purpose,
        mode,
      });
      goTo(links.answer(group));
    } catch (error) {
      setSent({ busy: false, problem: problemFrom(error) });
    }
  };
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('template.costTitle')}</Title>
      <Text fw={600} data-cost>
        {rounds > 1 ? `≤ ${String(rounds)} × ` : ''}
        {ticked.length > 1 ? `${String(ticked.length)} × ` : ''}rho {rho} (≈ {roughly(rho)})
      </Text>
      <Text size="sm" c="dimmed" mb="sm">
        {t('template.costLead')}
      </Text>
      <Select
        label={t('template.way')}
        description={t(`template.wayWhy.${mode}`)}
        inputWrapperOrder={['label', 'input', 'description']}
        data={ways.map((way) => ({ value: way, label: t(`template.ways.${way}`) }))}
        value={mode}
        onChange={(next) => next !== null && wish(next)}
        allowDeselect={false}
        mb="sm"
      />
      {sent.problem !== undefined && <ProblemNotice problem={sent.problem} />}
      {desk === undefined ? (
        <Group mt="xs">
          <Text size="sm">{t('template.needDesk')}</Text>
          <Button component="a" href={links.desk}>
            {t('desk.connect')}
          </Button>
        </Group>
      ) : (
        <Group mt="xs">
          <Button
            size="md"
            onClick={() => void press()}
            loading={sent.busy}
            disabled={ticked.length === 0 || purpose === undefined || template.state !== 'approved'}
          >
            {sent.busy
              ? t('template.asking')
              : ticked.length > 1
                ? t('template.askMany', { count: ticked.length })
                : t('template.ask')}
          </Button>
          {ticked.length === 0 && <Text size="sm">{t('template.tickOne')}</Text>}
        </Group>
      )}
    </Paper>
  );
}

/**
 * An overlap has its own way. A sum of fewer than three would show two owners each other's part, so the compute nodes refuse it.
 */
const waysFor = ({ document }: Template, repositories: number): readonly Mode[] =>
  document.measures.some(({ of }) => of === 'overlap')
    ? ['overlap']
    : repositories < 3
      ? ['clear', 'sealed']
      : ['clear', 'sealed', 'shares', 'homomorphic'];
