import { deployConfigurations } from './deploy-configurations';
import { bootstrapTargets, stackTargets, type StackTargetSettings } from './stack-targets';

const settings: StackTargetSettings = {
  configurations: deployConfigurations(['dev', 'local', 'prod', 'staging'], 'local'),
  defaultEnvironment: 'local',
  executors: '@dr/stack-plugin',
  tools: ['stackPlugin'],
  cdktf: ['cdktf', 'constructs', '@cdktf/provider-aws'],
  sources: 'production',
  sandbox: [{ projects: ['aws-sandbox'], target: 'build' }],
};
const targets = stackTargets('data', 'apps/data', ['compute'], settings);

describe('the targets of a stack', () => {
  it('are all there, for a folder', () => {
    expect(Object.keys(targets).sort()).toEqual(['build', 'synth', 'plan', 'deploy', 'destroy', 'outputs'].sort());
  });

  it('deploy after what the stack reads, from what is synthesized with the same options', () => {
    expect(targets['deploy']?.dependsOn).toEqual([
      { projects: ['tag:type:stack'], target: 'synth', params: 'forward' },
      { projects: ['aws-sandbox'], target: 'build' },
      { dependencies: true, target: 'deploy', params: 'forward' },
    ]);
  });

  it('destroy after the readers', () => {
    expect(targets['destroy']?.dependsOn).toContainEqual({
      projects: ['compute'],
      target: 'destroy',
      params: 'forward',
    });
    expect(stackTargets('global-dns', 'apps/global-dns', [], settings)['destroy']?.dependsOn).toEqual([
      { projects: ['tag:type:stack'], target: 'synth', params: 'forward' },
      { projects: ['aws-sandbox'], target: 'build' },
    ]);
  });

  it('go into the sandbox account by default, and to AWS or an emulator by configuration', () => {
    for (const target of ['plan', 'deploy', 'destroy', 'outputs']) {
      expect(targets[target]?.defaultConfiguration).toBe('local');
      expect(targets[target]?.configurations).toEqual({
        local: { environment: 'local', account: 'sandbox' },
        emulator: { environment: 'local', account: 'emulator' },
        dev: { environment: 'dev', account: 'aws' },
        prod: { environment: 'prod', account: 'aws' },
        staging: { environment: 'staging', account: 'aws' },
      });
    }
  });

  it('say what they are, how their options are printed, and one of them', () => {
    for (const [target, { metadata }] of Object.entries(targets)) {
      expect([target, metadata]).toEqual([
        target,
        {
          description: expect.stringMatching(/^[A-Z]/),
          help: { command: `npx nx run data:${target} --help`, example: expect.any(Object) },
        },
      ]);
    }
    expect(targets['outputs']?.metadata?.help).toEqual({
      command: 'npx nx run data:outputs --help',
      example: { options: { format: 'json' } },
    });
  });

  it('keep a synthesis of each environment apart', () => {
    expect(targets['synth']?.outputs).toEqual(['{workspaceRoot}/dist/synth/{options.environment}/data']);
  });

  it('bundle into the folder of the project, wherever that is', () => {
    const { build } = stackTargets('orders', 'services/orders', [], settings);

    expect(build?.outputs).toEqual(['{workspaceRoot}/dist/services/orders']);
  });

  it('synthesize anew when CDKTF or the bindings change, though the bundle be the same', () => {
    expect(targets['synth']?.inputs).toContainEqual({
      externalDependencies: ['cdktf', 'constructs', '@cdktf/provider-aws'],
    });
  });
});

describe('the target of the bootstrap', () => {
  it('deploys by the executor of stacks, in the same batch, and makes nothing before', () => {
    expect(bootstrapTargets('bootstrap', settings)['deploy']).toMatchObject({
      executor: '@dr/stack-plugin:deploy',
      cache: false,
      dependsOn: [{ projects: ['aws-sandbox'], target: 'build' }],
      options: { bootstrap: true },
      configurations: { prod: { environment: 'prod', account: 'aws' } },
      metadata: { help: { command: 'npx nx run bootstrap:deploy --help' } },
    });
  });
});
