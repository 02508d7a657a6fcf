import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveOptions } from './plugin-options';

let workspace: string;
beforeEach(() => (workspace = mkdtempSync(join(tmpdir(), 'dr-options-'))));
afterEach(() => rmSync(workspace, { recursive: true }));

function addEnvironments(folder: string, ...names: readonly string[]): void {
  mkdirSync(join(workspace, folder), { recursive: true });
  for (const name of names) writeFileSync(join(workspace, folder, `${name}.ts`), '');
}

const DEFAULTS = {
  stacks: 'apps',
  environments: 'libs/environments/src/environments',
  defaultEnvironment: 'local',
  scope: '@dr',
};

describe('resolveOptions', () => {
  it.each([undefined, {}])('has defaults, which name what an empty workspace has not got yet: %j', async (stated) => {
    expect(await resolveOptions(stated, workspace)).toEqual({ ...DEFAULTS, environmentNames: [] });
  });

  it('keeps what nx.json states, and lists the environments', async () => {
    addEnvironments('config/environments', 'live', 'test', 'acceptance');
    const stated = { environments: 'config/environments', defaultEnvironment: 'test', scope: '@acme' };

    expect(await resolveOptions(stated, workspace)).toEqual({
      ...DEFAULTS,
      ...stated,
      environmentNames: ['test', 'acceptance', 'live'],
    });
  });

  it('refuses all values at once that are none of their option', async () => {
    const stated = { stacks: '/apps', environments: '../settings', defaultEnvironment: 1, scope: 'acme', scopes: '@x' };

    await expect(resolveOptions(stated, workspace)).rejects.toThrow(
      [
        'nx.json: options of the stack plugin: stacks is "/apps", expected a folder relative to the workspace, such as packages/stacks. Correct it there and run again.',
        'nx.json: options of the stack plugin: environments is "../settings", expected a folder relative to the workspace, such as packages/stacks. Correct it there and run again.',
        'nx.json: options of the stack plugin: defaultEnvironment is 1, expected the name of an environment, such as local. Correct it there and run again.',
        'nx.json: options of the stack plugin: scope is "acme", expected the scope of npm packages, such as @acme. Correct it there and run again.',
        'nx.json: options of the stack plugin: unknown option scopes, expected one of stacks, environments, defaultEnvironment, scope, bootstrap. Did you mean scope? Correct it there and run again.',
      ].join('\n'),
    );
  });

  it('refuses folders that are not there: without one there would be no stack, in silence', async () => {
    await expect(resolveOptions({ stacks: 'servces', environments: 'config' }, workspace)).rejects.toThrow(
      'nx.json: options of the stack plugin: stacks is "servces", expected a folder of this workspace. Correct it there and run again.\n' +
        'nx.json: options of the stack plugin: environments is "config", expected a folder of this workspace. Correct it there and run again.',
    );
  });

  it('refuses a default environment that is none of the folder', async () => {
    addEnvironments(DEFAULTS.environments, 'live', 'test');

    await expect(resolveOptions(undefined, workspace)).rejects.toThrow(
      'nx.json: options of the stack plugin: defaultEnvironment is "local", expected one of live, test, the files of ' +
        'libs/environments/src/environments. Correct it there and run again.',
    );
  });
});
