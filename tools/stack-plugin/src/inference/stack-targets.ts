import type { TargetConfiguration } from '@nx/devkit';

/** How an environment is deployed by default. */
export const DEPLOY_CONFIGURATIONS: Readonly<Record<string, { environment: string; account: string }>> = {
  local: { environment: 'local', account: 'sandbox' },
  emulator: { environment: 'local', account: 'emulator' },
  dev: { environment: 'dev', account: 'aws' },
  prod: { environment: 'prod', account: 'aws' },
};

const EXECUTORS = './tools/stack-plugin/nx';

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
 */
export function stackTargets(stack: string, readers: readonly string[]): Record<string, TargetConfiguration> {
  const sandbox = { projects: ['aws-sandbox'], target: 'build' };
  const synthesized = { target: 'synth', params: 'forward' as const };
  const deployTarget = (executor: string, description: string): TargetConfiguration => ({
    executor: `${EXECUTORS}:${executor}`,
    cache: false,
    options: {},
    configurations: DEPLOY_CONFIGURATIONS,
    defaultConfiguration: 'local',
    metadata: { description },
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
      metadata: { description: 'Bundle the stack and its Lambda handlers' },
    },
    synth: {
      executor: `${EXECUTORS}:synth`,
      cache: true,
      dependsOn: ['build'],
      inputs: [
        { dependentTasksOutputFiles: '**/*', transitive: false },
        ...PLUGIN_SOURCES,
        { externalDependencies: ['cdktf', 'constructs', '@cdktf/provider-aws'] },
      ],
      outputs: [`{workspaceRoot}/dist/synth/{options.environment}/${stack}`],
      configurations: Object.fromEntries(
        Object.entries(DEPLOY_CONFIGURATIONS).map(([name, { environment }]) => [name, { environment }]),
      ),
      defaultConfiguration: 'local',
      metadata: { description: "Synthesize the stack's Terraform JSON" },
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
      ...deployTarget('destroy', 'Destroy every state of the stack'),
      dependsOn: [
        synthesized,
        sandbox,
        ...(readers.length > 0 ? [{ projects: [...readers], target: 'destroy', params: 'forward' as const }] : []),
      ],
    },
    outputs: {
      ...deployTarget('outputs', 'Print what the stack published'),
      dependsOn: [synthesized, sandbox],
    },
  };
}
