/**
 * A contract that grows or shrinks is planned and deployed with its readers in one run, over a deployed platform; readers
 * that were built before it grew deploy after it.
 */
import { editSource } from './source-edits';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const CONTRACT = 'apps/network/src/contract.ts';
const OWNER = 'apps/network/src/network-state.ts';
const READER = 'apps/compute/src/compute-state.ts';

const workspace = new WorkspaceCopy('workspace');
const account = TestAccount.deployed('local', { workspace: workspace.root });
const sound = Object.fromEntries([CONTRACT, OWNER, READER].map((file) => [file, workspace.read(file)]));
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

const nx = (...args: string[]) => workspace.nx(args, { variables: account.environment });
const REGIONS = ['us-east-1', 'us-west-2'];

/** Has the network publish the id of a new address, which is known only after the apply, and the service read it. */
function grow(): void {
  const imports = (name: string, file: string) => `import { ${name} } from '@cdktf/provider-aws/lib/${file}';\n`;
  workspace.write(
    CONTRACT,
    editSource(sound[CONTRACT] ?? '', { constant: 'networkContract' }, ({ text }) =>
      text.replace('outputs: {', "outputs: { extraAddress: text('An address'),"),
    ),
  );
  workspace.write(
    OWNER,
    imports('Eip', 'eip') +
      editSource(sound[OWNER] ?? '', { function: 'publishOutputs' }, ({ args, withArgument }) =>
        withArgument(2, `{ extraAddress: new Eip(this, 'Extra', {}).allocationId, ...${args[2]} }`),
      ),
  );
  workspace.write(
    READER,
    imports('SsmParameter', 'ssm-parameter') +
      editSource(
        sound[READER] ?? '',
        { function: 'publishOutputs' },
        ({ text }) =>
          `(new SsmParameter(this, 'Extra', { name: \`/extra-\${this.region}\`, type: 'String', insecureValue: network.extraAddress }), ${text})`,
      ),
  );
}

it('an output that is added is planned, and deployed, with its reader', async () => {
  grow();

  const planned = await nx('run-many', '-t', 'plan');
  const deployed = await nx('run-many', '-t', 'deploy');
  const again = await nx('run-many', '-t', 'plan', '--fail-on-changes');

  expect(planned.status).toBe(0);
  for (const region of REGIONS) {
    expect(planned.output).toContain(`network-${region}: 2 to add, 1 to change`);
    expect(planned.output).toContain(`compute-${region}: 1 to add`);
    expect(deployed.output).toContain(`network-${region}: deployed, 2 added, 1 changed, 0 destroyed`);
    expect(deployed.output).toContain(`compute-${region}: deployed, 1 added, 0 changed, 0 destroyed`);
  }
  expect(planned.output).not.toMatch(/to destroy/);
  expect(again.status).toBe(0);
});

it('an output that is added leaves readers of an older checkout alone', async () => {
  // This workspace is the older one: it reads the network's outputs, and knows nothing of the one that was added.
  const older = await account.nx('run', 'data:deploy');

  expect(older.status).toBe(0);
  for (const region of REGIONS) expect(older.output).toContain(`data-${region}: no change`);
});

it('an output that is dropped with its reader asks for what it named, and then goes', async () => {
  for (const [file, text] of Object.entries(sound)) workspace.write(file, text);

  const refused = await nx('run-many', '-t', 'deploy');
  const allow = [...refused.output.matchAll(/--allow=\S+/g)].map(([option]) => option);
  const deployed = await nx('run-many', '-t', 'deploy', ...allow);
  const again = await nx('run-many', '-t', 'plan', '--fail-on-changes');

  expect(refused.status).toBe(1);
  expect(allow).toEqual(REGIONS.map((region) => `--allow=network-${region}:aws_eip.Extra`));
  expect(deployed.status).toBe(0);
  for (const region of REGIONS) {
    expect(deployed.output).toContain(`network-${region}: deployed, 0 added, 1 changed, 2 destroyed`);
  }
  expect(again.status).toBe(0);
});

it('all stacks are planned in one run, also where only one has to be synthesized anew', async () => {
  await nx('run-many', '-t', 'plan');
  workspace.write(
    'apps/global-dns/src/main.ts',
    `${workspace.read('apps/global-dns/src/main.ts')}\nprocess.stdout.write('');\n`,
  );

  const { status, output } = await nx('run-many', '-t', 'plan');

  expect(status).toBe(0);
  expect(output).toMatch(/global-dns:synth:local *$/m);
  expect(output.match(/^plan .*: environment local/gm)).toHaveLength(1);
});
