import type { EnvironmentSettings, SettingMeta } from './environment';
import { listSettings } from './list-settings';

/**
 * The page of the documentation that lists every setting, from the settings' own schema.
 *
 * @param environments by name, in the order of the columns
 */
export function settingsPage(environments: Readonly<Record<string, EnvironmentSettings>>): string {
  const names = Object.keys(environments);
  const rows = listSettings().map(({ description, range, limits = '', unit = '', ...setting }) => [
    `\`${setting.path}\``,
    escapeHtml(description),
    escapeHtml(range),
    escapeHtml(limits),
    unit,
    ...names.map((name) => show(valueAt(environments[name], setting.path))),
    effectOf(setting),
  ]);
  const header = ['setting', 'what it is', 'range', 'limits are from', 'unit', ...names, 'a change is made'];
  const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const steps = listSettings().flatMap(({ path, steps: some }) =>
    some === undefined
      ? []
      : [`## Steps of \`${path}\``, '', ...some.map((step, index) => `${index + 1}. ${escapeHtml(step)}`), ''],
  );
  return [
    '# Settings',
    '',
    'Every setting of an environment, from the schema in `libs/environments/src/environment.ts`. None has a default:',
    'what an environment is, its file in `libs/environments/src/environments` says in full.',
    '',
    "Where AWS has limits, a range is theirs or within them, and its source is named; the others are the platform's own. What is",
    'outside is refused at synthesis.',
    '',
    'A change is made *in place*, by *replacement* of what it is about, with *downtime*, *by steps*, or only by a *new',
    'deployment* beside the old one. A deploy that would make one of the last two is refused before anything is changed, with',
    'what to do; the steps are listed below. A downtime is one of SQL, at most as long as the page says; reads of tables,',
    'strongly consistent writes and DNS are served all along. What a change may replace or remove is named by its Terraform',
    'type; where that keeps data or is named by a published output, the deploy asks for `--allow`, as it does before a',
    'protection is switched off or a retention goes down. `e2e-settings` plans a change of every setting over what is',
    'deployed, `platform-e2e:nightly` makes each and takes it back.',
    '',
    ...table,
    '',
    ...steps,
    'This page is generated: `UPDATE_SETTINGS=1 npx nx test environments`.',
    '',
  ].join('\n');
}

function effectOf({
  change,
  takesAway = [],
  growsOnly,
  downtime,
}: Omit<SettingMeta, 'description' | 'limits' | 'unit'>): string {
  const types = takesAway.map((type) => `\`${type}\``).join(', ');
  return [
    downtime ? `${change} of at most ${downtime.seconds} s (${downtime.source})` : change,
    ...(types === '' ? [] : [`may replace or remove ${types}`]),
    ...(growsOnly ? ['a lower value: new deployment'] : []),
  ].join('; ');
}

function valueAt(settings: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
}

function show(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** `<domain>` is no element. */
function escapeHtml(text: string): string {
  return text.replaceAll('<', '&lt;');
}
