import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CreateNodesContext, ProjectConfiguration } from '@nx/devkit';
import { createNodes } from './plugin';

const workspaceRoot = mkdtempSync(join(tmpdir(), 'dr-plugin-'));
afterAll(() => rmSync(workspaceRoot, { recursive: true }));

const FILES = {
  'package.json': JSON.stringify({ dependencies: { cdktn: '0.24.0', constructs: '10.7.2' } }),
  'apps/data/tsconfig.json': '{}',
  'apps/data/src/main.ts': '',
  'apps/orders/tsconfig.json': '{}',
  'apps/orders/src/main.ts': `import { dataContract } from '@dr/data/contract';`,
  'libs/environments/tsconfig.json': '{}',
  'libs/environments/src/environments/local.ts': '',
  'libs/environments/src/environments/staging.ts': '',
};

/** What the plugin infers, by project. */
async function infer(): Promise<Readonly<Record<string, ProjectConfiguration>>> {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
    writeFileSync(join(workspaceRoot, file), text);
  }
  const [, create] = createNodes;
  const context = { workspaceRoot, nxJsonConfiguration: {} } as CreateNodesContext;
  const results = await create(Object.keys(FILES), undefined, context);
  return Object.fromEntries(
    results.flatMap(([, { projects = {} }]) =>
      Object.values(projects).map((project) => [project.name ?? '', project as ProjectConfiguration]),
    ),
  );
}

describe('a workspace', () => {
  it('has the stacks and the environments that its folders have, and no list of them', async () => {
    const projects = await infer();
    const stacks = Object.values(projects).filter(({ tags }) => tags?.includes('type:stack'));

    expect(stacks.map(({ name }) => name)).toEqual(['data', 'orders']);
    for (const { targets = {} } of stacks) {
      expect(targets['synth']?.configurations).toEqual({
        local: { environment: 'local' },
        staging: { environment: 'staging' },
        emulator: { environment: 'local' },
      });
      expect(targets['deploy']?.configurations).toEqual({
        local: { environment: 'local', account: 'sandbox' },
        staging: { environment: 'staging', account: 'aws' },
        emulator: { environment: 'local', account: 'emulator' },
      });
    }
    expect(projects['data']?.targets?.['synth']?.inputs).toContainEqual({ externalDependencies: ['cdktn', 'constructs'] });
    expect(projects['data']?.targets?.['destroy']?.dependsOn).toContainEqual({
      projects: ['orders'],
      target: 'destroy',
      params: 'forward',
    });
  });

  it('is looked at anew when an environment comes or goes', () => {
    expect(createNodes[0]).toContain(',libs/environments/src/environments/*.ts}');
  });
});
