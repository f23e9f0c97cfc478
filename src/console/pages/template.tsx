// One question: in words, as a form, with its cost and what is left, and asked with one press.
import { Alert, Anchor, Badge, Button, Group, Paper, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { PermitRow, Repository, Template } from '../api/types';
import { AnswerFigures } from '../parts/answer-figures';
import { Ask } from '../parts/ask';
import { ProblemNotice, Waiting } from '../parts/notices';
import { ParameterField } from '../parts/parameter-field';
import { shapeOf } from '../parts/shape';
import { SyntheticBadge } from '../parts/synthetic-badge';
import { TemplateRecord } from '../parts/template-record';
import { candidateOf, Whom } from '../parts/whom';
import { chosen, filledByRounds, parameterLabel, startingWith, type Given } from '../state/parameters';
import { links } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad, type Loaded } from '../state/use-load';
import { useWords } from '../words/use-words';

export default function TemplatePage({ id, from }: { readonly id: string; readonly from?: string | undefined }) {
  const { language } = useWords();
  const { exchange } = useServers();
  const all = useLoad(JSON.stringify([language, id]), async () => {
    const [template, repositories] = await Promise.all([
      exchange.template(id),
      exchange.repositories({ template: id, limit: '100' }),
    ]);
    return { template, repositories: repositories.items };
  });
  const permits = usePermits();
  if (all.problem !== undefined) return <ProblemNotice problem={all.problem} again={all.again} />;
  // Which boxes are ticked depends on the permits: the form waits for them.
  if (all.value === undefined || (permits.busy && permits.value === undefined)) return <Waiting />;
  return (
    <Stack gap="lg">
      {permits.problem !== undefined && <ProblemNotice problem={permits.problem} again={permits.again} />}
      <Question {...all.value} permits={permits.value ?? []} from={from} />
    </Stack>
  );
}

function usePermits(): Loaded<readonly PermitRow[]> {
  const { language } = useWords();
  const { desk, address } = useServers();
  return useLoad(address && JSON.stringify([language, address]), async () => (await desk?.permits())?.items ?? []);
}

interface Asked {
  readonly template: Template;
  readonly repositories: readonly Repository[];
  readonly permits: readonly PermitRow[];
  readonly from: string | undefined;
}

function Question({ template, repositories, permits, from }: Asked) {
  const { document } = template;
  const { desk } = useServers();
  const [now] = useState(() => Date.now());
  const candidates = repositories.map((repository) => candidateOf(repository, permits, template.id, now));
  const open = candidates
    .filter(({ permit }) => desk === undefined || permit !== undefined)
    .map(({ repository }) => repository.id);
  const [wished, wish] = useState<readonly string[]>(from === undefined ? open.slice(0, 1) : [from]);
  const [given, give] = useState<Given>(() => startingWith(document));
  const ticked = wished.filter((id) => open.includes(id));
  const common = document.purposes.filter((purpose) =>
    candidates.every(
      ({ repository, permit }) =>
        !ticked.includes(repository.id) || permit?.document.purposes.includes(purpose) !== false,
    ),
  );
  const [purpose, setPurpose] = useState<string>();
  const used = common.find((one) => one === purpose) ?? common[0];
  const preview = usePreview(template.id, given);
  return (
    <>
      <Head template={template} words={preview.value?.words ?? template.words} from={from} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <Paper withBorder p="md" component="section">
          <Parameters template={template} given={given} give={give} />
          <Purpose purposes={common} used={used} onChange={setPurpose} />
        </Paper>
        <Stack component="section">
          <Whom
            candidates={candidates}
            ticked={ticked}
            tick={wish}
            cost={document.privacy.rho}
            wanted={{ template: template.id, purpose: used ?? document.purposes[0] ?? '' }}
          />
          <Ask template={template} ticked={ticked} given={given} purpose={used} />
        </Stack>
      </SimpleGrid>
      <PreviewPanel template={template} preview={preview} />
      <TemplateRecord template={template} />
    </>
  );
}

interface Headed {
  readonly template: Template;
  readonly words: Template['words'];
  readonly from: string | undefined;
}

function Head({ template: { document, author, state }, words, from }: Headed) {
  const { t, say, term } = useWords();
  const { nameOf } = useServers();
  return (
    <Stack gap="xs">
      <Anchor href={from === undefined ? links.catalogue : links.repository(from)} size="sm">
        ← {t(from === undefined ? 'nav.catalogue' : 'repository.questions')}
      </Anchor>
      <Title order={1}>{say(document.title)}</Title>
      <Text size="lg" maw={820} aria-live="polite" data-words>
        {say(words)}
      </Text>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('template.version', { version: document.version, author: nameOf(author) })}
        </Text>
        {document.purposes.map((purpose) => (
          <Badge key={purpose} variant="default" radius="sm" tt="none">
            {term('purpose', purpose)}
          </Badge>
        ))}
      </Group>
      {state !== 'approved' && <Alert color="orange">{t('template.unapproved', { state })}</Alert>}
    </Stack>
  );
}

interface Form {
  readonly template: Template;
  readonly given: Given;
  readonly give: (given: Given) => void;
}

function Parameters({ template: { document, elementDocument }, given, give }: Form) {
  const speech = useWords();
  const asked = Object.entries(document.parameters).filter(([name]) => !filledByRounds(document, name));
  return (
    <>
      <Title order={2} mb="sm">
        {speech.t('template.parameters')}
      </Title>
      {asked.length === 0 && <Text c="dimmed">{speech.t('template.noParameters')}</Text>}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {asked.map(([name, parameter]) => (
          <ParameterField
            key={name}
            parameter={parameter}
            label={parameterLabel(document, elementDocument, name, speech)}
            value={given[name]}
            onChange={(value) => give({ ...given, [name]: value })}
          />
        ))}
      </SimpleGrid>
    </>
  );
}

interface Purposes {
  readonly purposes: readonly string[];
  readonly used: string | undefined;
  readonly onChange: (purpose: string) => void;
}

function Purpose({ purposes, used, onChange }: Purposes) {
  const { t, term } = useWords();
  return (
    <Select
      mt="md"
      label={t('template.purpose')}
      description={t('template.purposeWhy')}
      data={purposes.map((purpose) => ({ value: purpose, label: term('purpose', purpose) }))}
      value={used ?? null}
      onChange={(next) => next !== null && onChange(next)}
      allowDeselect={false}
    />
  );
}

const SETTLE_MS = 400;

/** The question in words as filled in, and synthetic figures of its shape; asked again when the form has settled. */
function usePreview(id: string, given: Given) {
  const { language } = useWords();
  const { exchange } = useServers();
  const [parameters] = useDebouncedValue(
    useMemo(() => chosen(given), [given]),
    SETTLE_MS,
  );
  return useLoad(JSON.stringify([language, id, parameters]), (signal) => exchange.preview(id, parameters, signal));
}

function PreviewPanel({
  template,
  preview,
}: {
  readonly template: Template;
  readonly preview: ReturnType<typeof usePreview>;
}) {
  const speech = useWords();
  const { t, say } = speech;
  const [open, setOpen] = useState(false);
  const shape = useMemo(() => shapeOf(template.document, template.elementDocument, speech), [template, speech]);
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between">
        <Title order={2}>
          {t('template.preview')} <SyntheticBadge />
        </Title>
        <Button variant="default" onClick={() => setOpen(!open)} aria-expanded={open}>
          {t(open ? 'template.hide' : 'template.show')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {t('template.previewLead')}
      </Text>
      {preview.problem !== undefined && <ProblemNotice problem={preview.problem} again={preview.again} />}
      {open && preview.value !== undefined && (
        <AnswerFigures
          title={`${say(template.document.title)} (${t('synthetic.badge')})`}
          shape={shape}
          cells={preview.value.cells}
          interval={false}
        />
      )}
    </Paper>
  );
}
