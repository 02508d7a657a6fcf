/** The page docs/new-stack.md is followed word for word: its generators write a stack as the conventions ask for, and its mistakes are answered. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pageBlocks, pageCommands } from './page-blocks';
import { editSource } from './source-edits';
import { type CommandResult, run, TestAccount, testEnvironment } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const STACK = 'apps/orders/src/orders-state.ts';
const WRITTEN = ['apps/orders', 'docs/runbooks'];
const [GENERATED, EDITED] = pageBlocks('docs/new-stack.md');
const [ADD_STACK = '', CHECK_AND_DEPLOY = '', READ = '', DESTROY = '', ADD_OUTPUT = '', PLAN = ''] =
  pageCommands('docs/new-stack.md');

const workspace = new WorkspaceCopy('workspace', { others: ['docs', '.prettierrc.json'] });
// A deploy synthesizes every stack: those that data does not read are left out, and what names them.
for (const path of ['apps/compute', 'apps/global-dns', 'tools/platform-e2e/project.json']) {
  rmSync(join(workspace.root, path), { recursive: true });
}
const account = new TestAccount({ workspace: workspace.root });
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

const type = (line: string) => workspace.type(line, account.environment);

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

/** Runs unit tests of the suites' project in the copy. */
const jestOfCopy = (...args: string[]) =>
  run(
    process.execPath,
    ['node_modules/.bin/jest', '--config', 'jest.preset.js', '--rootDir', 'tools/platform-e2e', ...args],
    { cwd: workspace.root, env: testEnvironment() },
  );

describe('the generators of docs/new-stack.md', () => {
  it('write a stack that is checked, deployed, read and destroyed untouched', async () => {
    const added = await type(ADD_STACK);
    const stack = workspace.read(STACK);
    const formatted = await run(process.execPath, ['node_modules/.bin/prettier', '--check', ...WRITTEN], {
      cwd: workspace.root,
    });
    const made = await type(CHECK_AND_DEPLOY);
    const outputs = await type(READ);
    const destroyed = await type(DESTROY);

    expect([added, formatted, made, outputs, destroyed].filter(({ status }) => status !== 0)).toEqual([]);
    expect({ file: STACK, text: stack }).toMatchObject({ file: GENERATED?.file, text: GENERATED?.text });
    expect(made.output).toContain('orders-us-east-1: deployed, 3 added, 0 changed, 0 destroyed');
    expect(made.output).toContain('orders-us-west-2: deployed, 3 added, 0 changed, 0 destroyed');
    expect(outputs.output).toContain('https://sqs.us-west-2.amazonaws.com/000000000000/dr-local-orders');
    expect(destroyed.output).toContain('orders-us-east-1: destroyed, 0 added, 0 changed, 3 destroyed');
  });

  it('add an output to it, with its address, as the page has it', async () => {
    const added = await type(ADD_OUTPUT);

    expect(added).toMatchObject({ status: 0 });
    expect(workspace.read(STACK)).toContain('{ queueUrl: queue.url, queueArn: queue.arn }');
    expect(JSON.parse(workspace.read('apps/orders/inventory.json'))).toMatchObject({
      'orders-us-west-2': {
        'aws_sqs_queue.Queue': 'all',
        'aws_ssm_parameter.PublishOrders_QueueArn_D3EEA2EC': 'all',
        'aws_ssm_parameter.PublishOrders_QueueUrl_E35729DB': 'all',
      },
    });
  });

  it('write what the conventions ask of every stack', async () => {
    const { status, output } = await jestOfCopy('-t', 'the app orders', 'app-conventions');
    const [, passed] = /^Tests: .* (\d+) passed/m.exec(output) ?? [];

    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    expect(Number(passed)).toBeGreaterThanOrEqual(6);
  });
});

describe('the stack of docs/new-stack.md', () => {
  beforeEach(() => workspace.write(STACK, EDITED?.text ?? ''));

  it('says what to deploy first', async () => {
    const { status, output } = await type(PLAN);

    expect(status).toBe(1);
    expect(output).toContain(
      'orders in us-east-1 (local): contract data-keys of us-east-1 is not published in us-east-1. ' +
        'Deploy data (us-east-1) first: npx nx deploy data --environment=local --account=sandbox. Nothing was changed.',
    );
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

    expect(output).toMatch(/is missing the following properties .*: queueUrl, queueArn$/m);
    expect(output).toContain("Property 'tableKeyArn' does not exist");
    expect(output).toContain("Did you mean 'tablesKeyArn'?");
    // The third is that the queue is not used any more: what the page shows has no error of its own.
    expect(output.match(/: error TS/g)).toHaveLength(3);
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
