// The label of a safe answer: two plain sentences first, the figures behind them after.
import { Alert, List, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import type { Label } from '../api/types';
import { roughly } from '../exact/rational';
import { useWords } from '../words/use-words';
import { SyntheticBadge } from './synthetic-badge';

export function AnswerLabel({ label, left }: { readonly label: Label; readonly left: string | null }) {
  const { t, term, language } = useWords();
  const sentences = language === 'zh-CN' ? label.sentences.zh : label.sentences.en;
  const rho = (text: string): string => (text.includes('/') ? `rho ${text} ≈ ${roughly(text)}` : `rho ${text}`);
  const facts: readonly (readonly [string, string])[] = [
    [t('answer.labelFields.rho'), rho(label.rho)],
    ...(left === null ? [] : [[t('answer.labelFields.left'), rho(left)] as const]),
    [t('answer.labelFields.loss'), `ε ${roughly(label.loss.epsilon)}, δ ${label.loss.delta}`],
    [t('answer.labelFields.mechanism'), term('mechanism', label.mechanism.name)],
    [t('answer.labelFields.unit'), term('unit', label.unit)],
    [t('answer.labelFields.groups'), String(label.groupsPerUnit)],
    [t('answer.labelFields.floor'), t('template.floorOf', { count: label.minUnits })],
    [t('answer.labelFields.version'), label.dataVersion],
  ];
  return (
    <Paper withBorder p="md" component="section">
      <Title order={3} size="h4" mb="xs">
        {t('answer.label')} {label.synthetic && <SyntheticBadge />}
      </Title>
      <List size="sm" mb="sm" spacing={4}>
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="sm" verticalSpacing="xs" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {label.loosened.length > 0 && (
        <Alert color="orange" mt="sm" title={t('answer.loosened')}>
          {label.loosened.map(({ field, from, to }) => (
            <Text size="sm" key={field}>
              {t('answer.loosenedItem', { field, from: String(from), to: String(to) })}
            </Text>
          ))}
        </Alert>
      )}
    </Paper>
  );
}
