// The facts of one repository as a list of terms: for a card and for its page.
import { Badge, Group, SimpleGrid, Text } from '@mantine/core';
import type { Repository } from '../api/types';
import { useServers } from '../state/servers';
import { useWords, type Speech } from '../words/use-words';

/** `1e3-1e4` as words: powers of ten are all that is ever told. */
function sizeWords(size: string, { t, number }: Speech): string {
  const [low, high] = size.split('-').map((end) => number(Number(end)));
  return t('repository.rows', { low: low ?? size, high: high ?? size });
}

function rhythmWords(rhythm: string, { t, term }: Speech): string {
  if (rhythm === 'once') return t('repository.once');
  const known = term('repository.often', rhythm);
  return known === rhythm ? t('repository.every', { duration: rhythm.replace(/^PT?/, '') }) : known;
}

export function RepositoryFacts({
  repository,
  columns,
}: {
  readonly repository: Repository;
  readonly columns: number;
}) {
  const speech = useWords();
  const { nameOf } = useServers();
  const { t } = speech;
  const { place, time, size, rhythm, licence } = repository.metadata;
  const facts: readonly (readonly [string, string])[] = [
    [t('repository.owner'), nameOf(repository.owner)],
    [t('repository.place'), place.name],
    [t('repository.period'), `${time.from} – ${time.to}`],
    [t('repository.size'), sizeWords(size, speech)],
    [t('repository.rhythm'), rhythmWords(rhythm, speech)],
    [t('repository.price'), t('repository.free')],
    ...(columns > 2 ? [[t('repository.licence'), licence] as const] : []),
  ];
  return (
    <SimpleGrid
      component="dl"
      cols={{ base: Math.min(2, columns), sm: columns }}
      spacing="xs"
      verticalSpacing="xs"
      m={0}
    >
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
  );
}

export function Operations({ names }: { readonly names: readonly string[] }) {
  const { t, term } = useWords();
  return (
    <Group gap={6} aria-label={t('repository.operations')} role="group">
      {names.map((name) => (
        <Badge key={name} variant="default" radius="sm" size="sm" tt="none">
          {term('operation', name)}
        </Badge>
      ))}
    </Group>
  );
}
