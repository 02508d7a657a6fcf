import { z } from 'zod';
import { environmentSchema, type SettingMeta } from './environment';

/** One setting of an environment, as the schema has it. */
export interface Setting extends SettingMeta {
  /** `network.zoneCount` */
  readonly path: string;
  /** Completes "expected …". */
  readonly range: string;
  /** Values that it may have, where the schema lists them. */
  readonly values?: readonly unknown[];
}

/** Every setting of an environment, in the order of the schema. */
export function listSettings(): readonly Setting[] {
  return settingsOf(environmentSchema, []);
}

function settingsOf(schema: z.ZodType, path: readonly string[]): readonly Setting[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, inner]) =>
      settingsOf(inner, [...path, name]),
    );
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const options = schema.options as readonly z.ZodObject[];
    const kinds = options.map((option) => String((option.shape['kind'] as z.ZodLiteral).value));
    const kind: Setting = {
      path: [...path, 'kind'].join('.'),
      range: `one of ${kinds.join(', ')}`,
      description: 'Where Terraform keeps its states.',
      change: 'new deployment',
      values: kinds,
    };
    return [kind, ...options.flatMap((option) => settingsOf(option.omit({ kind: true }), path))];
  }
  const meta = schema.meta() as SettingMeta | undefined;
  if (!meta) throw new Error(`${path.join('.')}: it has no description, expected one. Wrap its schema in setting().`);
  // For a value of no type at all the message says what is expected.
  const [issue] = schema.safeParse(null).error?.issues ?? [];
  const range = `${issue?.message ?? ''}${schema instanceof z.ZodOptional ? ', or none' : ''}`;
  const values =
    schema instanceof z.ZodEnum ? schema.options : schema instanceof z.ZodBoolean ? [false, true] : undefined;
  return [{ ...meta, path: path.join('.'), range, ...(values && { values }) }];
}
