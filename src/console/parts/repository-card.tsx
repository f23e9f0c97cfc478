// One repository in the catalogue.
import { Anchor, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import type { Repository } from '../api/types';
import { links } from '../state/route';
import { useWords } from '../words/use-words';
import { Operations, RepositoryFacts } from './repository-facts';
import { SyntheticBadge } from './synthetic-badge';

export function RepositoryCard({ repository }: { readonly repository: Repository }) {
  const { say, term } = useWords();
  const { metadata } = repository;
  return (
    <Card withBorder component="article" padding="lg">
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={3} size="h4">
            <Anchor href={links.repository(repository.id)} inherit>
              {say(metadata.title)}
            </Anchor>
          </Title>
          {metadata.synthetic && <SyntheticBadge />}
        </Group>
        <Text size="sm" c="dimmed" lineClamp={3}>
          {say(metadata.description)}
        </Text>
        <RepositoryFacts repository={repository} columns={2} />
        <Group gap={6} mt="auto">
          <Badge variant="light" radius="sm" tt="none">
            {term('theme', metadata.theme)}
          </Badge>
          <Operations names={metadata.operations} />
        </Group>
      </Stack>
    </Card>
  );
}
