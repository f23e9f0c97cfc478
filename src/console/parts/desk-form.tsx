// Connecting the reader's desk: an address and a code, kept in this tab only.
import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { deskAt, deskUrl } from '../api/desk';
import { problemFrom } from '../api/request';
import type { ProblemDocument } from '../api/types';
import { useServers } from '../state/servers';
import { useWords } from '../words/use-words';
import { ProblemNotice } from './notices';

interface Tried {
  readonly wrong?: 'address' | 'code';
  readonly busy?: boolean;
  readonly problem?: ProblemDocument;
}

/** The form; `done` is called once the desk has answered with its owner's name. */
export function DeskForm({ done }: { readonly done?: () => void }) {
  const { t, language } = useWords();
  const { toConfirm, address, connect } = useServers();
  const [url, setUrl] = useState(toConfirm?.url ?? address?.url ?? 'http://127.0.0.1:3010');
  const [code, setCode] = useState(toConfirm?.code ?? '');
  const [tried, setTried] = useState<Tried>({});
  const attempt = async (): Promise<void> => {
    const origin = deskUrl(url.trim());
    if (origin === undefined) return setTried({ wrong: 'address' });
    if (code.trim() === '') return setTried({ wrong: 'code' });
    const next = { url: origin, code: code.trim() };
    setTried({ busy: true });
    try {
      await deskAt(next, language).owner();
      connect(next);
      setTried({});
      done?.();
    } catch (error) {
      setTried({ problem: problemFrom(error) });
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void attempt();
      }}
      noValidate
    >
      <Stack maw={520}>
        {toConfirm !== undefined && <Alert color="orange">{t('desk.confirm')}</Alert>}
        <TextInput
          label={t('desk.address')}
          description={t('desk.addressHint')}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={tried.wrong === 'address' && t('desk.addressWrong')}
          inputMode="url"
        />
        <PasswordInput
          label={t('desk.code')}
          description={t('desk.kept')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={tried.wrong === 'code' && t('desk.codeWrong')}
          autoComplete="off"
        />
        {tried.problem !== undefined && <ProblemNotice problem={tried.problem} />}
        <Group>
          <Button type="submit" loading={tried.busy === true}>
            {t('desk.go')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Instead of a page that cannot be shown without a desk. */
export function NeedsDesk() {
  const { t } = useWords();
  return (
    <Paper withBorder p="lg">
      <Title order={1} mb="xs">
        {t('desk.why')}
      </Title>
      <Text mb="md" maw={640}>
        {t('desk.lead')}
      </Text>
      <DeskForm />
    </Paper>
  );
}
