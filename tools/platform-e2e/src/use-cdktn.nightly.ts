/** The workspace is moved to the maintained fork of CDKTF: the same Terraform JSON, and nothing to change in what is deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS, readManifest, STACKS } from './synthesized';
import { TestAccount, WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const GENERATOR = ['g', '@dr/stack-plugin:use-cdktn', '--skip-install'];

const workspace = new WorkspaceCopy('workspace');
const empty = new TestAccount({ workspace: workspace.root });
const deployed = TestAccount.deployed('local', { workspace: workspace.root });
afterAll(async () => {
  await empty.dispose();
  await deployed.dispose();
  workspace.dispose();
});

const nx = (args: readonly string[], account?: TestAccount) =>
  workspace.nx(args, { variables: account?.environment ?? {} });

/** Every state of an environment as synthesized in a workspace, by name, without the version of the library. */
function statesIn(root: string, environment: string): Readonly<Record<string, unknown>> {
  const states = STACKS.flatMap((stack) =>
    readManifest(environment, stack).states.map(({ name, folder }): [string, unknown] => [
      name,
      JSON.parse(readFileSync(join(root, 'dist/synth', environment, stack, folder, 'cdk.tf.json'), 'utf8')),
    ]),
  );
  for (const [, state] of states) delete (state as { '//': { metadata: { version?: string } } })['//'].metadata.version;
  return Object.fromEntries(states);
}

it('is moved by one command, and left alone by a second', async () => {
  const first = await nx(GENERATOR);
  const installed = await workspace.install();
  const second = await nx(GENERATOR);

  expect(first.output).toContain('cdktf is now cdktn 0.24.0, @cdktf/provider-aws is now @cdktn/provider-aws 25.7.0');
  expect(second.output).toContain('Nothing to change');
  expect([first, installed, second].map(({ status }) => status)).toEqual([0, 0, 0]);
});

it('passes the type check and the unit tests of all that uses the library', async () => {
  const projects = ['tag:type:stack', 'aws-constructs', 'platform-stack', 'stack-contracts', 'testing'].join(',');

  const checked = await nx(['run-many', '-t', 'typecheck']);
  const tested = await nx(['run-many', '-t', 'test', '-p', projects]);

  expect([checked, tested].filter(({ status }) => status !== 0)).toEqual([]);
});

it.each(ENVIRONMENTS)('synthesizes every state of %s as before', async (environment) => {
  const { status } = await nx(['run-many', '-t', 'synth', `--environment=${environment}`]);

  expect(status).toBe(0);
  expect(Object.keys(statesIn(WORKSPACE, environment)).length).toBeGreaterThan(0);
  expect(statesIn(workspace.root, environment)).toEqual(statesIn(WORKSPACE, environment));
});

it('deploys all of it into an empty account', async () => {
  const { status, output } = await nx(['run-many', '-t', 'deploy'], empty);

  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  expect(empty.deployedResources()).toEqual(deployed.deployedResources());
});

it('changes nothing in what was deployed before', async () => {
  const { status, output } = await nx(['run-many', '-t', 'deploy', '--output-style=stream'], deployed);

  expect(status).toBe(0);
  const states = Object.keys(deployed.stateFiles());
  expect(states.filter((state) => !output.includes(`${state}: no change`))).toEqual([]);
});
