/** With a region dark, the other one plans, takes a change and plans clean; what needs both is told of, and left. */
import { editSource } from './source-edits';
import { readManifest, STACKS } from './synthesized';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const DATABASE = 'apps/data/src/regional-database.ts';
const [EAST, WEST, WITNESS] = ['us-east-1', 'us-west-2', 'us-east-2'];

const workspace = new WorkspaceCopy('workspace');
const account = TestAccount.deployed('local', { workspace: workspace.root });
const runStacks = (...[mode, options]: Parameters<TestAccount['runStacks']>) =>
  workspace.runStacks(mode, options, account.environment);

beforeAll(async () => {
  workspace.takeSynthesized();
  await account.start();
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

/** The states of a region that need the other one too: those that replicate, and those that copy from there. */
const NEEDS_BOTH = /^(network-peering|data-replica|control-table)-us-|-mirror-/;
const STATES = STACKS.flatMap((stack) => readManifest('local', stack).states);
const aloneIn = (region: string) =>
  STATES.filter((state) => state.region === region && !NEEDS_BOTH.test(state.name)).map(({ name }) => name);

/** Changes the threshold of an alarm in each region's state of the database. */
async function changeAlarm(to: number): Promise<void> {
  workspace.write(
    DATABASE,
    editSource(workspace.read(DATABASE), { setting: 'maximumConnections' }, () => String(to)),
  );
  await workspace.buildAndSynthesize('data');
}

/** Outcome that a run reports of each state it planned: `no change`, or counts. */
const planned = (output: string) =>
  Object.fromEntries(
    [...output.matchAll(/^(\S+): (no change|update state|\d+ to .*)$/gm)].map(([, state, what]) => [state, what]),
  );

describe.each([
  { dark: EAST, living: WEST, threshold: 900 },
  { dark: WEST, living: EAST, threshold: 800 },
])('with $dark dark', ({ dark, living, threshold }) => {
  beforeAll(() => account.sandbox('fault', `--dark=${dark}`));
  afterAll(() => account.sandbox('fault', '--clear'));

  it('every state that does not need it takes a change, and then plans clean', async () => {
    await changeAlarm(threshold);

    const deployed = await runStacks('deploy');
    const again = await runStacks('plan', { region: living });

    expect(planned(deployed.output)).toEqual({
      ...Object.fromEntries([living, WITNESS].flatMap(aloneIn).map((state) => [state, 'no change'])),
      [`data-${living}`]: '1 to change',
    });
    // What it left makes it fail, and each is named.
    const left = readManifest('local', 'network')
      .states.map(({ name }) => name)
      .filter((name) => !aloneIn(living).includes(name));
    expect(deployed.status).toBe(1);
    expect(deployed.output).toMatch(
      new RegExp(`^${dark} does not answer: \\d+ states that need it are left as they are`, 'm'),
    );
    expect(deployed.output).toMatch(
      new RegExp(`^what ${dark} published is read from its mirrors: .*data-keys as of 20\\d\\d-\\d\\d-\\d\\dT`, 'm'),
    );
    expect(deployed.output).toContain(`network: left as they are, since ${dark} does not answer: ${left.join(', ')}.`);
    expect(deployed.output).toContain(`data-${living}: deployed, 0 added, 1 changed, 0 destroyed`);
    expect(planned(again.output)).toEqual(Object.fromEntries(aloneIn(living).map((state) => [state, 'no change'])));
  });

  it('a destroy is refused: what reads it there cannot be known', async () => {
    const before = account.deployedResources();

    const { status, output } = await runStacks('destroy', { stacks: ['global-dns'] });

    expect(status).toBe(1);
    expect(output).toContain(`${dark} does not answer, expected to: whether anything there still reads`);
    expect(account.deployedResources()).toEqual(before);
  });
});
