// The page of the desk: which one is connected, and connecting or leaving it.
import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { DeskForm } from '../parts/desk-form';
import { ProblemNotice, Waiting } from '../parts/notices';
import { goTo, links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { useWords } from '../words/use-words';

export default function DeskPage() {
  const { t } = useWords();
  const { address, toConfirm } = useServers();
  return (
    <Stack>
      <Title order={1}>{t('desk.connect')}</Title>
      <Text maw={640}>{t('desk.lead')}</Text>
      {address !== undefined && <Connected url={address.url} />}
      {(address === undefined || toConfirm !== undefined) && <DeskForm done={() => goTo(links.catalogue)} />}
    </Stack>
  );
}

function Connected({ url }: { readonly url: string }) {
  const { t, language } = useWords();
  const { desk, deskName, disconnect } = useServers();
  const owner = useLoad(JSON.stringify([language, url]), () => desk?.owner() ?? Promise.reject(new Error('no desk')));
  return (
    <Paper withBorder p="md">
      {owner.problem !== undefined && <ProblemNotice problem={owner.problem} again={owner.again} />}
      {owner.value === undefined && owner.problem === undefined && <Waiting />}
      {owner.value !== undefined && <Text fw={600}>{t('desk.connected', { name: deskName(owner.value) })}</Text>}
      <Group justify="space-between" mt="xs">
        <Code>{url}</Code>
        <Button variant="default" size="xs" onClick={disconnect}>
          {t('desk.leave')}
        </Button>
      </Group>
    </Paper>
  );
}
