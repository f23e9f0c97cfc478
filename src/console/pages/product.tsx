// One product: what it costs at which precision, why it may be sold, and buying: a question, a subscription, or an offer.
import { Anchor, Button, Group, List, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Curve, Product } from '../api/market';
import { problemFrom } from '../api/request';
import type { ProblemDocument } from '../api/types';
import { majors } from '../exact/money';
import { BuyForm } from '../parts/buy-form';
import { ProblemNotice, Waiting } from '../parts/notices';
import { goTo, links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';
import { ModelBadge } from './market';

const PriceCurve = lazy(() => import('../parts/price-curve'));

export default function ProductPage({ id }: { readonly id: string }) {
  const { language } = useWords();
  const { exchange } = useServers();
  const all = useLoad(JSON.stringify([language, id]), async () => {
    const product = await exchange.product(id);
    const [repository, checks, curve, templates] = await Promise.all([
      exchange.repository(product.repository),
      exchange.checks(id),
      // Where precision has no price of its own there is no curve.
      product.planDocument?.terms.price === undefined ? undefined : exchange.curve(id),
      Promise.all(product.document.templates.map((template) => exchange.template(template))),
    ]);
    return { product, repository, checks: checks.checks, curve, templates };
  });
  if (all.problem !== undefined) return <ProblemNotice problem={all.problem} again={all.again} />;
  if (all.value === undefined) return <Waiting />;
  const { product, repository, checks, curve, templates } = all.value;
  return (
    <Stack gap="lg">
      <Head product={product} repository={repository.metadata.title} />
      {curve !== undefined && <Precision curve={curve} />}
      <Buying product={product} templates={templates} />
      <Checks checks={checks} />
    </Stack>
  );
}

function Head({
  product,
  repository,
}: {
  readonly product: Product;
  readonly repository: Product['document']['title'];
}) {
  const { t, say, moment } = useWords();
  const { nameOf } = useServers();
  const { document, words, owner, runsLeft } = product;
  return (
    <Stack gap="xs">
      <Anchor href={links.market} size="sm">
        ← {t('nav.market')}
      </Anchor>
      <Group gap="sm">
        <Title order={1}>{say(document.title)}</Title>
        <ModelBadge product={product} />
      </Group>
      <Text maw={720}>{say(document.description)}</Text>
      <Text size="lg" fw={600} maw={820} data-price>
        {words === null ? '' : say(words)}
      </Text>
      <Text size="sm" c="dimmed">
        {nameOf(owner)} · <Anchor href={links.repository(product.repository)}>{say(repository)}</Anchor> ·{' '}
        {t('market.until', { at: moment(document.until) })}
        {runsLeft === null ? '' : ` · ${t('market.left', { count: runsLeft })}`}
      </Text>
    </Stack>
  );
}

function Precision({ curve }: { readonly curve: Curve }) {
  const { t, number } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between">
        <Title order={2}>{t('market.precision')}</Title>
        <Button variant="default" size="xs" onClick={() => setOpen(!open)} aria-expanded={open}>
          {t(open ? 'market.hideTable' : 'market.showTable')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t('market.precisionLead')}
      </Text>
      <Suspense fallback={<Waiting />}>
        <PriceCurve curve={curve} />
      </Suspense>
      {open && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>rho</Table.Th>
              <Table.Th>{t('market.price')}</Table.Th>
              <Table.Th>{t('market.width')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {curve.points.map(({ rho, minor, halfWidth }) => (
              <Table.Tr key={rho}>
                <Table.Td>{rho}</Table.Td>
                <Table.Td>
                  {number(majors(minor, curve.currency))} {curve.currency}
                </Table.Td>
                <Table.Td>± {number(Number(halfWidth).toPrecision(3))}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

type Sold = Parameters<typeof BuyForm>[0];

function Buying({ product, templates }: Sold) {
  const { t } = useWords();
  const { desk } = useServers();
  const { model, mechanism } = product.planDocument?.terms ?? { model: '' };
  if (desk === undefined)
    return (
      <Paper withBorder p="md">
        <Group>
          <Text size="sm">{t('market.needDesk')}</Text>
          <Button component="a" href={links.desk}>
            {t('desk.connect')}
          </Button>
        </Group>
      </Paper>
    );
  return (
    <>
      {(model.startsWith('subscription') || model === 'bundle') && <Subscribe product={product.id} />}
      {mechanism?.by === 'bargaining' && (
        <MakeOffer product={product.id} currency={product.planDocument?.currency ?? ''} />
      )}
      {mechanism !== undefined && mechanism.by !== 'bargaining' && (
        <Text size="sm" c="dimmed">
          {t('market.auction')}
        </Text>
      )}
      {model !== 'bundle' && <BuyForm product={product} templates={templates} />}
    </>
  );
}

/** One act with its refusal in words; the key makes a second press the same act. */
function useAct(): {
  readonly busy: boolean;
  readonly problem: ProblemDocument | undefined;
  readonly key: string;
  run(act: () => Promise<unknown>): void;
} {
  const [key] = useState(() => crypto.randomUUID());
  const [state, setState] = useState<{ busy: boolean; problem?: ProblemDocument }>({ busy: false });
  const run = (act: () => Promise<unknown>): void => {
    setState({ busy: true });
    act().then(
      () => goTo(links.money),
      (error: unknown) => setState({ busy: false, problem: problemFrom(error) }),
    );
  };
  return { busy: state.busy, problem: state.problem, key, run };
}

function Subscribe({ product }: { readonly product: string }) {
  const { t } = useWords();
  const { desk } = useServers();
  const { busy, problem, key, run } = useAct();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2}>{t('market.subscribe')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('market.subscribeLead', { zone })}
      </Text>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Button loading={busy} onClick={() => desk && run(() => desk.market.subscribe(product, zone, key))}>
        {t('market.subscribe')}
      </Button>
    </Paper>
  );
}

function MakeOffer({ product, currency }: { readonly product: string; readonly currency: string }) {
  const { t } = useWords();
  const { desk } = useServers();
  const { busy, problem, run } = useAct();
  const [amount, setAmount] = useState('');
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2}>{t('market.offer')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('market.offerLead')}
      </Text>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Group align="flex-end">
        <TextInput
          label={`${t('market.amount')} (${currency})`}
          inputMode="decimal"
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
        <Button
          loading={busy}
          disabled={amount.trim() === ''}
          onClick={() => desk && run(() => desk.market.offer(product, amount.trim(), currency))}
        >
          {t('market.offerPress')}
        </Button>
      </Group>
    </Paper>
  );
}

function Checks({ checks }: { readonly checks: readonly { readonly check: string; readonly holds: boolean }[] }) {
  const { t, term } = useWords();
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{t('market.checks')}</Title>
      <List spacing={4} size="sm">
        {checks.map(({ check, holds }) => (
          <List.Item key={check} c={holds ? 'inherit' : 'red'}>
            {holds ? '✓' : '✗'} {term('compliance', check)}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
