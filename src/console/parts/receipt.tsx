// One exchange record's receipt: how far it is, the hash both sides hold, the evidence to keep and the check to run.
import { Alert, Button, Code, CopyButton, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Desk } from '../api/desk';
import { problemFrom } from '../api/request';
import type { ExchangeRecord, ProblemDocument, Verification } from '../api/types';
import { useWords } from '../words/use-words';
import { ProblemNotice } from './notices';
import { Steps } from './steps';

const road = ['REQUESTED', 'ANSWERED', 'ACKED', 'ANCHORED', 'FINAL'] as const;
const besides: Readonly<Record<string, number>> = {
  NO_ANSWER: 1,
  REFUSED: 2,
  NO_ACK: 2,
  MISMATCH: 2,
  LATE: 3,
  DISPUTED: 4,
  RESOLVED: 4,
  DEFAULTED: 4,
  ERASED: 5,
  QUEUED: 1,
};

/** How many steps of the road are behind a state. */
const doneOf = (state: string): number => {
  const at = road.findIndex((step) => step === state);
  return at >= 0 ? at + 1 : (besides[state] ?? 0);
};

export function Receipt({
  record,
  at,
  desk,
}: {
  readonly record: ExchangeRecord;
  readonly at: string;
  readonly desk: Desk;
}) {
  const { t, term } = useWords();
  const done = doneOf(record.state);
  const aside = !road.some((step) => step === record.state) && record.state !== 'REFUSED';
  return (
    <Paper withBorder p="md" component="section" data-xid={record.xid} data-state={record.state}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h4">
            {at}
          </Title>
          <Text size="sm" c={record.state === 'FINAL' ? 'teal' : 'dimmed'} fw={600} role="status">
            {term('state', record.state)}
          </Text>
        </Group>
        <Steps
          label={t('answer.receipt')}
          steps={road.map((step) => ({
            name: step,
            label: term('state', nameOf(step, record)),
            where: where(step, record, t),
          }))}
          done={done}
          moving={!aside && record.status !== 'REFUSED'}
        />
        {aside && <Text size="sm">{term('stateWhy', record.state)}</Text>}
        {record.e !== null && <CommonHash e={record.e} />}
        {done >= 3 && <Proof xid={record.xid} desk={desk} />}
      </Stack>
    </Paper>
  );
}

/** A refusal is an answer too, under its own name. */
const nameOf = (step: string, { status }: ExchangeRecord): string =>
  step === 'ANSWERED' && status === 'REFUSED' ? 'REFUSED' : step;

function where(
  step: string,
  { anchors }: ExchangeRecord,
  t: (key: string, values?: Readonly<Record<string, string | number>>) => string,
): string | undefined {
  if (step === 'ANCHORED' && anchors.own !== null) {
    const { seq, height } = anchors.own;
    return height === null ? t('answer.anchorOwnAlone', { seq }) : t('answer.anchorOwn', { seq, height });
  }
  if (step === 'FINAL' && anchors.owner !== null) return t('answer.anchorOwner', { seq: anchors.owner.seq });
  return undefined;
}

function CommonHash({ e }: { readonly e: string }) {
  const { t } = useWords();
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {t('answer.commonHash')}
      </Text>
      <Code style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={e}>
        {e}
      </Code>
      <CopyButton value={e}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy} style={{ flexShrink: 0 }}>
            {t(copied ? 'answer.copied' : 'answer.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

type Verdict = { readonly busy: true } | { readonly told: Verification } | { readonly problem: ProblemDocument };

function Proof({ xid, desk }: { readonly xid: string; readonly desk: Desk }) {
  const { t } = useWords();
  const [verdict, setVerdict] = useState<Verdict>();
  const attempt = (work: () => Promise<Verdict | undefined>): void => {
    setVerdict({ busy: true });
    work().then(setVerdict, (error: unknown) => setVerdict({ problem: problemFrom(error) }));
  };
  const save = async (): Promise<undefined> => saveAs(await desk.evidence(xid), `evidence-${xid}.json`);
  const verify = async (): Promise<Verdict> => ({ told: await desk.verify(xid) });
  const busy = verdict !== undefined && 'busy' in verdict;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => attempt(save)} disabled={busy}>
          {t('answer.evidence')}
        </Button>
        <Button size="xs" variant="light" onClick={() => attempt(verify)} loading={busy}>
          {t(busy ? 'answer.verifying' : 'answer.verify')}
        </Button>
      </Group>
      <div role="status">
        {verdict !== undefined && 'told' in verdict && <Verified told={verdict.told} />}
        {verdict !== undefined && 'problem' in verdict && <ProblemNotice problem={verdict.problem} />}
      </div>
    </Stack>
  );
}

function Verified({ told: { code, checks } }: { readonly told: Verification }) {
  const { t, term } = useWords();
  const good = code === 0 && checks.every(({ holds }) => holds);
  const title = good ? t('answer.verified', { count: checks.length }) : t('answer.notVerified', { code });
  return (
    <Alert color={good ? 'teal' : 'red'} title={title} data-verified={good}>
      <List size="sm" aria-label={t('answer.checks')}>
        {checks.map(({ name, holds, note }) => (
          <List.Item key={name} icon={<span aria-hidden>{holds ? '✓' : '✗'}</span>}>
            {term('check', name)}: {t(holds ? 'answer.pass' : 'answer.fail')}
            {note !== undefined && <Code ml="xs">{note}</Code>}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function saveAs(file: Blob, name: string): undefined {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
