// The header: where to go, in which language, in which colours, and whose desk is connected.
import {
  ActionIcon,
  Anchor,
  Burger,
  Button,
  Group,
  Menu,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { links, useFragment } from '../state/route';
import { useServers } from '../state/servers';
import { useLoad } from '../state/use-load';
import { languages, type Language } from '../words';
import { useWords } from '../words/use-words';

export function Header() {
  const { t } = useWords();
  return (
    <Group h="100%" px={{ base: 'sm', sm: 'lg' }} justify="space-between" wrap="nowrap" gap="xs">
      <Group gap="lg" wrap="nowrap">
        <Anchor href={links.catalogue} c="inherit" underline="never" aria-label="Aggregora">
          <Group gap={8} wrap="nowrap">
            <Mark />
            <Text fw={700} size="lg">
              Aggregora
            </Text>
          </Group>
        </Anchor>
        <Group gap="md" component="nav" aria-label={t('nav.label')} visibleFrom="sm" wrap="nowrap">
          <Links />
        </Group>
      </Group>
      <Group gap={6} wrap="nowrap">
        <Group visibleFrom="sm">
          <DeskButton />
        </Group>
        <Languages />
        <Colours />
        <SmallMenu />
      </Group>
    </Group>
  );
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 16 16" aria-hidden fill="var(--mantine-primary-color-filled)">
      <path d="M2 14V8h3v6zM6.5 14V2h3v12zM11 14V5h3v9z" />
    </svg>
  );
}

const places = [
  { href: links.catalogue, name: 'nav.catalogue' },
  { href: links.market, name: 'nav.market' },
  { href: links.questions, name: 'nav.questions' },
  { href: links.money, name: 'nav.money' },
] as const;

function Links() {
  const { t } = useWords();
  const fragment = useFragment();
  const here =
    places.find(({ href }) => href !== links.catalogue && fragment.startsWith(href))?.href ?? links.catalogue;
  return places
    .map(({ href, name }) => ({ href, words: t(name) }))
    .map(({ href, words }) => (
      <Anchor
        key={href}
        href={href}
        underline="hover"
        {...(href === here ? { fw: 600, 'aria-current': 'page' } : { c: 'dimmed' })}
      >
        {words}
      </Anchor>
    ));
}

/** The name of the desk's owner, or undefined while none is connected. */
function useDeskWords(): string {
  const { t, language } = useWords();
  const { desk, address, deskName } = useServers();
  const owner = useLoad(
    address && JSON.stringify([language, address]),
    () => desk?.owner() ?? Promise.reject(new Error()),
  );
  if (desk === undefined || owner.problem !== undefined) return t('desk.connect');
  return owner.value === undefined ? t('loading') : t('desk.connected', { name: deskName(owner.value) });
}

function DeskButton() {
  const { desk } = useServers();
  const words = useDeskWords();
  return (
    <Button component="a" href={links.desk} size="xs" variant={desk === undefined ? 'filled' : 'default'} maw={240}>
      {words}
    </Button>
  );
}

function SmallMenu() {
  const { t } = useWords();
  const desk = useDeskWords();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Burger hiddenFrom="sm" size="sm" aria-label={t('nav.label')} />
      </Menu.Target>
      <Menu.Dropdown>
        {places.map(({ href, name }) => (
          <Menu.Item key={href} component="a" href={href}>
            {t(name)}
          </Menu.Item>
        ))}
        <Menu.Item component="a" href={links.desk}>
          {desk}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Languages() {
  const { language, t } = useWords();
  const { i18n } = useTranslation();
  const other: Language = language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button
      size="xs"
      variant="subtle"
      lang={other}
      aria-label={`${t('language')}: ${languages[other]}`}
      onClick={() => void i18n.changeLanguage(other)}
    >
      {languages[other]}
    </Button>
  );
}

function Colours() {
  const { t } = useWords();
  const { setColorScheme } = useMantineColorScheme();
  const next = useComputedColorScheme('light') === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon variant="subtle" aria-label={t(`scheme.${next}`)} onClick={() => setColorScheme(next)}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden fill="currentColor">
        <path d="M8 1a7 7 0 1 0 0 14zM8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0" fillRule="evenodd" />
      </svg>
    </ActionIcon>
  );
}
