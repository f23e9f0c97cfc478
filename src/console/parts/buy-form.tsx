// Buying one question of a product: fill it in, see price, precision and what is left, then pay and ask with one press.
import { Button, Group, Paper, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Product, Quote } from '../api/market';
import { problemFrom } from '../api/request';
import type { ProblemDocument, Template } from '../api/types';
import { chosen, parameterLabel, startingWith, type Given } from '../state/parameters';
import { goTo, links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';
import { ProblemNotice } from './notices';
import { ParameterField } from './parameter-field';

interface Sold {
  readonly product: Product;
  readonly templates: readonly Template[];
}

interface State {
  readonly busy: boolean;
  readonly quote?: Quote;
  readonly problem?: ProblemDocument;
}

export function BuyForm({ product, templates }: Sold) {
  const [which, setWhich] = useState(templates[0]?.id);
  const template = templates.find(({ id }) => id === which);
  if (template === undefined) return null;
  return <Form key={template.id} product={product} template={template} templates={templates} choose={setWhich} />;
}

interface Filled extends Sold {
  readonly template: Template;
  readonly choose: (template: string) => void;
}

function Form({ product, template, templates, choose }: Filled) {
  const speech = useWords();
  const { t, say, term } = speech;
  const { desk } = useServers();
  const [given, give] = useState<Given>(() => startingWith(template.document));
  const [purpose, setPurpose] = useState(product.document.purposes[0] ?? '');
  const [state, setState] = useState<State>({ busy: false });
  const wanted = { product: product.id, template: template.id, parameters: chosen(given), purpose };
  // A price is for exactly one question: whoever changes the form asks for the price again.
  const changed = (act: () => void): void => {
    act();
    setState({ busy: false });
  };
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setState((before) => ({ ...before, busy: true }));
    await act().catch((error: unknown) => setState({ busy: false, problem: problemFrom(error) }));
  };
  const ask = () =>
    attempt(async () => {
      const quote = await desk?.market.quote(wanted);
      setState(quote === undefined ? { busy: false } : { busy: false, quote });
    });
  const buy = (quote: Quote) =>
    attempt(async () => {
      const bought = await desk?.market.buy({ ...wanted, quote: quote.id });
      if (bought !== undefined) goTo(links.answer(bought.group));
    });
  return (
    <Paper withBorder p="md" component="section" data-buy>
      <Title order={2}>{t('market.buy')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('market.buyLead')}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {templates.length > 1 && (
          <Select
            label={t('market.question')}
            data={templates.map(({ id, document }) => ({ value: id, label: say(document.title) }))}
            value={template.id}
            onChange={(next) => next !== null && choose(next)}
            allowDeselect={false}
          />
        )}
        {Object.entries(template.document.parameters).map(([name, parameter]) => (
          <ParameterField
            key={name}
            parameter={parameter}
            label={parameterLabel(template.document, template.elementDocument, name, speech)}
            value={given[name]}
            onChange={(value) => changed(() => give({ ...given, [name]: value }))}
          />
        ))}
        <Select
          label={t('template.purpose')}
          data={product.document.purposes.map((value) => ({ value, label: term('purpose', value) }))}
          value={purpose}
          onChange={(next) => next !== null && changed(() => setPurpose(next))}
          allowDeselect={false}
        />
      </SimpleGrid>
      <Stack mt="md" gap="sm">
        {state.problem !== undefined && <ProblemNotice problem={state.problem} />}
        {state.quote === undefined ? (
          <Button w="fit-content" loading={state.busy} onClick={() => void ask()}>
            {t('market.askPrice')}
          </Button>
        ) : (
          <Priced quote={state.quote} product={product} template={template.id} busy={state.busy} buy={buy} />
        )}
      </Stack>
    </Paper>
  );
}

interface Offered {
  readonly quote: Quote;
  readonly product: Product;
  readonly template: string;
  readonly busy: boolean;
  readonly buy: (quote: Quote) => Promise<void>;
}

/** Price, precision and what is left of money and privacy budget, all before anything is spent. */
function Priced({ quote, product, template, busy, buy }: Offered) {
  const { t, number, moment } = useWords();
  const left = useLeft(product.repository, template);
  const free = quote.total === '0';
  return (
    <Group justify="space-between" align="flex-end">
      <div aria-live="polite">
        <Text size="xl" fw={700} data-quote>
          {number(quote.amount)} {quote.currency}
        </Text>
        <Text size="sm">
          {quote.rho === '0' ? t('market.stored') : t('market.spends', { rho: quote.rho })}
          {left.value?.rho === undefined ? '' : ` · ${t('market.rhoLeft', { rho: left.value.rho })}`}
          {left.value?.money === undefined ? '' : ` · ${t('market.moneyLeft', { amount: left.value.money })}`}
        </Text>
        <Text size="sm" c="dimmed">
          {t('market.valid', { at: moment(quote.validUntil) })}
        </Text>
      </div>
      <Button size="md" loading={busy} onClick={() => void buy(quote)}>
        {t(free ? 'market.askFree' : 'market.payAndAsk')}
      </Button>
    </Group>
  );
}

function useLeft(repository: string, template: string) {
  const { language } = useWords();
  const { desk, address } = useServers();
  return useLoad(address && JSON.stringify([language, address, repository, template]), async () => {
    const [permits, balance] = await Promise.all([desk?.permits(), desk?.market.balance()]);
    const permit = permits?.items.find(
      (one) => one.repository === repository && one.template === template && one.state !== 'revoked',
    );
    const budget = permit && (await desk?.budget(repository, permit.id).catch(() => undefined));
    const money = balance?.items
      .filter(({ account }) => account === 'buyer.available')
      .map(({ amount, currency }) => `${amount} ${currency}`);
    return { rho: budget?.rho, money: money?.join(', ') };
  });
}
