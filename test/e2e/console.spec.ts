// The console tried as a person would: in a real browser, in both languages, on a desk and on a phone, against a stand-in.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { describeOr } from '../support/not-run';
import { standIn, type StandIn } from '../support/console-stand-in';

const root = join(__dirname, '../..');
const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const shots = process.env['CONSOLE_SHOTS'];
// A browser shares the machine with everything else that is tested.
jest.setTimeout(180_000);

describeOr(
  found === undefined ? 'no chromium' : undefined,
  'the console in a browser',
  'apt-get install chromium',
  () => {
    let folder: string;
    let servers: StandIn;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let faults: string[];
    let elsewhere: string[];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'console-'));
      const config = join(root, 'src/console/vite.config.ts');
      const built = spawnSync(
        process.execPath,
        [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', config, '--outDir', folder],
        { encoding: 'utf8' },
      );
      if (built.status !== 0) throw new Error(built.stderr);
      servers = await standIn(folder);
      browser = await chromium.launch({ executablePath: found ?? '', args: flags });
    }, 120_000);

    afterAll(async () => {
      await browser.close();
      await servers.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const visit = async (width: number, locale: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> => {
      context = await browser.newContext({
        viewport: { width, height: 900 },
        locale,
        colorScheme,
        reducedMotion: 'reduce',
      });
      page = await context.newPage();
      faults = [];
      elsewhere = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== '127.0.0.1') elsewhere.push(request.url());
      });
    };
    const withDesk = (): string => `${servers.exchange}/#desk=${encodeURIComponent(servers.desk)}&code=${servers.code}`;
    const shot = async (name: string): Promise<void> => {
      if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    };
    /** Nothing sticks out to the right: a phone must not scroll sideways. */
    const overhang = () =>
      page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

    afterEach(async () => {
      await context.close();
    });

    const walks = [
      { name: 'en-desktop', width: 1280, locale: 'en-US', scheme: 'light' as const },
      { name: 'zh-desktop', width: 1280, locale: 'zh-CN', scheme: 'dark' as const },
      { name: 'en-phone', width: 390, locale: 'en-US', scheme: 'dark' as const },
      { name: 'zh-phone', width: 390, locale: 'zh-CN', scheme: 'light' as const },
    ];
    const words = {
      'en-US': {
        lang: 'en',
        title: 'Residents and energy, north',
        askThis: 'Ask this',
        rooms: 'Rooms',
        ask: 'Ask 3 repositories',
        together: 'All together',
        final: 'final',
        verify: 'Verify now',
        spent: 'does not cover the question',
        questions: 'My questions',
        show: 'Show',
      },
      'zh-CN': {
        lang: 'zh-CN',
        title: '居民与能源，北区',
        askThis: '提出此问题',
        rooms: '房间数',
        ask: '向 3 个数据仓库提问',
        together: '合计',
        final: '已终结',
        verify: '立即验证',
        spent: '不足以支付此问题',
        questions: '我的提问',
        show: '显示',
      },
    } as const;

    test.each(walks)('$name: from the catalogue to a FINAL receipt', async ({ name, width, locale, scheme }) => {
      const say = words[locale as keyof typeof words];
      await visit(width, locale, scheme);
      await page.goto(withDesk());
      await page.getByRole('link', { name: say.title }).waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe(say.lang);
      expect(page.url()).not.toContain(servers.code);
      expect(await overhang()).toBeLessThanOrEqual(0);
      await shot(`${name}-1-catalogue`);

      await page.getByRole('link', { name: say.title }).click();
      await page.getByRole('link', { name: say.askThis }).first().waitFor();
      await shot(`${name}-2-repository`);
      await page.getByRole('link', { name: say.askThis }).first().click();

      await page.locator('[data-budget="denver-north"]').waitFor();
      await page.getByRole('combobox', { name: say.rooms }).or(page.getByLabel(say.rooms)).first().click();
      await page.getByRole('option', { name: '3', exact: true }).click();
      await page.locator('[data-words]', { hasText: locale === 'en-US' ? 'at least 3' : '不少于3' }).waitFor();
      for (const box of await page.getByRole('checkbox').all()) await box.check();
      await page.locator('[data-budget="denver-west"]').waitFor();
      expect(await page.locator('[data-cost]').innerText()).toContain('3 × rho 1/200');
      await page.getByRole('button', { name: say.show, exact: true }).click();
      await page.locator('svg[width] path').first().waitFor({ state: 'attached' });
      await page.waitForTimeout(300);
      expect(await overhang()).toBeLessThanOrEqual(0);
      await shot(`${name}-3-template`);

      servers.waits = true;
      await page.getByRole('button', { name: say.ask }).click();
      await page
        .getByText(words[locale as keyof typeof words].lang === 'en' ? 'Waiting for the answers' : '等待答案')
        .waitFor();
      await shot(`${name}-4-waiting`);
      servers.waits = false;
      await page.getByRole('tab', { name: say.together }).waitFor();
      await page.locator('[data-state="FINAL"]').nth(1).waitFor({ timeout: 60_000 });
      expect(await page.getByText(say.final, { exact: true }).count()).toBeGreaterThanOrEqual(2);
      await page.getByRole('alert').filter({ hasText: say.spent }).waitFor();
      expect(await page.locator('[data-state="REFUSED"]').count()).toBe(1);
      await page.getByRole('button', { name: say.verify }).first().click();
      await page.locator('[data-verified="true"]').waitFor();
      await page.waitForTimeout(300);
      expect(await overhang()).toBeLessThanOrEqual(0);
      await shot(`${name}-5-together`);
      await page.getByRole('tab', { name: say.title }).click();
      await page.getByText('66 %').first().waitFor();
      await page.waitForTimeout(500);
      await shot(`${name}-6-one`);

      await page.goto(`${servers.exchange}/#/questions`);
      await page.getByRole('heading', { name: say.questions }).waitFor();
      await page.getByRole('table').waitFor();
      await shot(`${name}-7-questions`);
      expect(faults).toEqual([]);
      expect(elsewhere).toEqual([]);
    });

    const selling = {
      'en-US': {
        product: 'Energy by dwelling',
        price: 'What does it cost?',
        pay: 'Pay and ask',
        share: 'holding right',
      },
      'zh-CN': { product: '按住房类型的用电量', price: '价格是多少？', pay: '付费并提问', share: '持有权' },
    } as const;

    test.each(walks)(
      '$name: from the market to a paid answer and the money',
      async ({ name, width, locale, scheme }) => {
        const say = selling[locale as keyof typeof selling];
        await visit(width, locale, scheme);
        await page.goto(withDesk());
        await page.goto(`${servers.exchange}/#/market`);
        await page.getByRole('link', { name: say.product, exact: true }).click();
        await page.locator('svg path').first().waitFor({ state: 'attached' });
        await page.getByRole('button', { name: say.price }).click();
        await page.locator('[data-quote]', { hasText: '1.20 EUR' }).waitFor();
        await page.waitForTimeout(300);
        expect(await overhang()).toBeLessThanOrEqual(0);
        await shot(`${name}-8-product`);
        await page.getByRole('button', { name: say.pay }).click();
        await page.waitForURL(/questions/);
        await page.goto(`${servers.exchange}/#/money`);
        await page.getByText('48.80 EUR').waitFor();
        await page.locator('[data-statement]', { hasText: say.share }).waitFor();
        expect(await overhang()).toBeLessThanOrEqual(0);
        await shot(`${name}-9-money`);
        expect(faults).toEqual([]);
        expect(elsewhere).toEqual([]);
      },
    );

    test('of three repositories one may ask for the sum alone, and no part is shown', async () => {
      await visit(1280, 'en-US');
      await page.goto(withDesk());
      await page.getByRole('link', { name: 'Residents and energy, north' }).click();
      await page.getByRole('link', { name: 'Ask this' }).first().click();
      await page.locator('[data-budget="denver-north"]').waitFor();
      const way = page.getByRole('combobox', { name: 'Who sees what' });
      await way.click();
      expect(await page.getByRole('option', { name: 'One sum, by secret shares' }).count()).toBe(0);
      await page.keyboard.press('Escape');
      for (const box of await page.getByRole('checkbox').all()) await box.check();
      await page.locator('[data-budget="denver-west"]').waitFor();
      await way.click();
      await page.getByRole('option', { name: 'One sum, by secret shares' }).click();
      await page.getByText('Nobody sees one repository’s part').waitFor();
      await shot('way');
      await page.getByRole('button', { name: 'Ask 3 repositories' }).click();
      await page.getByText('Mode: shares').waitFor();
      await page.getByText('One sum over 3 repositories.').waitFor({ timeout: 60_000 });
      expect(await page.getByRole('tab', { name: 'Residents and energy, north' }).count()).toBe(0);
      await shot('one-sum');
      expect(faults).toEqual([]);
    });

    test('a question by month and tariff is drawn as coloured bars in time', async () => {
      await visit(1280, 'en-US');
      await page.goto(withDesk());
      await page.getByRole('link', { name: 'Residents and energy, north' }).click();
      await page.getByRole('link', { name: 'Ask this' }).nth(1).click();
      await page.getByRole('button', { name: 'Ask for a permit' }).click();
      await page.getByText('As soon as the owner Southern Utilities grants it').waitFor();
      await shot('permitless');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.locator('[data-state="FINAL"]').waitFor({ timeout: 60_000 });
      const chart = page.getByRole('img', { name: /^Chart/ });
      await chart.waitFor();
      expect(await chart.getByText('night').count()).toBeGreaterThan(0);
      await page.waitForTimeout(500);
      await shot('grouped');
      expect(faults).toEqual([]);
    });

    test('the language is switched by hand, remembered, and the refusals follow it', async () => {
      await visit(1280, 'en-US');
      await page.goto(`${servers.exchange}/#/repositories/nowhere`);
      await page.getByRole('alert').filter({ hasText: 'There is no such repository.' }).waitFor();
      await page.getByRole('button', { name: /中文/ }).click();
      await page.getByRole('alert').filter({ hasText: '没有此数据仓库。' }).waitFor();
      await page.reload();
      await page.getByRole('alert').filter({ hasText: '没有此数据仓库。' }).waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
    });

    test('a wrong code, a desk that is down and a desk elsewhere are told in words', async () => {
      await visit(390, 'en-US');
      await page.goto(`${servers.exchange}/#/questions`);
      await page.getByLabel('Address').fill('http://desk.example');
      await page.getByRole('textbox', { name: 'Access code' }).fill('wrong');
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByText('Plain http is possible on this machine only').waitFor();
      await page.getByLabel('Address').fill('http://127.0.0.1:9');
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByText('Your desk does not answer.').waitFor();
      await page.getByLabel('Address').fill(servers.desk);
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByText('The access code is not accepted.').waitFor();
      await shot('desk-refused');
      await page.getByRole('textbox', { name: 'Access code' }).fill(servers.code);
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByRole('heading', { name: 'My questions' }).waitFor();
      await page.goto('about:blank');
      await page.goto(`${servers.exchange}/#desk=https%3A%2F%2Fdesk.example&code=x`);
      await page.getByText('names a desk that is not on this machine').waitFor();
      expect(elsewhere).toEqual([]);
    });

    test('the keyboard alone reaches a repository, and filters that find nothing say so', async () => {
      await visit(1280, 'en-US');
      await page.goto(servers.exchange);
      await page.getByRole('link', { name: 'Transit taps' }).waitFor();
      await page.getByLabel('Search').fill('nothing like it');
      await page.getByText('No repository fits these filters.').waitFor();
      await page.getByRole('button', { name: 'Clear the filters' }).click();
      await page.getByRole('link', { name: 'Transit taps' }).waitFor();
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate('document.activeElement?.textContent')) === 'Transit taps') break;
      }
      await page.keyboard.press('Enter');
      await page.getByText('The owner has not adopted a question yet.').waitFor();
    });

    test('the first page is light: the chart library waits until an answer is there', async () => {
      const pieces = readdirSync(join(folder, 'assets'));
      expect(pieces.some((name) => name.startsWith('answer-chart-'))).toBe(true);
      await visit(1280, 'en-US');
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(request.url()));
      await page.goto(servers.exchange);
      await page.getByRole('link', { name: 'Transit taps' }).waitFor();
      expect(loaded.filter((url) => url.includes('answer-chart'))).toEqual([]);
    });
  },
);
