// One repository: its facts, the questions its owner has adopted, and its columns.
import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Repository, TemplateRow } from '../api/types';
import { ColumnsTable } from '../parts/columns-table';
import { Empty, ProblemNotice, Waiting } from '../parts/notices';
import { Operations, RepositoryFacts } from '../parts/repository-facts';
import { SyntheticBadge } from '../parts/synthetic-badge';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';

export default function RepositoryPage({ id }: { readonly id: string }) {
  const { language } = useWords();
  const { exchange } = useServers();
  const all = useLoad(JSON.stringify([language, id]), async () => {
    const repository = await exchange.repository(id);
    const [element, templates] = await Promise.all([
      exchange.element(repository.element),
      exchange.templates(repository.element),
    ]);
    return { repository, element: element.document, templates: templates.items };
  });
  if (all.problem !== undefined) return <ProblemNotice problem={all.problem} again={all.again} />;
  if (all.value === undefined) return <Waiting />;
  const { repository, element, templates } = all.value;
  const adopted = new Set(repository.adoptions?.filter((one) => one.state === 'adopted').map((one) => one.template));
  return (
    <Stack gap="lg">
      <Head repository={repository} />
      <Questions repository={repository} templates={templates.filter((template) => adopted.has(template.id))} />
      <Columns>
        <ColumnsTable element={element} />
      </Columns>
    </Stack>
  );
}

function Head({ repository }: { readonly repository: Repository }) {
  const { t, say, term } = useWords();
  const { metadata } = repository;
  return (
    <Stack gap="sm">
      <Anchor href={links.catalogue} size="sm">
        ← {t('nav.catalogue')}
      </Anchor>
      <Group gap="sm">
        <Title order={1}>{say(metadata.title)}</Title>
        {metadata.synthetic && <SyntheticBadge />}
      </Group>
      <Text maw={720}>{say(metadata.description)}</Text>
      {repository.state === 'retired' && <Text c="red">{t('repository.retired')}</Text>}
      <Group gap={6}>
        <Badge variant="light" radius="sm" tt="none">
          {term('theme', metadata.theme)}
        </Badge>
        <Operations names={metadata.operations} />
      </Group>
      <Card withBorder>
        <RepositoryFacts repository={repository} columns={4} />
      </Card>
    </Stack>
  );
}

interface Offered {
  readonly repository: Repository;
  readonly templates: readonly TemplateRow[];
}

function Questions({ repository, templates }: Offered) {
  const { t, say } = useWords();
  return (
    <Stack gap="sm" component="section">
      <div>
        <Title order={2}>{t('repository.questions')}</Title>
        <Text c="dimmed">{t('repository.questionsLead')}</Text>
      </div>
      {templates.length === 0 && <Empty title={t('repository.noQuestions')} todo={t('repository.noQuestionsDo')} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {templates.map(({ id, document }) => (
          <Card withBorder key={id} component="article">
            <Stack gap="xs" h="100%">
              <Title order={3} size="h4">
                {say(document.title)}
              </Title>
              {document.description !== undefined && <Text size="sm">{say(document.description)}</Text>}
              <Group justify="space-between" mt="auto">
                <Text size="sm" c="dimmed">
                  {t('repository.cost', { rho: document.privacy.rho })}
                </Text>
                <Button component="a" href={links.template(id, repository.id)} size="sm">
                  {t('repository.askThis')}
                </Button>
              </Group>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Columns({ children }: { readonly children: React.ReactNode }) {
  const { t } = useWords();
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{t('repository.columns')}</Title>
      {children}
    </Stack>
  );
}
