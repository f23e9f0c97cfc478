// The answer to one question: progress while it is on its way, figures and label when it is there, receipts up to FINAL.
import { Anchor, Group, Paper, Progress, Stack, Tabs, Text, Title } from '@mantine/core';
import type { Desk } from '../api/desk';
import type { ExchangeRecord, Question, Words } from '../api/types';
import { AnswerFigures } from '../parts/answer-figures';
import { AnswerLabel } from '../parts/answer-label';
import { NeedsDesk } from '../parts/desk-form';
import { ProblemNotice, RefusalNotice, Waiting } from '../parts/notices';
import { Receipt } from '../parts/receipt';
import { plainShape, shapeOf } from '../parts/shape';
import { useMemo } from 'react';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useQuestion } from '../state/use-question';
import { useWords } from '../words/use-words';

export default function AnswerPage({ group }: { readonly group: string }) {
  const { desk } = useServers();
  const { question, problem } = useQuestion(desk, group);
  if (desk === undefined) return <NeedsDesk />;
  return (
    <Stack gap="lg">
      <Anchor href={links.questions} size="sm">
        ← <Said words="nav.questions" />
      </Anchor>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {question === undefined ? problem === undefined && <Waiting /> : <Told question={question} desk={desk} />}
    </Stack>
  );
}

function Said({ words }: { readonly words: string }) {
  return <>{useWords().t(words)}</>;
}

/** Titles of the repositories asked, by id. */
function useNames(question: Question): (repository: string) => string {
  const { language, say } = useWords();
  const { exchange } = useServers();
  const ids = [...new Set(question.records.map((record) => record.repository))];
  const found = useLoad(JSON.stringify([language, ids]), () =>
    Promise.all(
      ids.map(async (id): Promise<[string, string]> => [id, say((await exchange.repository(id)).metadata.title)]),
    ),
  );
  const names = new Map(found.value);
  return (id) => names.get(id) ?? id;
}

/** The question as it was asked; the desk's own words where the values are not told. */
function useQuestionWords({ template, parameters, words }: Question): Words {
  const { exchange } = useServers();
  const said = useLoad(parameters && JSON.stringify([template, parameters]), (signal) =>
    exchange.preview(template, parameters ?? {}, signal),
  );
  return said.value?.words ?? words;
}

function Told({ question, desk }: { readonly question: Question; readonly desk: Desk }) {
  const { t, say, moment } = useWords();
  const nameOf = useNames(question);
  const words = useQuestionWords(question);
  const { records } = question;
  const first = records.find((record) => record.answer !== null) ?? question.combined ?? question.soFar ?? undefined;
  return (
    <>
      <div>
        <Title order={1}>{t('answer.title')}</Title>
        <Text size="lg" maw={820}>
          {say(words)}
        </Text>
        <Group gap="md" mt={4}>
          <Text size="sm" c="dimmed">
            {t('answer.askedAt', { at: moment(question.at) })}
          </Text>
          {question.mode !== undefined && question.mode !== 'clear' && (
            <Text size="sm" c="dimmed">
              {t(`answer.mode.${question.mode}`)}
            </Text>
          )}
          <Anchor size="sm" href={links.template(question.template)}>
            {t('answer.askAgain')}
          </Anchor>
        </Group>
      </div>
      {question.error !== null && <ProblemNotice problem={question.error} />}
      {question.error === null && <Progressing records={records} />}
      {question.error === null && question.combined === null && question.rounds != null && (
        <Rounds done={question.rounds.done} most={question.rounds.most} />
      )}
      {records.map(
        (record) =>
          record.refusal !== null && (
            <RefusalNotice key={record.xid} at={nameOf(record.repository)} refusal={record.refusal} />
          ),
      )}
      {first !== undefined && <Answers question={question} nameOf={nameOf} />}
      {records.length > 0 && (
        <Stack gap="sm">
          <div>
            <Title order={2}>{t('answer.receipt')}</Title>
            <Text c="dimmed">{t('answer.receiptLead')}</Text>
          </div>
          {records.map((record) => (
            <Receipt key={record.xid} record={record} at={nameOf(record.repository)} desk={desk} />
          ))}
        </Stack>
      )}
    </>
  );
}

function Progressing({ records }: { readonly records: readonly ExchangeRecord[] }) {
  const { t } = useWords();
  const done = records.filter((record) => record.status !== null).length;
  if (records.length > 0 && done === records.length) return null;
  return (
    <Paper withBorder p="md" role="status" aria-live="polite">
      <Group justify="space-between">
        <Text fw={600}>{t('answer.waiting')}</Text>
        <Text size="sm">{t('answer.arrived', { done, all: records.length })}</Text>
      </Group>
      <Progress
        value={records.length === 0 ? 5 : Math.max(5, (100 * done) / records.length)}
        animated
        my="xs"
        aria-hidden
      />
      <Text size="sm" c="dimmed">
        {t('answer.waitingLead')}
      </Text>
    </Paper>
  );
}

function Rounds({ done, most }: { readonly done: number; readonly most: number }) {
  const { t } = useWords();
  return (
    <Paper withBorder p="md" role="status" aria-live="polite">
      <Text size="sm">{t('answer.rounds', { done: done + 1, most })}</Text>
      <Progress value={Math.max(5, (100 * done) / most)} animated my="xs" aria-hidden />
    </Paper>
  );
}

function Answers({ question, nameOf }: { readonly question: Question; readonly nameOf: (id: string) => string }) {
  const speech = useWords();
  const { t, say } = speech;
  const { exchange } = useServers();
  const template = useLoad(JSON.stringify([speech.language, question.template]), () =>
    exchange.template(question.template),
  );
  const answered = question.records.filter((record) => record.answer !== null);
  const sum = question.combined ?? question.soFar ?? null;
  const cells = sum?.cells ?? answered[0]?.answer?.cells ?? [];
  const shape = useMemo(
    () =>
      template.value === undefined
        ? plainShape(cells)
        : shapeOf(template.value.document, template.value.elementDocument, speech),
    [template.value, speech, cells],
  );
  if (template.value === undefined && template.problem === undefined) return <Waiting />;
  const title = template.value === undefined ? question.template : say(template.value.document.title);
  const confidential = question.mode === 'shares' || question.mode === 'homomorphic' || question.mode === 'overlap';
  const together = sum !== null && (confidential || answered.length > 1) ? sum : undefined;
  return (
    <Tabs
      defaultValue={together === undefined ? (answered[0]?.xid ?? null) : 'together'}
      keepMounted={false}
      key={together === undefined ? 'one' : 'all'}
    >
      <Tabs.List aria-label={t('answer.view')} mb="md">
        {together !== undefined && (
          <Tabs.Tab value="together">{t(question.combined === null ? 'answer.soFar' : 'answer.together')}</Tabs.Tab>
        )}
        {answered.map(({ xid, repository }) => (
          <Tabs.Tab key={xid} value={xid}>
            {nameOf(repository)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {together !== undefined && (
        <Tabs.Panel value="together">
          <Text size="sm" c="dimmed" mb="sm">
            {confidential
              ? t('answer.confidentialLead', { count: question.records.length })
              : t('answer.togetherLead', { count: together.parts })}
          </Text>
          <AnswerFigures title={title} shape={shape} cells={together.cells} />
        </Tabs.Panel>
      )}
      {answered.map(({ xid, answer, left }) =>
        answer === null ? null : (
          <Tabs.Panel key={xid} value={xid}>
            <Stack>
              <AnswerFigures title={title} shape={shape} cells={answer.cells} withheld={answer.label.withheld.cells} />
              <AnswerLabel label={answer.label} left={left} />
            </Stack>
          </Tabs.Panel>
        ),
      )}
    </Tabs>
  );
}
