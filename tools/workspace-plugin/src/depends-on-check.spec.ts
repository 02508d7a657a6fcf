import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { refuseMissingDependsOn } from './depends-on-check';

const project = (targets: Record<string, TargetConfiguration>, ...tags: string[]): ProjectConfiguration => ({
  root: 'apps/x',
  tags,
  targets,
});

function check(dependsOn: TargetConfiguration['dependsOn']): () => void {
  return () =>
    refuseMissingDependsOn({
      data: project({ deploy: { dependsOn: dependsOn ?? [] }, synth: {} }, 'type:stack'),
      network: project({ deploy: {} }, 'type:stack'),
      sandbox: project({ build: {} }),
    });
}

describe('refuseMissingDependsOn', () => {
  it.each([
    ['a target of the same project', ['synth']],
    ['a target of dependencies that some project has', ['^deploy', { dependencies: true, target: 'build' }]],
    [
      'a target of a named project',
      [
        { projects: ['sandbox'], target: 'build' },
        { projects: 'network', target: 'deploy' },
      ],
    ],
    ['project:target', ['sandbox:build']],
    ['a target that every project of a tag has', [{ projects: ['tag:type:stack'], target: 'deploy' }]],
    ['a pattern of projects, which Nx resolves', [{ projects: ['*-stack'], target: 'build' }]],
  ] as [string, TargetConfiguration['dependsOn']][])('accepts %s', (_what, dependsOn) => {
    expect(check(dependsOn)).not.toThrow();
  });

  it.each([
    [['sinth'], 'sinth'],
    [['constructor'], 'constructor'],
    [['constructor:build'], 'constructor:build'],
    [['^deploi'], '^deploi'],
    [['network:synth'], 'network:synth'],
    [[{ target: 'sinth' }], 'sinth'],
    [[{ dependencies: true, target: 'deploi' }], '^deploi'],
    [[{ projects: ['sandbox', 'network'], target: 'build' }], 'network:build'],
    [[{ projects: ['nobody'], target: 'build' }], 'nobody:build'],
    [[{ projects: 'tag:type:stack', target: 'synth' }], 'network:synth'],
    [[{ projects: ['tag:type:stak'], target: 'deploy' }], 'tag:type:stak:deploy'],
  ] as [TargetConfiguration['dependsOn'], string][])('refuses %j', (dependsOn, missing) => {
    expect(check(dependsOn)).toThrow(
      `data: target deploy depends on ${missing}, expected a target that exists. Correct its dependsOn.`,
    );
  });
});
