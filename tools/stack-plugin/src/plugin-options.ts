import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS_FOLDER, environmentNamesIn } from '@dr/environment-names';
import { type OptionProblem, invalidPluginOptions } from './errors';

/** Options of the plugin, as nx.json may state them. */
export interface StackPluginOptions {
  /**
   * Folder of the stacks: each of its folders with a `tsconfig.json` and a `src/main.ts` is one.
   *
   * @default apps
   */
  readonly stacks: string;
  /**
   * Folder of the environments: a file each.
   *
   * @default libs/environments/src/environments
   */
  readonly environments: string;
  /**
   * The environment of a command that names none: its account is the sandbox.
   *
   * @default local
   */
  readonly defaultEnvironment: string;
  /**
   * Scope of the paths that contracts are imported by: `@dr` of `@dr/data/contract`.
   *
   * @default @dr
   */
  readonly scope: string;
  /**
   * Folder of the project that makes in an account what deploys need; its owner owns what is no stack's.
   *
   * @default none
   */
  readonly bootstrap?: string;
}

/** Options of the plugin, none of them missing. */
export interface ResolvedOptions extends StackPluginOptions {
  /** The environments that there are, the default one first. */
  readonly environmentNames: readonly string[];
}

const DEFAULTS: StackPluginOptions = {
  stacks: 'apps',
  environments: ENVIRONMENTS_FOLDER,
  defaultEnvironment: DEFAULT_ENVIRONMENT,
  scope: '@dr',
};

/**
 * The options as nx.json states them, with the defaults of the rest.
 *
 * @param stated as it stands in nx.json; undefined where it states none
 * @throws UserError with every option that is not as it must be, or that names what is not there
 */
export async function resolveOptions(stated: unknown, workspaceRoot: string): Promise<ResolvedOptions> {
  const given = stated === undefined ? {} : await parseOptions(stated);
  const options = { ...DEFAULTS, ...given };
  const { environments, defaultEnvironment } = options;
  const environmentNames = environmentNamesIn(join(workspaceRoot, environments), defaultEnvironment);
  const problems: OptionProblem[] = (['stacks', 'environments', 'bootstrap'] as const)
    // What a default names, a new workspace may not have yet.
    .filter((option) => given[option] !== undefined && !existsSync(join(workspaceRoot, given[option])))
    .map((option) => ({ option, got: given[option], expected: 'a folder of this workspace' }));
  if (environmentNames.length > 0 && !environmentNames.includes(defaultEnvironment)) {
    const expected = `one of ${environmentNames.join(', ')}, the files of ${environments}`;
    problems.push({ option: 'defaultEnvironment', got: defaultEnvironment, expected });
  }
  if (problems.length > 0) throw invalidPluginOptions(problems);
  return { ...options, environmentNames };
}

async function parseOptions(stated: unknown): Promise<Partial<StackPluginOptions>> {
  // Loaded here alone: it takes longer than all that Nx asks of this plugin.
  const { z } = await import('zod');
  const matching = (pattern: RegExp, expected: string) =>
    z.string({ error: expected }).regex(pattern, { error: expected }).exactOptional();
  const folder = matching(
    /^(?!\.)[\w@.-]+(\/(?!\.)[\w@.-]+)*$/,
    'a folder relative to the workspace, such as packages/stacks',
  );
  const schema = z.strictObject({
    stacks: folder,
    environments: folder,
    defaultEnvironment: matching(/^[a-z][a-z0-9-]*$/, 'the name of an environment, such as local'),
    scope: matching(/^@[a-z0-9][a-z0-9._-]*$/, 'the scope of npm packages, such as @acme'),
    bootstrap: folder,
  } satisfies Record<keyof StackPluginOptions, unknown>);
  const result = schema.safeParse(stated);
  if (result.success) return result.data;
  const values = Object(stated) as Readonly<Record<PropertyKey, unknown>>;
  throw invalidPluginOptions(
    result.error.issues.flatMap((issue): OptionProblem[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((option) => ({ option, known: Object.keys(schema.shape) }))
        : issue.path.map((option) => ({
            option: String(option),
            got: values[option],
            expected: issue.message,
          })),
    ),
  );
}
