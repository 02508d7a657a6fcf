import type { TargetConfiguration } from '@nx/devkit';
import { DEFAULT_ENVIRONMENT, type DeployConfigurations } from './deploy-configurations';
import { commandHelp, executorHelp } from './help';

const EXECUTORS = './tools/stack-plugin';

/** What a build or a synthesis itself consists of, besides the stack's own sources. */
export const PLUGIN_SOURCES = [
  '{workspaceRoot}/tools/stack-plugin/src/**/*.ts',
  '!{workspaceRoot}/tools/stack-plugin/src/**/*.spec.ts',
];

/**
 * The targets of a stack app.
 *
 * @param stack name of the app
 * @param readers stacks that import its contract: they are destroyed before it
 * @param configurations one for each environment
 * @param cdktfPackages what a synthesis runs: CDKTF, or its fork
 */
export function stackTargets(
  stack: string,
  readers: readonly string[],
  configurations: DeployConfigurations,
  cdktfPackages: readonly string[],
): Record<string, TargetConfiguration> {
  const sandbox = { projects: ['aws-sandbox'], target: 'build' };
  const synthesized = { target: 'synth', params: 'forward' as const };
  const deployTarget = (
    executor: string,
    description: string,
    example: Readonly<Record<string, unknown>> = { environment: 'prod', account: 'sandbox' },
  ): TargetConfiguration => ({
    executor: `${EXECUTORS}:${executor}`,
    cache: false,
    options: {},
    configurations,
    defaultConfiguration: DEFAULT_ENVIRONMENT,
    metadata: executorHelp(stack, executor, description, example),
  });

  return {
    build: {
      executor: `${EXECUTORS}:build`,
      cache: true,
      inputs: [
        'production',
        '^production',
        ...PLUGIN_SOURCES,
        // A handler's bundle takes in whatever packages it imports.
        '{workspaceRoot}/package-lock.json',
        { externalDependencies: ['esbuild', 'fflate', 'zod', 'typescript'] },
      ],
      outputs: [`{workspaceRoot}/dist/apps/${stack}`],
      metadata: commandHelp('Bundle the stack and its Lambda handlers', `npx nx run ${stack}:build --help`, [
        '--skip-nx-cache',
      ]),
    },
    synth: {
      executor: `${EXECUTORS}:synth`,
      cache: true,
      dependsOn: ['build'],
      inputs: [
        { dependentTasksOutputFiles: '**/*', transitive: false },
        ...PLUGIN_SOURCES,
        { externalDependencies: [...cdktfPackages] },
      ],
      outputs: [`{workspaceRoot}/dist/synth/{options.environment}/${stack}`],
      configurations: Object.fromEntries(
        Object.entries(configurations).map(([name, { environment }]) => [name, { environment }]),
      ),
      defaultConfiguration: DEFAULT_ENVIRONMENT,
      metadata: executorHelp(stack, 'synth', "Synthesize the stack's Terraform JSON", { environment: 'prod' }),
    },
    plan: {
      ...deployTarget('plan', 'Show what a deploy would change'),
      dependsOn: [synthesized, sandbox],
    },
    deploy: {
      ...deployTarget('deploy', 'Plan and apply every state of the stack'),
      dependsOn: [synthesized, sandbox, { dependencies: true, target: 'deploy', params: 'forward' }],
    },
    destroy: {
      ...deployTarget('destroy', 'Destroy every state of the stack', { yes: true }),
      dependsOn: [
        synthesized,
        sandbox,
        ...(readers.length > 0 ? [{ projects: [...readers], target: 'destroy', params: 'forward' as const }] : []),
      ],
    },
    outputs: {
      ...deployTarget('outputs', 'Print what the stack published', { format: 'json' }),
      dependsOn: [synthesized, sandbox],
    },
  };
}
