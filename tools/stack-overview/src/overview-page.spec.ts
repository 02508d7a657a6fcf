import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Overview } from './overview';
import { overviewPage } from './overview-page';
import { OVERVIEW_OF_TWO } from './testing';

const DEV: Overview = { ...OVERVIEW_OF_TWO, environment: 'dev', orphans: [] };

describe('the page', () => {
  it('names nothing that a browser would fetch, and has what it is given as text', async () => {
    const html = await overviewPage([OVERVIEW_OF_TWO, DEV]);

    expect(html).not.toMatch(/<script|<link|<img|\bsrc=|url\((?!#)|@import|https?:/);
    expect(html).toContain('&lt;10.20.0.0/16&gt;');
    expect(html).toContain('Of no stack any more:</b> <code>orders-us-west-2</code>');
    expect(html).toContain(
      '<b>Look at first:</b> <code>network-us-east-1</code> drifted, <code>data-us-east-1</code> last deploy failed</p>',
    );
    expect(html).toContain('<th scope="col">prod</th><th scope="col">dev</th>');
    expect(
      html.match(/<td class="s-drifted"><i><\/i>drifted<small>2026-11-26 08:00:00 UTC · <code>a{12}<\/code>/g),
    ).toHaveLength(2);
    expect(html).toContain('aria-label="data us-east-1 reads 2 values of network us-east-1"');
  });
});

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
// Reported as skipped, by name, where there is no browser; .ci/run installs it.
const inBrowser = browserPath === undefined ? describe.skip : describe;

inBrowser('the page in a browser (on Debian: apt-get install chromium)', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'dr-page-'));
  const file = join(folder, 'overview.html');
  const screenshots = join(__dirname, '../../../dist/stack-overview');
  beforeAll(async () => {
    writeFileSync(file, await overviewPage([OVERVIEW_OF_TWO, DEV]));
    mkdirSync(screenshots, { recursive: true });
    // A browser of root has no sandbox of its own.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath: browserPath as string, args });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(colorScheme: 'light' | 'dark', width = 1_400): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => asked.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    return { page, asked };
  }

  /** Headings of the panels that are shown. */
  const shown = (page: Page) => page.locator('aside section:visible h2').allInnerTexts();

  it('asks for nothing but itself, and complains of nothing', async () => {
    const { page, asked } = await open('light');
    await page.screenshot({ path: join(screenshots, 'light.png') });

    expect(asked).toEqual([pathToFileURL(file).href]);
    await page.close();
  });

  it('is used by the keyboard alone: environments, stacks, and the values that travel between them', async () => {
    const { page } = await open('light');
    const focused = () =>
      page.evaluate('document.activeElement.getAttribute("aria-label") || document.activeElement.id');
    expect(await shown(page)).toEqual(['Choose a stack or an arrow']);

    await page.keyboard.press('Tab');
    expect(await focused()).toBe('tab-prod');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('main:visible').getAttribute('aria-label')).toBe('dev');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('data us-east-1 reads 2 values of network us-east-1');
    await page.keyboard.press('Enter');

    expect(await shown(page)).toEqual(['network us-east-1 → data us-east-1']);
    expect(await page.locator('aside .values:visible').innerText()).toMatch(
      /^subnetIds\s+subnet-1,\s*subnet-2\s+vpcId\s+not published$/,
    );
    // A panel takes the focus, as the target of a link does; the next one is a link after it.
    await page.locator('a.box').first().focus();
    await page.keyboard.press('Enter');
    expect(await shown(page)).toEqual(['network us-east-1']);
    expect(await page.locator('aside .states:visible').innerText()).toMatch(
      /network-us-east-1\s+drifted\s+2026-11-26 08:00:00 UTC · a{12} · by arn:aws:iam/,
    );
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'is read in %s: each text has a contrast of at least 4.5 to 1',
    async (scheme) => {
      const { page } = await open(scheme);
      await page.locator('a.box').first().click();
      await page.screenshot({ path: join(screenshots, `${scheme}-chosen.png`) });
      const colours = (await page.evaluate(`(() => {
      const card = getComputedStyle(document.querySelector('aside')).backgroundColor;
      const bg = getComputedStyle(document.body).backgroundColor;
      const lane = getComputedStyle(document.querySelector('.lane rect')).fill;
      const of = (selector, property, behind) =>
        [...document.querySelectorAll(selector)].map((e) => [selector, getComputedStyle(e)[property], behind]);
      return [
        ...of('h1, .facts, .owners li', 'color', bg),
        ...of('aside h2, aside h3, aside small, aside span, aside li, aside p, .counts th, .counts td', 'color', card),
        ...of('.box text, .link text', 'fill', card),
        ...of('.lane text tspan', 'fill', lane),
      ];
    })()`)) as readonly (readonly [string, string, string])[];
      // Of what is drawn, 3 to 1 [WCAG 2.2, non-text contrast].
      const [edge = '', behind = ''] = (await page.evaluate(`(() => {
      const probe = document.body.appendChild(document.createElement('i'));
      return ['--edge', '--lane'].map((name) => {
        probe.style.color = 'var(' + name + ')';
        return getComputedStyle(probe).color;
      });
    })()`)) as readonly string[];
      const poor = colours.filter(([, text, behind]) => contrast(text, behind) < 4.5);

      expect(colours.length).toBeGreaterThan(60);
      expect(poor).toEqual([]);
      expect(contrast(edge, behind)).toBeGreaterThanOrEqual(3);
      await page.close();
    },
  );

  it.each([1_400, 390])('fits a window of %d px without scrolling sideways', async (width) => {
    const { page } = await open('light', width);
    await page.screenshot({ path: join(screenshots, `width-${width}.png`) });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });
});

/** Contrast of two colours, `rgb(r, g, b)` [WCAG 2.2, contrast ratio]. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/[\d.]+/g)].map(([part]) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
