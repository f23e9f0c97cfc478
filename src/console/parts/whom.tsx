// Whom to ask: the repositories that have adopted the question, each with its permit and with what is left there.
import { useState } from 'react';
import { Badge, Button, Card, Checkbox, Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { Desk } from '../api/desk';
import { problemFrom } from '../api/request';
import type { PermitRow, ProblemDocument, Repository } from '../api/types';
import { share, timesWithin } from '../exact/rational';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';
import { ProblemNotice } from './notices';
import { SyntheticBadge } from './synthetic-badge';

export interface Candidate {
  readonly repository: Repository;
  readonly permit: PermitRow | undefined;
  readonly expired: boolean;
}

/** What a permit would be asked for. */
interface Wanted {
  readonly template: string;
  readonly purpose: string;
}

interface Choice {
  readonly candidates: readonly Candidate[];
  readonly ticked: readonly string[];
  readonly tick: (ids: readonly string[]) => void;
  readonly cost: string;
  readonly wanted: Wanted;
}

/** Finds the permit that covers a repository now, if the desk holds one. */
export function candidateOf(
  repository: Repository,
  permits: readonly PermitRow[],
  template: string,
  now: number,
): Candidate {
  const here = permits.filter(
    (one) => one.repository === repository.id && one.template === template && one.state !== 'revoked',
  );
  const permit = here.find(({ document }) => document.from <= now && now < document.until);
  return { repository, permit, expired: permit === undefined && here.length > 0 };
}

export function Whom({ candidates, ticked, tick, cost, wanted }: Choice) {
  const { t } = useWords();
  const { desk } = useServers();
  return (
    <Checkbox.Group
      value={[...ticked]}
      onChange={tick}
      label={<Title order={2}>{t('template.whom')}</Title>}
      description={t('template.whomLead')}
    >
      <Stack gap="xs" mt="sm">
        {candidates.map((candidate) => (
          <One
            key={candidate.repository.id}
            candidate={candidate}
            desk={desk}
            cost={cost}
            wanted={wanted}
            ticked={ticked.includes(candidate.repository.id)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

interface OneChoice {
  readonly candidate: Candidate;
  readonly desk: Desk | undefined;
  readonly cost: string;
  readonly wanted: Wanted;
  readonly ticked: boolean;
}

function One({ candidate: { repository, permit, expired }, desk, cost, wanted, ticked }: OneChoice) {
  const { t, say } = useWords();
  const { nameOf } = useServers();
  const owner = nameOf(repository.owner);
  const closed = permit === undefined ? desk : undefined;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Checkbox
          value={repository.id}
          disabled={closed !== undefined}
          label={say(repository.metadata.title)}
          description={`${owner} · ${repository.metadata.place.name}`}
        />
        <Stack gap={4} align="flex-end" style={{ flexShrink: 0 }}>
          {repository.metadata.synthetic && <SyntheticBadge />}
          {closed !== undefined && (
            <Badge color="gray" tt="none">
              {t(expired ? 'template.expired' : 'template.noPermit')}
            </Badge>
          )}
        </Stack>
      </Group>
      {closed !== undefined && <Permitless desk={closed} repository={repository.id} owner={owner} wanted={wanted} />}
      {ticked && permit !== undefined && desk !== undefined && (
        <Left desk={desk} repository={repository.id} permit={permit} cost={cost} />
      )}
    </Card>
  );
}

interface Wanting {
  readonly desk: Desk;
  readonly repository: string;
  readonly owner: string;
  readonly wanted: Wanted;
}

/** No permit is no dead end: the owner can be asked for one from here. */
function Permitless({ desk, repository, owner, wanted: { template, purpose } }: Wanting) {
  const { t } = useWords();
  const [wish, setWish] = useState<'open' | 'sent' | ProblemDocument>('open');
  const send = (): void => {
    desk.wish(repository, template, purpose).then(
      () => setWish('sent'),
      (error: unknown) => setWish(problemFrom(error)),
    );
  };
  if (typeof wish === 'object') return <ProblemNotice problem={wish} again={send} />;
  return (
    <Group justify="space-between" mt={6} gap="xs">
      <Text size="sm" c="dimmed" role="status">
        {t(wish === 'sent' ? 'template.wished' : 'template.noPermitDo', { owner })}
      </Text>
      {wish === 'open' && (
        <Button size="xs" variant="default" onClick={send}>
          {t('template.wish')}
        </Button>
      )}
    </Group>
  );
}

interface Budgeted {
  readonly desk: Desk;
  readonly repository: string;
  readonly permit: PermitRow;
  readonly cost: string;
}

/** What is left at this repository and under this permit, exactly, and how often the question still fits. */
function Left({ desk, repository, permit, cost }: Budgeted) {
  const { t, language } = useWords();
  const budget = useLoad(JSON.stringify([language, repository, permit.id]), () => desk.budget(repository, permit.id));
  if (budget.problem !== undefined) return <ProblemNotice problem={budget.problem} again={budget.again} />;
  if (budget.value === undefined) return null;
  const { rho, permitRho, questions } = budget.value;
  const fits = [timesWithin(rho, cost), timesWithin(permitRho, cost), timesWithin(String(questions), '1')];
  const times = fits.reduce((a, b) => (a === undefined ? b : b === undefined || a < b ? a : b));
  return (
    <Stack gap={4} mt="sm" data-budget={repository}>
      <Progress value={share(permitRho, permit.document.rho) * 100} size="sm" aria-label={t('template.left')} />
      <Group gap="md">
        <Text size="sm">
          {t('template.left')}: <b>rho {rho}</b> ({t('template.leftHere')}), <b>rho {permitRho}</b> (
          {t('template.leftPermit')})
        </Text>
        <Text size="sm">
          {t('template.questionsLeft')}: <b>{String(questions)}</b>
        </Text>
      </Group>
      <Text size="sm" c={times === 0n ? 'red' : 'dimmed'}>
        {times === 0n
          ? t('template.tooLittle')
          : times === undefined
            ? ''
            : t('template.after', { count: Number(times) })}
      </Text>
    </Stack>
  );
}
