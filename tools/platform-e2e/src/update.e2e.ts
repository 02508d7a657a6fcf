/** Changes in place are deployed over what is there, as reviewed; losses need permission first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { editSource } from './source-edits';
import { STACKS } from './synthesized';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const LOCAL = 'libs/environments/src/environments/local.ts';
const NETWORK = 'apps/network/src/network-state.ts';
const DATA = 'apps/data/src/primary-data-state.ts';

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

/** The lines that say what a state plans or did, without the states that nothing happens to. */
function changed(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /: (deployed, )?\d+ (to )?\w+/.test(line))
    .sort();
}

/** Another threshold of the alarm on the database's connections, in the settings, and in what is synthesized of data. */
async function changeAlarm(to: number): Promise<void> {
  workspace.write(
    LOCAL,
    editSource(workspace.read(LOCAL), { setting: 'database.connectionAlarm' }, () => String(to)),
  );
  await workspace.buildAndSynthesize('data');
}

const NOTE = { name: '/note', type: 'String', value: 'written by hand' } as const;

/** Writes a parameter past Terraform, as a person would. */
async function putParameter(region: string, { name, type, value }: typeof NOTE): Promise<void> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = account.terraformEnvironment(
    await account.sandbox('env'),
  );
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new SSMClient({ region, endpoint: account.endpoint, credentials });
  await client.send(new PutParameterCommand({ Name: name, Type: type, Value: value }));
}

describe('a deployed platform', () => {
  it('takes a changed size and a changed alarm in place, in the stacks that they are of alone', async () => {
    workspace.replace(LOCAL, 'maximumTaskCount: 4', 'maximumTaskCount: 6');
    workspace.replace(LOCAL, 'connectionAlarm: 1_000', 'connectionAlarm: 900');
    await workspace.buildAndSynthesize(...STACKS);

    const { status, output } = await runStacks('deploy');

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
  });

  it('makes a new revision for a changed task, and leaves the service that teams deploy alone', async () => {
    workspace.replace(LOCAL, 'memoryMb: 512,', 'memoryMb: 1_024,');
    await workspace.buildAndSynthesize('compute');

    const { status, output } = await runStacks('deploy');

    expect(status).toBe(0);
    // Nothing else: what the deploy before it changed is planned without a change.
    expect(changed(output)).toEqual([
      'compute-us-east-1: 1 to add, 1 to destroy',
      'compute-us-east-1: deployed, 1 added, 0 changed, 1 destroyed',
      'compute-us-west-2: 1 to add, 1 to destroy',
      'compute-us-west-2: deployed, 1 added, 0 changed, 1 destroyed',
    ]);
    const revisions = account
      .accountFiles()
      .filter((file) => file.startsWith('us-west-2/ecs/aws_ecs_task_definition/'));
    expect(revisions).toHaveLength(2);
  });

  it('destroys no database on the way: another user of it is refused before the first apply, with what would be lost', async () => {
    const before = account.deployedResources();
    const source = workspace.read(DATA);
    workspace.write(
      DATA,
      editSource(source, { constant: 'DATABASE_USER' }, () => "'orders_admin'"),
    );
    await workspace.buildAndSynthesize('data');

    const { status, output } = await runStacks('deploy', { stacks: ['data'] });
    const mistyped = await runStacks('deploy', { stacks: ['data'], allow: ['data-us-east-1:aws_vpc.None'] });
    workspace.write(DATA, source);

    expect(status).toBe(1);
    expect(output).toContain(
      'This deploy would destroy or replace what keeps data or a name, or what serves, expected none of it without --allow. Nothing was changed.',
    );
    expect(output).toMatch(/^ {2}data-us-east-1: replace aws_rds_cluster\.\S+: it keeps data or a name/m);
    expect(output.match(/^ {2}data-us-east-1: replace aws_rds_cluster_instance\./gm)?.length).toBeGreaterThan(1);
    expect(output).toMatch(/--allow=data-us-east-1:aws_rds_cluster\.\S+/);
    expect(output).toMatch(/replace aws_rds_cluster\.\S+, forced by master_username\n/);
    expect(output).toMatch(/cluster_identifier: "\S+" → known after the apply \(forces the replacement\)/);
    expect(mistyped.output).toContain(
      '--allow is data-us-east-1:aws_vpc.None, expected what this deploy would destroy',
    );
    expect(account.deployedResources()).toEqual(before);
  });

  it('is given what was reviewed, and nothing else', async () => {
    const report = join(account.home, 'reviewed.json');
    await changeAlarm(800);
    const planned = await runStacks('plan', {
      stacks: ['data'],
      reports: { json: report, markdown: `${report}.md` },
      failOnChanges: true,
    });
    await changeAlarm(700);
    const other = await runStacks('deploy', { stacks: ['data'], reviewed: report });
    await changeAlarm(800);
    const deployed = await runStacks('deploy', { stacks: ['data'], reviewed: report });

    expect(planned.status).toBe(1);
    expect(planned.output).toContain('threshold: 900 → 800');
    expect(readFileSync(`${report}.md`, 'utf8')).toContain('2 to change');
    expect(other.status).toBe(1);
    expect(other.output).toMatch(/data-us-east-1: update aws_cloudwatch_metric_alarm\.\S+ has other values/);
    expect(deployed.status).toBe(0);
    expect(deployed.output).toContain('data-us-east-1: deployed, 0 added, 1 changed, 0 destroyed');
  });

  it('keeps what a renamed construct made, and takes over what is there, as docs/refactoring.md says', async () => {
    workspace.replace(
      NETWORK,
      "new NetworkAcls(this, 'NetworkAcls', {",
      "const acls = new NetworkAcls(this, 'Acls', {",
    );
    workspace.replace(
      NETWORK,
      'new EncryptedFlowLog(',
      "movedFrom(acls, 'NetworkAcls');\n    new SsmParameter(this, 'Note', NOTE).importFrom('/note');\n    new EncryptedFlowLog(",
    );
    workspace.replace(
      NETWORK,
      'import { publishOutputs }',
      `import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';\nconst NOTE = ${JSON.stringify(NOTE)};\nimport { publishOutputs }`,
    );
    for (const region of ['us-east-1', 'us-west-2']) await putParameter(region, NOTE);
    workspace.replace(NETWORK, 'PlatformState } from', 'PlatformState, movedFrom } from');
    await workspace.buildAndSynthesize('network');

    const { status, output } = await runStacks('deploy', { stacks: ['network'] });
    const again = await runStacks('plan', { stacks: ['network'] });

    expect(status).toBe(0);
    expect(output).toMatch(/^network-us-east-1: 1 to change, \d+ to move, 1 to import$/m);
    expect(output).toMatch(/^ {2}move aws_network_acl\.Acls_\S+ \(was aws_network_acl\.NetworkAcls_\S+\)$/m);
    // It was written without the tags that all resources of the platform have.
    expect(output).toMatch(/^ {2}update aws_ssm_parameter\.Note \(imported\)$/m);
    expect(output).not.toMatch(/^ {2}(destroy|replace|create) /m);
    expect(again.output.match(/^network-us-(east-1|west-2): no change$/gm)).toHaveLength(2);
  });
});
