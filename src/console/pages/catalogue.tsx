// The catalogue: find a repository by words, theme, place and operation.
import { Anchor, Button, Group, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Search } from '../api/exchange';
import type { Repository } from '../api/types';
import { Empty, ProblemNotice, Waiting } from '../parts/notices';
import { RepositoryCard } from '../parts/repository-card';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { en } from '../words/en';
import { useWords } from '../words/use-words';

const PAGE = 24;
const nothing: Search = {};

export default function Catalogue() {
  const { t } = useWords();
  const [search, setSearch] = useState<Search>(nothing);
  return (
    <Stack>
      <div>
        <Title order={1}>{t('catalogue.title')}</Title>
        <Text c="dimmed" maw={720}>
          {t('catalogue.lead')}
        </Text>
      </div>
      <Facets search={search} onChange={setSearch} />
      <Found search={search} clear={() => setSearch(nothing)} />
    </Stack>
  );
}

function Facets({ search, onChange }: { readonly search: Search; readonly onChange: (search: Search) => void }) {
  const { t, term } = useWords();
  const choice = (list: 'theme' | 'operation') =>
    Object.keys(en[list]).map((name) => ({ value: name, label: term(list, name) }));
  const set = (field: keyof Search) => (text: string | null) => onChange({ ...search, [field]: text ?? '' });
  return (
    <SimpleGrid component="search" cols={{ base: 2, md: 4 }}>
      <TextInput
        type="search"
        label={t('catalogue.search')}
        placeholder={t('catalogue.searchHint')}
        value={search.q ?? ''}
        onChange={(event) => set('q')(event.currentTarget.value)}
      />
      <Select
        label={t('catalogue.theme')}
        placeholder={t('catalogue.any')}
        data={choice('theme')}
        value={search.theme ?? null}
        onChange={set('theme')}
        clearable
      />
      <TextInput
        label={t('catalogue.place')}
        placeholder={t('catalogue.placeHint')}
        value={search.place ?? ''}
        onChange={(event) => set('place')(event.currentTarget.value)}
      />
      <Select
        label={t('catalogue.operation')}
        placeholder={t('catalogue.any')}
        data={choice('operation')}
        value={search.operation ?? null}
        onChange={set('operation')}
        clearable
      />
    </SimpleGrid>
  );
}

function Found({ search, clear }: { readonly search: Search; readonly clear: () => void }) {
  const { t, language } = useWords();
  const { exchange } = useServers();
  const [settled] = useDebouncedValue(search, 250);
  const key = JSON.stringify([language, settled]);
  const first = useLoad(key, (signal) => exchange.repositories({ ...settled, limit: String(PAGE) }, signal));
  const [more, setMore] = useState<{ key: string; items: readonly Repository[]; next: string | null }>();
  if (first.problem !== undefined) return <ProblemNotice problem={first.problem} again={first.again} />;
  if (first.value === undefined) return <Waiting />;
  const added = more?.key === key ? more : undefined;
  const items = [...first.value.items, ...(added?.items ?? [])];
  const next = added === undefined ? (first.value.next ?? null) : added.next;
  const filtered = Object.values(settled).some((text) => text !== '');
  if (items.length === 0 && !filtered) return <Empty title={t('catalogue.empty')} todo={t('catalogue.emptyDo')} />;
  if (items.length === 0)
    return (
      <Empty title={t('catalogue.none')} todo={t('catalogue.noneDo')}>
        <Button variant="default" onClick={clear}>
          {t('catalogue.clear')}
        </Button>
      </Empty>
    );
  const turn = async (after: string): Promise<void> => {
    const page = await exchange.repositories({ ...settled, after, limit: String(PAGE) });
    setMore({ key, items: [...(added?.items ?? []), ...page.items], next: page.next ?? null });
  };
  return (
    <Stack aria-busy={first.busy}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {t(next === null ? 'catalogue.found' : 'catalogue.foundMore', { count: items.length })}
        </Text>
        {filtered && (
          <Anchor component="button" size="sm" onClick={clear}>
            {t('catalogue.clear')}
          </Anchor>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {items.map((repository) => (
          <RepositoryCard key={repository.id} repository={repository} />
        ))}
      </SimpleGrid>
      {next !== null && (
        <Button variant="default" onClick={() => void turn(next).catch(first.again)}>
          {t('catalogue.more')}
        </Button>
      )}
    </Stack>
  );
}
