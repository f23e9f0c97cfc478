// The frame of every page: header, languages, colours, and the page that the fragment names.
import { MantineProvider, AppShell, Container, createTheme, type CSSVariablesResolver } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef } from 'react';
import Catalogue from './pages/catalogue';
import { Faults } from './parts/faults';
import { Header } from './parts/header';
import { Empty, Waiting } from './parts/notices';
import type { Arrival } from './state/desk-address';
import { routeOf, useFragment, type Route } from './state/route';
import { ServersProvider } from './state/servers';
import { useWords } from './words/use-words';

const RepositoryPage = lazy(() => import('./pages/repository'));
const TemplatePage = lazy(() => import('./pages/template'));
const AnswerPage = lazy(() => import('./pages/answer'));
const QuestionsPage = lazy(() => import('./pages/questions'));
const MarketPage = lazy(() => import('./pages/market'));
const ProductPage = lazy(() => import('./pages/product'));
const MoneyPage = lazy(() => import('./pages/money'));
const DeskPage = lazy(() => import('./pages/desk'));

// Only fonts that machines already have: nothing is fetched from elsewhere.
const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: fonts,
  headings: {
    fontFamily: fonts,
    sizes: { h1: { fontSize: '1.75rem' }, h2: { fontSize: '1.25rem' }, h4: { fontSize: '1.05rem' } },
  },
});

/** Quiet text still has 4.5:1 against its ground (WCAG 2.2, 1.4.3). */
const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c636a' },
  dark: { '--mantine-color-dimmed': '#a6a6a6' },
});

export function App({ arrival }: { readonly arrival: Arrival }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={readable}>
      <ServersProvider arrival={arrival}>
        <Frame />
      </ServersProvider>
    </MantineProvider>
  );
}

function Frame() {
  const fragment = useFragment();
  const main = useRef<HTMLElement>(null);
  const seen = useRef(fragment);
  useEffect(() => {
    if (seen.current === fragment) return;
    seen.current = fragment;
    // A new page starts at its top, and screen readers start there too.
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [fragment]);
  return (
    <AppShell header={{ height: 60 }} padding={{ base: 'sm', sm: 'lg' }}>
      <AppShell.Header>
        <Header />
      </AppShell.Header>
      <AppShell.Main ref={main} tabIndex={-1} id="main" style={{ outline: 'none' }}>
        <Container size="lg" px={0}>
          <Faults key={fragment}>
            <Suspense fallback={<Waiting />}>
              <Shown route={routeOf(fragment)} />
            </Suspense>
          </Faults>
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function Shown({ route }: { readonly route: Route }) {
  const { t } = useWords();
  switch (route.page) {
    case 'catalogue':
      return <Catalogue />;
    case 'repository':
      return <RepositoryPage key={route.id} id={route.id} />;
    case 'template':
      return <TemplatePage key={route.id} id={route.id} from={route.from} />;
    case 'answer':
      return <AnswerPage key={route.group} group={route.group} />;
    case 'questions':
      return <QuestionsPage />;
    case 'market':
      return <MarketPage />;
    case 'product':
      return <ProductPage key={route.id} id={route.id} />;
    case 'money':
      return <MoneyPage />;
    case 'desk':
      return <DeskPage />;
    case 'missing':
      return <Empty title={t('missing.title')} todo={t('missing.do')} />;
  }
}
