/** The recipes of CONTRIBUTING.md are followed word for word, and what they add works with Terraform and the SDK. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { type PageBlock, pageBlocks } from './page-blocks';
import { addProperty } from './source-edits';
import { outputOf, run, TestAccount, WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const workspace = new WorkspaceCopy('workspace');
const account = new TestAccount({ workspace: workspace.root });
const folder = join(account.home, 'recipes');
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

/** Puts a block where the page says: a property of an object, lines at the end, or a file of its own. */
function follow({ file, place, text }: PageBlock): void {
  const [, object] = /^, in `(\w+)`:$/.exec(place) ?? [];
  if (place === ':') workspace.write(file, text);
  else if (place === ', at its end:') workspace.write(file, workspace.read(file) + text);
  else if (object === undefined) throw new Error(`${file}${place}: unknown place, expected another. Teach it here.`);
  else {
    const target = /^[A-Z_]+$/.test(object) ? { constant: object } : { setting: object };
    workspace.write(file, addProperty(workspace.read(file), target, text));
  }
}

/** The arguments of each command of the page that writes a table of shapes. */
function apiTables(): readonly string[][] {
  const page = readFileSync(join(WORKSPACE, 'CONTRIBUTING.md'), 'utf8');
  const commands = [...page.matchAll(/^npx nx run aws-sandbox:api-tables (.*)$/gm)];
  if (commands.length === 0) throw new Error('CONTRIBUTING.md names no command that writes a table of shapes');
  return commands.map(([, words = '']) => words.split(' '));
}

const CONFIGURATION = `
resource "aws_cloudwatch_log_group" "api" {
  name = "/api"
}

resource "aws_cloudwatch_log_stream" "api" {
  name           = "first"
  log_group_name = aws_cloudwatch_log_group.api.name
}

resource "aws_kinesis_stream" "ticks" {
  name        = "ticks"
  shard_count = 1
}

resource "aws_sns_topic" "news" {
  name = "news"
}

output "streams" {
  value = [aws_cloudwatch_log_stream.api.arn, aws_kinesis_stream.ticks.arn]
}
`;
const ORPHAN = `
resource "aws_cloudwatch_log_stream" "orphan" {
  name           = "orphan"
  log_group_name = "none"
}
`;

let environment: Record<string, string | undefined>;
const terraform = (...args: string[]) => run('terraform', [...args, '-no-color'], { cwd: folder, env: environment });

beforeAll(async () => {
  pageBlocks('CONTRIBUTING.md').forEach(follow);
  for (const command of apiTables()) {
    const args = ['tools/aws-sandbox/scripts/api-tables.mjs', ...command];
    outputOf(await run(process.execPath, args, { cwd: workspace.root }));
  }
  outputOf(await workspace.nx(['run-many', '-t', 'typecheck', 'build', '-p', 'aws-sandbox']));
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.tf'), CONFIGURATION);
  const types = [...CONFIGURATION.matchAll(/^resource "(\w+)"/gm)].map(([, type]) => type);
  const printed = await account.sandbox('env', `--folder=${folder}`, `--types=${types.join(',')}`);
  environment = account.terraformEnvironment(printed);
});

it('a resource type and a service are deployed, planned without a change, and refused as AWS refuses', async () => {
  await terraform('init', '-input=false');
  const applied = await terraform('apply', '-input=false', '-auto-approve');
  const planned = await terraform('plan', '-input=false', '-detailed-exitcode');
  writeFileSync(join(folder, 'orphan.tf'), ORPHAN);
  const refused = await terraform('apply', '-input=false', '-auto-approve');

  expect(applied.output).toContain('Apply complete! Resources: 4 added, 0 changed, 0 destroyed.');
  expect(applied.output).toContain('arn:aws:logs:us-east-1:000000000000:log-group:/api:log-stream:first');
  expect(applied.output).toContain('arn:aws:kinesis:us-east-1:000000000000:stream/ticks');
  expect(planned).toMatchObject({ status: 0 });
  expect(refused.output).toContain('ResourceNotFoundException: The specified log group does not exist.');
});

it('an operation answers the SDK', async () => {
  const credentials = { accessKeyId: 'anybody', secretAccessKey: 'anything' };
  const client = new SNSClient({ region: 'us-east-1', endpoint: account.endpoint, credentials });
  try {
    const { Topics } = await client.send(new ListTopicsCommand({}));

    expect(Topics).toEqual([{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:news' }]);
  } finally {
    client.destroy();
  }
});

it("what the recipes say in the list of second creations is so, and the list is still every type's", async () => {
  const { status, output } = await run(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      ...['--config', 'jest.preset.js', '--rootDir', 'tools/aws-sandbox', 'second-creation'],
      ...['--testNamePattern', 'is decided for every type|aws_cloudwatch_log_stream|aws_kinesis_stream'],
    ],
    { cwd: workspace.root },
  );

  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  expect(output).toContain('3 passed');
});
