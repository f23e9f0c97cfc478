// What is for sale: products with their owner and their price in one sentence.
import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Product } from '../api/market';
import { Empty, ProblemNotice, Waiting } from '../parts/notices';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';

export default function MarketPage() {
  const { t, language } = useWords();
  const { exchange } = useServers();
  const all = useLoad(language, async () => {
    const [products, repositories] = await Promise.all([exchange.products(), exchange.repositories({ limit: '100' })]);
    return { products: products.items, titles: new Map(repositories.items.map((one) => [one.id, one.metadata.title])) };
  });
  return (
    <Stack>
      <div>
        <Title order={1}>{t('market.title')}</Title>
        <Text c="dimmed" maw={720}>
          {t('market.lead')}
        </Text>
      </div>
      {all.problem !== undefined && <ProblemNotice problem={all.problem} again={all.again} />}
      {all.value === undefined && all.problem === undefined && <Waiting />}
      {all.value?.products.length === 0 && (
        <Empty title={t('market.none')} todo={t('market.noneDo')}>
          <Button component="a" href={links.catalogue}>
            {t('nav.catalogue')}
          </Button>
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {all.value?.products.map((product) => (
          <ProductCard key={product.id} product={product} repository={all.value?.titles.get(product.repository)} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

interface Carded {
  readonly product: Product;
  readonly repository: Product['document']['title'] | undefined;
}

function ProductCard({ product, repository }: Carded) {
  const { t, say } = useWords();
  const { nameOf } = useServers();
  const { id, owner, document, words, runsLeft } = product;
  return (
    <Card withBorder component="article" data-product={id}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h4">
            <Anchor href={links.product(id)} c="inherit">
              {say(document.title)}
            </Anchor>
          </Title>
          <ModelBadge product={product} />
        </Group>
        <Text size="sm" c="dimmed">
          {nameOf(owner)}
          {repository === undefined ? '' : ` · ${say(repository)}`}
        </Text>
        <Text size="sm">{words === null ? '' : say(words)}</Text>
        {runsLeft !== null && (
          <Text size="sm" c="dimmed">
            {t('market.left', { count: runsLeft })}
          </Text>
        )}
        <Button component="a" href={links.product(id)} mt="auto" size="sm" variant="default" w="fit-content">
          {t('market.look')}
        </Button>
      </Stack>
    </Card>
  );
}

export function ModelBadge({ product: { planDocument } }: { readonly product: Product }) {
  const { term } = useWords();
  if (planDocument === null) return null;
  const { model, mechanism } = planDocument.terms;
  return (
    <Badge variant="light" radius="sm" tt="none" miw="max-content">
      {mechanism === undefined ? term('model', model) : term('model', mechanism.by)}
    </Badge>
  );
}
