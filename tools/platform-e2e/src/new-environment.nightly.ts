/** The page of the environments is followed: its generator adds one that synthesizes, with the inventories of every stack. */
import { loadEnvironment } from '@dr/environments';
import { pageCommands } from './page-blocks';
import { inventoryFile, STACKS } from './synthesized';
import { WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const [ADD = '', SYNTHESIZE = '', TEST = ''] = pageCommands('libs/environments/README.md');
const ENVIRONMENT = 'libs/environments/src/environments/staging.ts';

const workspace = new WorkspaceCopy('workspace', { others: ['docs', '.prettierrc.json'] });
afterAll(() => workspace.dispose());

it('is valid at once, and has a configuration', async () => {
  const added = await workspace.type(ADD);
  const synthesized = await workspace.type(SYNTHESIZE);
  const tested = await workspace.type(TEST);

  expect([added, synthesized, tested].filter(({ status }) => status !== 0)).toEqual([]);
  const { platform, accountId } = loadEnvironment('dev');
  expect(added.output).toContain(
    `stateBackend.bucketPrefix: ${platform}-dev-tfstate-${accountId} -> ${platform}-staging-tfstate-333333333333`,
  );
  expect(workspace.read(ENVIRONMENT)).toContain('export const staging: EnvironmentSettings = {');
});

it('is in the inventories as their suite computes them', async () => {
  const inventories = STACKS.map((stack) => workspace.read(inventoryFile(stack).slice(WORKSPACE.length)));
  const { status, output } = await workspace.nx(['run', 'platform-e2e:e2e-inventory']);

  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  expect(inventories.filter((text) => text.includes('staging'))).not.toEqual([]);
});

it('stays when the command is typed again', async () => {
  const { status, output } = await workspace.type(ADD);

  expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('Nothing to change.') });
});
