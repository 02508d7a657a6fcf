import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSettings } from './list-settings';
import { environmentNames, loadEnvironment } from './load-environment';
import { settingsPage } from './settings-page';

const PAGE = join(__dirname, '../../../docs/settings.md');
const prod = loadEnvironment('prod');
const page = settingsPage(
  Object.fromEntries(
    (process.env['UPDATE_SETTINGS'] ? environmentNames() : listed()).map((name) => [name, loadEnvironment(name)]),
  ),
);

/** The environments whose values the page lists, from its header: one that is added is listed by the next update. */
function listed(): readonly string[] {
  const [, names = ''] = /^\| setting .* \| unit +\| (.*) \| a change is made/m.exec(readFileSync(PAGE, 'utf8')) ?? [];
  return names.split('|').map((name) => name.trim());
}

describe('the page of settings', () => {
  it('is what the schema says: UPDATE_SETTINGS=1 npx nx test environments', () => {
    if (process.env['UPDATE_SETTINGS']) writeFileSync(PAGE, page);

    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });

  it('says of a setting its range, its unit, its values and what a change does', () => {
    expect(page).toContain(
      '| `network.zoneCount` | Availability zones per region. Adding one moves no existing subnet. | a whole number from 2 to 6 | platform: two survive the loss of one | zones | 3 | 3 | 3 | in place; a lower value: new deployment |',
    );
  });

  it('lists the steps of each setting that is changed by some', () => {
    const paths = listSettings().flatMap(({ path, change }) => (change === 'by steps' ? [path] : []));

    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !page.includes(`## Steps of \`${path}\`\n\n1. `))).toEqual([]);
  });

  it('says of each downtime for how many seconds it lasts at most, and where the number is from', () => {
    const some = listSettings().filter(({ change }) => change === 'downtime');

    expect(page).toContain('| downtime of at most 600 s (assumed) |');
    expect(some.filter(({ downtime }) => downtime === undefined)).toEqual([]);
  });

  it('leaves nothing out', () => {
    const paths = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => paths(inner, path ? `${path}.${key}` : key))
        : [path];

    expect(paths(prod).filter((path) => !page.includes(`| \`${path}\` |`))).toEqual([]);
  });
});
