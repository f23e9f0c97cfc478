// What stands behind a question: how it is protected, who reviewed it, and the SQL that runs.
import { Accordion, Badge, Code, Group, Stack, Text } from '@mantine/core';
import type { Template } from '../api/types';
import { roughly } from '../exact/rational';
import { useServers } from '../state/servers';
import { useWords } from '../words/use-words';

export function TemplateRecord({ template }: { readonly template: Template }) {
  const { t } = useWords();
  const sql = Object.entries(template.sql ?? {});
  return (
    <Accordion variant="separated" multiple chevronPosition="left">
      <Accordion.Item value="protection">
        <Accordion.Control>{t('template.protection')}</Accordion.Control>
        <Accordion.Panel>
          <Protection template={template} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="reviews">
        <Accordion.Control>
          {t('template.reviews')} ({template.reviews?.length ?? 0})
        </Accordion.Control>
        <Accordion.Panel>
          <Reviews template={template} />
        </Accordion.Panel>
      </Accordion.Item>
      {sql.length > 0 && (
        <Accordion.Item value="sql">
          <Accordion.Control>{t('template.sql')}</Accordion.Control>
          <Accordion.Panel>
            {sql.map(([dialect, text]) => (
              <div key={dialect}>
                <Text size="sm" fw={600} tt="capitalize">
                  {dialect}
                </Text>
                <Code block mb="sm">
                  {text}
                </Code>
              </div>
            ))}
          </Accordion.Panel>
        </Accordion.Item>
      )}
    </Accordion>
  );
}

function Protection({ template: { id, document } }: { readonly template: Template }) {
  const { t, term } = useWords();
  const { mechanism, rho, minUnits } = document.privacy;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {t('template.cost')}: rho {rho} ≈ {roughly(rho)}
      </Text>
      <Text size="sm">
        {t('template.mechanism')}: {term('mechanism', mechanism)}
      </Text>
      <Text size="sm">
        {t('template.floor')}: {t('template.floorOf', { count: minUnits })}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t('template.document')}: <Code>{id}</Code>
      </Text>
    </Stack>
  );
}

function Reviews({ template: { reviews = [] } }: { readonly template: Template }) {
  const { t, term, moment } = useWords();
  const { nameOf } = useServers();
  if (reviews.length === 0) return <Text size="sm">{t('template.noReviews')}</Text>;
  return (
    <Stack gap="sm">
      {reviews.map(({ reviewer, verdict, comment, reviewedAt }) => (
        <div key={reviewer}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {nameOf(reviewer)}
            </Text>
            <Badge tt="none" variant="light" color={verdict === 'APPROVE' ? 'teal' : 'red'}>
              {term('verdict', verdict)}
            </Badge>
            <Text size="xs" c="dimmed">
              {moment(reviewedAt)}
            </Text>
          </Group>
          <Text size="sm">{comment}</Text>
        </div>
      ))}
    </Stack>
  );
}
