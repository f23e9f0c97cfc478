// The organisation's own money: credit, orders, subscriptions, offers, invoices, and an owner's statement with its shares.
import { Anchor, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Desk } from '../api/desk';
import type { Offer, Order, Statement } from '../api/market';
import { problemFrom } from '../api/request';
import type { ProblemDocument } from '../api/types';
import { majors } from '../exact/money';
import { NeedsDesk } from '../parts/desk-form';
import { ProblemNotice, Waiting } from '../parts/notices';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';

export default function MoneyPage() {
  const { t, language } = useWords();
  const { desk, address } = useServers();
  const all = useLoad(address && JSON.stringify([language, address]), async () => {
    if (desk === undefined) throw new Error('no desk');
    const { market } = desk;
    const [balance, orders, subscriptions, offers, invoices, statement] = await Promise.all([
      market.balance(),
      market.orders(),
      market.subscriptions(),
      market.offers(),
      market.invoices(),
      market.statement(),
    ]);
    return { balance, orders, subscriptions, offers, invoices, statement };
  });
  if (desk === undefined) return <NeedsDesk />;
  if (all.problem !== undefined) return <ProblemNotice problem={all.problem} again={all.again} />;
  if (all.value === undefined) return <Waiting />;
  const { balance, orders, subscriptions, offers, invoices, statement } = all.value;
  const money = (minor: string, currency: string): string => `${majors(minor, currency)} ${currency}`;
  return (
    <Stack gap="xl">
      <div>
        <Title order={1}>{t('money.title')}</Title>
        <Group gap="xl" mt="xs">
          {balance.items.map(({ account, currency, amount }) => (
            <div key={`${account} ${currency}`}>
              <Text size="sm" c="dimmed">
                {t(`money.account.${account.replace('.', '-')}`)}
              </Text>
              <Text size="xl" fw={700}>
                {amount} {currency}
              </Text>
            </div>
          ))}
          {balance.items.length === 0 && <Text c="dimmed">{t('money.noCredit')}</Text>}
        </Group>
      </div>
      <Orders desk={desk} orders={orders.items} again={all.again} />
      {subscriptions.items.length > 0 && (
        <Listed
          title={t('money.subscriptions')}
          head={[t('money.product'), t('money.state')]}
          rows={subscriptions.items.map(({ id, product, state }) => ({ key: id, cells: [product, state] }))}
        />
      )}
      {offers.items.length > 0 && <Offers desk={desk} offers={offers.items} again={all.again} />}
      {invoices.items.length > 0 && (
        <Listed
          title={t('money.invoices')}
          head={[t('money.invoice'), t('money.buyer'), t('money.total'), t('money.state'), '']}
          rows={invoices.items.map(({ seller, number, buyer, currency, total, state }) => ({
            key: `${seller}/${number}`,
            cells: [
              `${seller}/${number}`,
              buyer,
              money(total, currency),
              state,
              <InvoiceLink key="page" desk={desk} seller={seller} number={number} />,
            ],
          }))}
        />
      )}
      {statement.lines.length > 0 && <Shares statement={statement} />}
    </Stack>
  );
}

interface Rows {
  readonly title: string;
  readonly lead?: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

function Listed({ title, lead, head, rows }: Rows) {
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{title}</Title>
      {lead !== undefined && (
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      )}
      <Table.ScrollContainer minWidth={340}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {head.map((name, at) => (
                <Table.Th key={at}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, cells }) => (
              <Table.Tr key={key}>
                {cells.map((cell, at) => (
                  <Table.Td key={at}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

interface Ordered {
  readonly desk: Desk;
  readonly orders: readonly Order[];
  readonly again: () => void;
}

/** Scores an order may get; the middle one is what silence means. */
const scores = ['0', '0.25', '0.5', '0.75', '1'] as const;

function Orders({ desk, orders, again }: Ordered) {
  const { t, term, moment } = useWords();
  const [problem, setProblem] = useState<ProblemDocument>();
  const score = (order: string, value: string): void => {
    desk.market.score(order, value).then(again, (error: unknown) => setProblem(problemFrom(error)));
  };
  if (orders.length === 0)
    return (
      <Text>
        {t('money.noOrders')} <Anchor href={links.market}>{t('nav.market')}</Anchor>
      </Text>
    );
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Listed
        title={t('money.orders')}
        lead={t('money.ordersLead')}
        head={[t('money.when'), t('money.product'), t('money.state'), t('money.held'), t('money.paid'), '']}
        rows={orders.map((order) => ({
          key: order.id,
          cells: [
            moment(order.createdAt),
            <Anchor key="product" href={links.product(order.product)}>
              {order.product}
            </Anchor>,
            term('orderState', order.state),
            `${majors(order.held, order.currency)} ${order.currency}`,
            order.captured === null ? '' : `${majors(order.captured, order.currency)} ${order.currency}`,
            isScorable(order) ? (
              <Group gap={4} wrap="nowrap" key="score">
                <Text size="xs">{t('money.score')}</Text>
                {scores.map((value) => (
                  <Button key={value} size="compact-xs" variant="default" onClick={() => score(order.id, value)}>
                    {value}
                  </Button>
                ))}
              </Group>
            ) : (
              (order.reason ?? '')
            ),
          ],
        }))}
      />
    </>
  );
}

/** Answered but not charged yet: the plan asks for a score. */
const isScorable = ({ state, answeredAt, scoreUntil }: Order): boolean =>
  state === 'RUNNING' && answeredAt !== null && scoreUntil !== null;

interface Bargained {
  readonly desk: Desk;
  readonly offers: readonly Offer[];
  readonly again: () => void;
}

function Offers({ desk, offers, again }: Bargained) {
  const { t, term } = useWords();
  const [problem, setProblem] = useState<ProblemDocument>();
  const act = (doing: Promise<unknown>): void => {
    doing.then(again, (error: unknown) => setProblem(problemFrom(error)));
  };
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Listed
        title={t('money.offers')}
        lead={t('money.offersLead')}
        head={[t('money.product'), t('money.state'), t('money.rounds'), '']}
        rows={offers.map(({ id, product, state, currency, offers: rounds }) => {
          const last = rounds.at(-1);
          return {
            key: id,
            cells: [
              product,
              term('offerState', state),
              rounds.map(({ by, minor }) => `${by}: ${majors(minor, currency)} ${currency}`).join(' → '),
              state === 'OFFERED' && last !== undefined ? (
                <Group gap={4} wrap="nowrap" key="acts">
                  <Button size="compact-sm" onClick={() => act(desk.market.accept(id, last.hash))}>
                    {t('money.accept')}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => act(desk.market.decline(id))}>
                    {t('money.decline')}
                  </Button>
                </Group>
              ) : (
                ''
              ),
            ],
          };
        })}
      />
    </>
  );
}

/** The page to print comes with the desk's code, so it is fetched here and opened from memory. */
function InvoiceLink({
  desk,
  seller,
  number,
}: {
  readonly desk: Desk;
  readonly seller: string;
  readonly number: string;
}) {
  const { t, language } = useWords();
  const open = async (): Promise<void> => {
    const page = await desk.market.invoicePage(seller, number, language === 'zh-CN');
    const url = URL.createObjectURL(page);
    window.open(url, '_blank', 'noopener');
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <Button size="compact-sm" variant="default" onClick={() => void open()}>
      {t('money.print')}
    </Button>
  );
}

function Shares({ statement: { lines, totals } }: { readonly statement: Statement }) {
  const { t, term, moment } = useWords();
  return (
    <Stack gap="xs" component="section" data-statement>
      <Listed
        title={t('money.statement')}
        lead={t('money.statementLead')}
        head={[
          t('money.when'),
          t('money.share'),
          t('money.amount'),
          t('money.rule'),
          t('money.inputs'),
          t('money.ledger'),
        ]}
        rows={lines.map(({ subject, why, amount, currency, ruleVersion, inputs, at, ledger }, index) => ({
          key: `${subject} ${String(index)}`,
          cells: [
            moment(at),
            term('share', why),
            `${amount} ${currency}`,
            `v${String(ruleVersion)}`,
            Object.entries(inputs)
              .map(([name, value]) => `${term('input', name)} ${value}`)
              .join(', '),
            ledger === null ? t('money.waiting') : String(ledger.height),
          ],
        }))}
      />
      {totals.map(({ why, amount, currency }) => (
        <Text key={`${why} ${currency}`} fw={600}>
          {term('share', why)}: {amount} {currency}
        </Text>
      ))}
    </Stack>
  );
}
