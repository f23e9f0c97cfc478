// What stands where something is missing: a refusal with what to do, an empty list, a page that is still loading.
import { Alert, Button, Center, Code, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemDocument, Words } from '../api/types';
import { useWords } from '../words/use-words';

interface Refused {
  readonly problem: ProblemDocument;
  readonly again?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** The server's words; ours where it sent none, and the code always. */
export function ProblemNotice({ problem, again, children }: Refused) {
  const { t, term, language } = useWords();
  const known = term('problem', `${problem.code}.title`) !== `${problem.code}.title`;
  const own = known ? problem.code : 'OTHER';
  const zh = language === 'zh-CN';
  const title = (zh ? problem.titleZh : undefined) ?? problem.title;
  const todo = (zh ? problem.detailZh : undefined) ?? problem.detail;
  return (
    <Refusal
      title={title === '' ? t(`problem.${own}.title`) : title}
      todo={todo === undefined || todo === '' ? t(`problem.${own}.do`) : todo}
      code={problem.code}
      place={placeOf(problem)}
    >
      {again !== undefined && (
        <Button size="xs" variant="default" onClick={again}>
          {t('again')}
        </Button>
      )}
      {children}
    </Refusal>
  );
}

function placeOf(problem: ProblemDocument): string | undefined {
  const at = problem.details?.['at'];
  return typeof at === 'string' ? at : undefined;
}

interface Said {
  readonly title: string;
  readonly todo: string;
  readonly code: string;
  readonly place?: string | undefined;
  readonly children?: ReactNode;
}

function Refusal({ title, todo, code, place, children }: Said) {
  const { t } = useWords();
  return (
    <Alert color="red" title={title} role="alert" data-code={code}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{todo}</Text>
        {children}
        <Text size="xs" c="dimmed">
          {t('code')} <Code>{code}</Code> {place !== undefined && <Code>{place}</Code>}
        </Text>
      </Stack>
    </Alert>
  );
}

/** A refusal that came as an answer, in both languages. */
export function RefusalNotice({
  at,
  refusal,
}: {
  readonly at: string;
  readonly refusal: { code: string; title: Words; do: Words };
}) {
  const { t, say } = useWords();
  const title = `${t('answer.refused', { repository: at })}: ${say(refusal.title)}`;
  return <Refusal title={title} todo={say(refusal.do)} code={refusal.code} />;
}

export function Empty({
  title,
  todo,
  children,
}: {
  readonly title: string;
  readonly todo: string;
  readonly children?: ReactNode;
}) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" size="sm" mb="sm">
        {todo}
      </Text>
      {children}
    </Paper>
  );
}

export function Waiting() {
  const { t } = useWords();
  return (
    <Center py="xl" role="status" aria-live="polite">
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text c="dimmed">{t('loading')}</Text>
      </Group>
    </Center>
  );
}
