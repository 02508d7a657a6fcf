/** The page docs/new-stack.md is followed word for word, and its mistakes are answered. */
import { pageBlocks } from './page-blocks';
import { editSource } from './source-edits';
import { type CommandResult, run, TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

/** The files that the page shows, by path. */
const FILES = Object.fromEntries(pageBlocks('docs/new-stack.md').map(({ file, text }) => [file, text]));
const STACK = 'apps/orders/src/orders-state.ts';

const workspace = new WorkspaceCopy('workspace');
const empty = new TestAccount({ workspace: workspace.root });
const deployed = TestAccount.deployed('local', { workspace: workspace.root });
beforeEach(() => {
  for (const [file, text] of Object.entries(FILES)) workspace.write(file, text);
});
afterAll(async () => {
  await empty.dispose();
  await deployed.dispose();
  workspace.dispose();
});

const nx = (account: TestAccount, ...args: string[]) => workspace.nx(args, { variables: account.environment });

/** Puts another property in place of one that the page's stack reads of an object. */
function misname(object: string, property: string, other: string): void {
  const read = { property, of: object };
  workspace.write(
    STACK,
    editSource(workspace.read(STACK), read, () => `${object}.${other}`),
  );
}

/** Builds and synthesizes the stack as it stands, without Nx. */
async function synthesize(): Promise<CommandResult> {
  await workspace.build('orders');
  return workspace.synthesize('orders');
}

describe('the stack of docs/new-stack.md', () => {
  it('says what to deploy first', async () => {
    const { status, output } = await nx(empty, 'run', 'orders:plan');

    expect(status).toBe(1);
    expect(output).toContain(
      'orders in us-east-1 (local): contract data-keys of us-east-1 is not published in us-east-1. ' +
        'Deploy data (us-east-1) first: npx nx deploy data --environment=local --account=sandbox. Nothing was changed.',
    );
  });

  it('is checked, deployed, read and destroyed as the page says', async () => {
    expect(Object.keys(FILES)).toHaveLength(4);
    const checked = await nx(deployed, 'run-many', '-t', 'typecheck', 'lint', '-p', 'orders');
    const made = await nx(deployed, 'run', 'orders:deploy');
    const outputs = await nx(deployed, 'run', 'orders:outputs');
    const destroyed = await nx(deployed, 'run', 'orders:destroy');

    expect([checked, made, outputs, destroyed].map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(made.output).toContain('orders-us-east-1: deployed, 3 added, 0 changed, 0 destroyed');
    expect(made.output).toContain('orders-us-west-2: deployed, 3 added, 0 changed, 0 destroyed');
    expect(outputs.output).toContain('https://sqs.us-west-2.amazonaws.com/000000000000/dr-local-orders');
  });

  it('says where it is wrong: an output that is not published, and one that is not there', async () => {
    misname('keys', 'tablesKeyArn', 'tableKeyArn');
    workspace.write(
      STACK,
      editSource(workspace.read(STACK), { function: 'publishOutputs' }, ({ withArgument }) => withArgument(2, '{}')),
    );

    const { output } = await run(
      process.execPath,
      ['node_modules/typescript-native/bin/tsc', '--project', 'apps/orders/tsconfig.json', '--pretty', 'false'],
      {
        cwd: workspace.root,
      },
    );

    expect(output).toContain("Property 'queueUrl' is missing");
    expect(output).toContain("Property 'tableKeyArn' does not exist");
    expect(output).toContain("Did you mean 'tablesKeyArn'?");
  });

  it('is not synthesized without what it reads, checked or not: Terraform would leave the argument out', async () => {
    misname('keys', 'tablesKeyArn', 'tableKeyArn');

    const { status, output } = await synthesize();

    expect(status).toBe(1);
    expect(output).toContain(
      'orders in us-east-1 (local): contract data-keys of us-east-1 has no output tableKeyArn in us-east-1, expected one of databaseKeyArn, tablesKeyArn, logsKeyArn, alarmTopicArn, secretsKeyArn. Correct the name, or have it published.',
    );
  });

  it('says where its code fails, in what was written and not in the bundle', async () => {
    misname('NAME_LIMITS', 'sqsQueue', 'sqsQueues');

    const { status, output } = await synthesize();

    expect(status).toBe(1);
    expect(output).toMatch(
      /orders: Cannot read properties of undefined \(reading 'maxLength'\) at apps\/orders\/src\/orders-state\.ts:14:\d+\. The code of the stack has a defect\. See: npx nx typecheck orders/,
    );
    expect(output).not.toMatch(/^\s+at /m);
  });
});
