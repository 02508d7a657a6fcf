import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestAccount, WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

/** The files that the page shows, by path. */
const FILES = Object.fromEntries(
  [
    ...readFileSync(join(WORKSPACE, 'docs/new-stack.md'), 'utf8').matchAll(
      /^`(apps\/orders\/\S+)`.*\n\n```\w+\n([\s\S]*?)```$/gm,
    ),
  ].map(([, file = '', text = '']) => [file, text]),
);
const STACK = 'apps/orders/src/orders-stack.ts';

const workspace = new WorkspaceCopy('workspace');
const account = new TestAccount({ workspace: workspace.root });
beforeAll(async () => {
  await workspace.nx(['run-many', '-t', 'deploy', '-p', 'data,network'], { variables: account.environment });
});
beforeEach(() => {
  for (const [file, text] of Object.entries(FILES)) workspace.write(file, text);
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

const nx = (...args: string[]) => workspace.nx(args, { variables: account.environment });

describe('the stack of docs/new-stack.md', () => {
  it('is checked, deployed, read and destroyed as the page says', async () => {
    expect(Object.keys(FILES)).toHaveLength(4);
    const checked = await nx('run-many', '-t', 'typecheck', 'lint', '-p', 'orders');
    const deployed = await nx('run', 'orders:deploy');
    const outputs = await nx('run', 'orders:outputs');
    const destroyed = await nx('run', 'orders:destroy');

    expect([checked, deployed, outputs, destroyed].map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(deployed.output).toContain('orders-us-east-1: deployed, 3 added, 0 changed, 0 destroyed');
    expect(deployed.output).toContain('orders-us-west-2: deployed, 3 added, 0 changed, 0 destroyed');
    expect(outputs.output).toContain('https://sqs.us-west-2.amazonaws.com/000000000000/dr-local-orders');
  });

  it('says where it is wrong: an output that is not published, and one that is not there', async () => {
    workspace.replace(STACK, '{ queueUrl: queue.url }', '{}');
    const forgotten = await nx('run', 'orders:typecheck');
    workspace.write(STACK, FILES[STACK] ?? '');
    workspace.replace(STACK, 'keys.tablesKeyArn', 'keys.tableKeyArn');
    const unknown = await nx('run', 'orders:typecheck');

    expect(forgotten.output).toContain("Property 'queueUrl' is missing");
    expect(unknown.output).toContain("Property 'tableKeyArn' does not exist");
    expect(unknown.output).toContain("Did you mean 'tablesKeyArn'?");
  });

  it('is not synthesized without what it reads, checked or not: Terraform would leave the argument out', async () => {
    workspace.replace(STACK, 'keys.tablesKeyArn', 'keys.tableKeyArn');

    const { status, output } = await nx('run', 'orders:synth');

    expect(status).toBe(1);
    expect(output).toContain(
      'orders in us-east-1 (local): contract data-keys of us-east-1 has no output tableKeyArn in us-east-1, expected one of databaseKeyArn, tablesKeyArn, logsKeyArn, alarmTopicArn, secretsKeyArn. Correct the name, or have it published.',
    );
  });

  it('says where its code fails, in what was written and not in the bundle', async () => {
    workspace.replace(STACK, 'NAME_LIMITS.sqsQueue', 'NAME_LIMITS.sqsQueues');

    const { status, output } = await nx('run', 'orders:synth');

    expect(status).toBe(1);
    expect(output).toMatch(
      /orders: Cannot read properties of undefined \(reading 'maxLength'\) at apps\/orders\/src\/orders-stack\.ts:14:\d+\. The code of the stack is not right: npx nx typecheck orders may say more\./,
    );
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('says what to deploy first', async () => {
    await nx('run-many', '-t', 'destroy', '-p', 'data,network');

    const { status, output } = await nx('run', 'orders:plan');

    expect(status).toBe(1);
    expect(output).toContain(
      'orders in us-east-1 (local): contract data-keys of us-east-1 is not published in us-east-1, expected hash ',
    );
    expect(output).toContain('Deploy data (us-east-1) first: npx nx run data:deploy:local. Nothing was changed.');
  });
});
