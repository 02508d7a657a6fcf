/** Settings that change in place, and a task that makes a new revision, are deployed over what is there. */
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const LOCAL = 'libs/environments/src/environments/local.ts';

const workspace = new WorkspaceCopy('workspace');
const account = TestAccount.deployed('local', { workspace: workspace.root });
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

const nx = (...args: string[]) => workspace.nx(args, { variables: account.environment });

/** The lines that say what a state plans or did, without the states that nothing happens to. */
function changed(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /: (deployed, )?\d+ (to )?\w+/.test(line))
    .sort();
}

describe('a deployed platform', () => {
  it('takes a changed size and a changed alarm in place, in the stacks that they are of alone', async () => {
    workspace.replace(LOCAL, 'maximumTaskCount: 4', 'maximumTaskCount: 6');
    workspace.replace(LOCAL, 'connectionAlarm: 1_000', 'connectionAlarm: 900');

    const { status, output } = await nx('run-many', '-t', 'deploy');
    const again = await nx('run-many', '-t', 'deploy');

    expect(status).toBe(0);
    expect(changed(output)).toEqual([
      'compute-us-east-1: 1 to change',
      'compute-us-east-1: deployed, 0 added, 1 changed, 0 destroyed',
      'compute-us-west-2: 1 to change',
      'compute-us-west-2: deployed, 0 added, 1 changed, 0 destroyed',
      'data-us-east-1: 1 to change',
      'data-us-east-1: deployed, 0 added, 1 changed, 0 destroyed',
      'data-us-west-2: 1 to change',
      'data-us-west-2: deployed, 0 added, 1 changed, 0 destroyed',
    ]);
    expect(changed(again.output)).toEqual([]);
  });

  it('makes a new revision for a changed task, and leaves the service that teams deploy alone', async () => {
    workspace.replace(LOCAL, 'memoryMb: 512,', 'memoryMb: 1_024,');

    const { status, output } = await nx('run-many', '-t', 'deploy');

    expect(status).toBe(0);
    expect(changed(output).filter((line) => line.includes('deployed'))).toEqual([
      'compute-us-east-1: deployed, 1 added, 0 changed, 1 destroyed',
      'compute-us-west-2: deployed, 1 added, 0 changed, 1 destroyed',
    ]);
    const revisions = account
      .accountFiles()
      .filter((file) => file.startsWith('us-west-2/ecs/aws_ecs_task_definition/'));
    expect(revisions).toHaveLength(2);
  });
});
