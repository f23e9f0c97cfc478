// What the desk asked before, newest first.
import { Anchor, Badge, Button, Stack, Table, Text, Title } from '@mantine/core';
import type { QuestionLine } from '../api/types';
import { NeedsDesk } from '../parts/desk-form';
import { Empty, ProblemNotice, Waiting } from '../parts/notices';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';

const SHOWN = 50;

export default function QuestionsPage() {
  const { t, language, say } = useWords();
  const { desk, exchange, address } = useServers();
  const asked = useLoad(
    address && JSON.stringify([language, address]),
    () => desk?.questions(SHOWN) ?? Promise.reject(new Error('no desk')),
  );
  const titles = useLoad(language, async () => {
    const [templates, repositories] = await Promise.all([
      exchange.templates(),
      exchange.repositories({ limit: '100' }),
    ]);
    return new Map([
      ...templates.items.map((row): [string, string] => [row.id, say(row.document.title)]),
      ...repositories.items.map((row): [string, string] => [row.id, say(row.metadata.title)]),
    ]);
  });
  if (desk === undefined) return <NeedsDesk />;
  return (
    <Stack>
      <div>
        <Title order={1}>{t('questions.title')}</Title>
        <Text c="dimmed">{t('questions.lead')}</Text>
      </div>
      {asked.problem !== undefined && <ProblemNotice problem={asked.problem} again={asked.again} />}
      {asked.value === undefined && asked.problem === undefined && <Waiting />}
      {asked.value?.items.length === 0 && (
        <Empty title={t('questions.none')} todo={t('questions.noneDo')}>
          <Button component="a" href={links.catalogue}>
            {t('nav.catalogue')}
          </Button>
        </Empty>
      )}
      {asked.value !== undefined && asked.value.items.length > 0 && (
        <Lines lines={asked.value.items} titleOf={(id) => titles.value?.get(id) ?? id} />
      )}
    </Stack>
  );
}

function Lines({
  lines,
  titleOf,
}: {
  readonly lines: readonly QuestionLine[];
  readonly titleOf: (id: string) => string;
}) {
  const { t, term, moment } = useWords();
  return (
    <Table.ScrollContainer minWidth={340}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {(['question', 'when', 'state'] as const).map((name) => (
              <Table.Th key={name}>{t(`questions.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ group, at, template, repositories, state }) => (
            <Table.Tr key={group}>
              <Table.Td>
                <Anchor href={links.answer(group)}>{titleOf(template)}</Anchor>
                <Text size="xs" c="dimmed">
                  {repositories.map(titleOf).join(' · ')}
                </Text>
              </Table.Td>
              <Table.Td>{moment(at)}</Table.Td>
              <Table.Td>
                <Badge miw="max-content" variant="light" tt="none" color={state === 'FINAL' ? 'teal' : 'gray'}>
                  {term('state', state)}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
