import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { createNodes } from './plugin';

const workspaceRoot = mkdtempSync(join(tmpdir(), 'dr-workspace-'));
afterAll(() => rmSync(workspaceRoot, { recursive: true }));

const FILES = {
  'apps/orders/tsconfig.json': '{}',
  'libs/names/tsconfig.json': '{}',
  'libs/names/src/all-names.nightly.ts': '',
  'tools/checks/tsconfig.json': '{}',
  'tools/checks/src/real-time/order.e2e.ts': '/** Orders arrive in order. More is not said. */',
};

/** Targets that the plugin infers, by project. */
async function infer(): Promise<Readonly<Record<string, ProjectConfiguration>>> {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
    writeFileSync(join(workspaceRoot, file), text);
  }
  const [, create] = createNodes;
  const results = await create(Object.keys(FILES), undefined, { workspaceRoot, nxJsonConfiguration: {} });
  return Object.fromEntries(
    results.flatMap(([, { projects = {} }]) =>
      Object.values(projects).map((project) => [project.name ?? '', project as ProjectConfiguration]),
    ),
  );
}

describe('a project of the workspace', () => {
  it('is checked, and has a target for each suite and for its nightly tests', async () => {
    const projects = await infer();

    const targets = Object.entries(projects).map(([name, project]) => [name, Object.keys(project.targets ?? {})]);
    expect(Object.fromEntries(targets)).toEqual({
      orders: ['typecheck', 'lint', 'test'],
      names: ['typecheck', 'lint', 'test', 'nightly-all-names', 'before-nightly', 'nightly'],
      checks: ['typecheck', 'lint', 'test', 'e2e-order', 'e2e'],
    });
    expect(Object.values(projects).map(({ tags }) => tags)).toEqual([[], ['type:lib'], ['type:tool']]);
  });

  it('says of every target what it is, how its options are printed, and one of them', async () => {
    for (const { targets = {} } of Object.values(await infer())) {
      for (const [target, { metadata }] of Object.entries(targets)) {
        expect([target, metadata]).toEqual([
          target,
          {
            description: expect.stringMatching(/^[A-Z].*[^.]$/),
            help: {
              command: expect.stringMatching(/^(npx|node) .* --help$/),
              example: { args: [expect.stringMatching(/^--/)] },
            },
          },
        ]);
      }
    }
  });

  it('describes a suite by the first sentence of its file', async () => {
    const { checks } = await infer();

    expect(checks?.targets?.['e2e-order']?.metadata?.description).toBe('Orders arrive in order');
  });
});
