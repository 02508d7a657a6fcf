import type { TargetConfiguration } from '@nx/devkit';
import type { DeployConfigurations } from './deploy-configurations';
import { executorHelp, type TargetHelp } from './help';

type Inputs = NonNullable<TargetConfiguration['inputs']>;
type DependsOn = NonNullable<TargetConfiguration['dependsOn']>;

/** Settings that the targets of all stacks of a workspace share. */
export interface StackTargetSettings {
  /** One for each environment. */
  readonly configurations: DeployConfigurations;
  readonly defaultEnvironment: string;
  /** Package or folder of the executors, as Nx resolves it. */
  readonly executors: string;
  /** Inputs of a build or a synthesis itself, besides the stack's own sources. */
  readonly tools: Inputs;
  /** Packages that a synthesis runs: CDKTF, or its fork. */
  readonly cdktf: readonly string[];
  /** Named input of a project's sources: `production`. */
  readonly sources: string;
  /** Target that builds the sandbox account's program; none where it is installed. */
  readonly sandbox: DependsOn;
}

/** A handler's bundle takes in whatever packages it imports. */
const LOCK_FILES = '{workspaceRoot}/{package-lock.json,pnpm-lock.yaml,yarn.lock}';

/**
 * The targets of a stack app.
 *
 * @param stack name of the app
 * @param root its folder: `apps/data`
 * @param readers stacks that import its contract: they are destroyed before it
 */
export function stackTargets(
  stack: string,
  root: string,
  readers: readonly string[],
  { configurations, defaultEnvironment, executors, tools, cdktf, sources, sandbox }: StackTargetSettings,
): Record<string, TargetConfiguration> {
  const synthesized = { target: 'synth', params: 'forward' as const };
  // Of all stacks: a run that plans everything before it applies anything must be one task batch of Nx, which begins
  // with the tasks that are ready. A stack that is still being synthesized would come in a later batch.
  const allSynthesized = { projects: ['tag:type:stack'], ...synthesized };
  const deployTarget = (
    executor: string,
    description: string,
    example: TargetHelp['help']['example'],
  ): TargetConfiguration => ({
    executor: `${executors}:${executor}`,
    cache: false,
    options: {},
    configurations,
    defaultConfiguration: defaultEnvironment,
    metadata: executorHelp(stack, executor, description, example),
  });
  const named = { environment: defaultEnvironment, account: 'sandbox' };

  return {
    build: {
      executor: `${executors}:build`,
      cache: true,
      inputs: [sources, `^${sources}`, LOCK_FILES, ...tools],
      outputs: [`{workspaceRoot}/dist/${root}`],
      metadata: executorHelp(stack, 'build', 'Bundle the stack and its Lambda handlers', {
        args: ['--skip-nx-cache'],
      }),
    },
    synth: {
      executor: `${executors}:synth`,
      cache: true,
      dependsOn: ['build'],
      inputs: [
        { dependentTasksOutputFiles: '**/*', transitive: false },
        { externalDependencies: [...cdktf] },
        ...tools,
      ],
      outputs: [`{workspaceRoot}/dist/synth/{options.environment}/${stack}`],
      configurations: Object.fromEntries(
        Object.entries(configurations).map(([name, { environment }]) => [name, { environment }]),
      ),
      defaultConfiguration: defaultEnvironment,
      metadata: executorHelp(stack, 'synth', "Synthesize the stack's Terraform JSON", {
        options: { environment: defaultEnvironment },
      }),
    },
    plan: {
      ...deployTarget('plan', 'Show what a deploy would change', { options: named }),
      dependsOn: [allSynthesized, ...sandbox],
    },
    deploy: {
      ...deployTarget('deploy', 'Plan and apply every state of the stack', { options: named }),
      dependsOn: [allSynthesized, ...sandbox, { dependencies: true, target: 'deploy', params: 'forward' }],
    },
    destroy: {
      ...deployTarget('destroy', 'Destroy every state of the stack', { options: { yes: true } }),
      dependsOn: [
        allSynthesized,
        ...sandbox,
        ...(readers.length > 0 ? [{ projects: [...readers], target: 'destroy', params: 'forward' as const }] : []),
      ],
    },
    outputs: {
      ...deployTarget('outputs', 'Print what the stack published', { options: { format: 'json' } }),
      dependsOn: [synthesized, ...sandbox],
    },
  };
}

/**
 * The target of the project that makes what deploys need. It depends on no task: where it was not asked for, as in
 * `run-many`, nothing is made.
 */
export function bootstrapTargets(
  project: string,
  { configurations, defaultEnvironment, executors, sandbox }: StackTargetSettings,
): Record<string, TargetConfiguration> {
  return {
    deploy: {
      executor: `${executors}:deploy`,
      cache: false,
      dependsOn: [...sandbox],
      options: { bootstrap: true },
      configurations,
      defaultConfiguration: defaultEnvironment,
      metadata: executorHelp(
        project,
        'deploy',
        'Make what deploys need in an account: only where it is run by its name',
        {
          args: ['-c prod'],
        },
      ),
    },
  };
}
