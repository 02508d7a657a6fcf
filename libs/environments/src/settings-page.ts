import { z } from 'zod';
import { type EnvironmentSettings, environmentSchema, type SettingMeta } from './environment';

interface Setting extends SettingMeta {
  /** `network.zoneCount` */
  readonly path: string;
  /** Completes "expected …". */
  readonly range: string;
}

/**
 * The page of the documentation that lists every setting, from the settings' own schema.
 *
 * @param environments by name, in the order of the columns
 */
export function settingsPage(environments: Readonly<Record<string, EnvironmentSettings>>): string {
  const settings = settingsOf(environmentSchema, []);
  const names = Object.keys(environments);
  const rows = settings.map(({ path, unit = '', range, change, description }) => [
    `\`${path}\``,
    escapeHtml(description),
    escapeHtml(range),
    unit,
    ...names.map((name) => show(valueAt(environments[name], path))),
    change,
  ]);
  const header = ['setting', 'what it is', 'range', 'unit', ...names, 'a change is made'];
  const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    '# Settings',
    '',
    'Every setting of an environment, from the schema in `libs/environments/src/environment.ts`. None has a default:',
    'what an environment is, its file in `libs/environments/src/environments` says in full.',
    '',
    'A change is made *in place*, by *replacement* of what it is about, with *downtime*, or only by a *new deployment* beside',
    'the old one.',
    '',
    ...table,
    '',
    'This page is generated: `UPDATE_SETTINGS=1 npx nx test environments`.',
    '',
  ].join('\n');
}

function settingsOf(schema: z.ZodType, path: readonly string[]): readonly Setting[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, inner]) =>
      settingsOf(inner, [...path, name]),
    );
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const options = schema.options as readonly z.ZodObject[];
    const kinds = options.map((option) => show((option.shape['kind'] as z.ZodLiteral).value));
    const kind: Setting = {
      path: [...path, 'kind'].join('.'),
      range: `one of ${kinds.join(', ')}`,
      description: 'Where Terraform keeps its states.',
      change: 'new deployment',
    };
    return [kind, ...options.flatMap((option) => settingsOf(option.omit({ kind: true }), path))];
  }
  const meta = schema.meta() as SettingMeta | undefined;
  if (!meta) throw new Error(`${path.join('.')}: it has no description, expected one. Wrap its schema in setting().`);
  // For a value of no type at all the message says what is expected.
  const [issue] = schema.safeParse(undefined).error?.issues ?? [];
  return [{ ...meta, path: path.join('.'), range: issue?.message ?? '' }];
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
