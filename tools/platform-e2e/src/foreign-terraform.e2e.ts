/**
 * Somebody else's Terraform applies, plans no change, imports and goes on after a kill, with nothing but the variables
 * that `env` prints.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, run, TestAccount } from './workspace';

const account = new TestAccount();
afterAll(() => account.dispose());

const folder = join(account.home, 'foreign');
let environment: Record<string, string | undefined>;

async function printedEnvironment(...options: string[]): Promise<Record<string, string | undefined>> {
  const command = ['npx --no-install stacks sandbox env', ...options].join(' ');
  return account.terraformEnvironment(await account.type(command));
}

const terraform = (...args: string[]): Promise<CommandResult> =>
  run('terraform', [...args, '-no-color'], { cwd: folder, env: environment });

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  cpSync(join(__dirname, 'foreign'), folder, { recursive: true });
  environment = await printedEnvironment(`--folder=${folder}`);
});

describe("somebody else's Terraform", () => {
  it('applies, and then plans no change', async () => {
    const init = await terraform('init', '-input=false');
    const apply = await terraform('apply', '-input=false', '-auto-approve');
    const plan = await terraform('plan', '-input=false', '-detailed-exitcode');

    expect(init.output).toContain('Terraform has been successfully initialized!');
    expect(apply.output).toContain('Apply complete! Resources: 16 added, 0 changed, 0 destroyed.');
    expect(apply.output).toContain('account = "000000000000"');
    expect(plan.output).toContain('No changes. Your infrastructure matches the configuration.');
    expect(plan.status).toBe(0);
  });

  it('has its resources where its providers say, with their default tags', () => {
    const files = account.accountFiles();
    const queue = files.find((file) => file.startsWith('us-east-1/sqs/aws_sqs_queue/')) ?? '';
    const { attributes } = JSON.parse(readFileSync(join(account.sandboxHome, 'account', queue), 'utf8'));

    expect(files.filter((file) => file.startsWith('us-west-2/')).map((file) => file.split('/')[2])).toEqual([
      'aws_s3_bucket',
      'aws_s3_bucket_lifecycle_configuration',
      'aws_s3_bucket_versioning',
    ]);
    expect(attributes.tags_all).toMatchObject({ team: 'elsewhere' });
    expect(attributes.arn).toMatch(/^arn:aws:sqs:us-east-1:000000000000:/);
  });

  it('forgets a resource and imports it again', async () => {
    const state = JSON.parse((await terraformJson('show', '-json')).stdout);
    const subnet = state.values.outputs.instances.value[0];

    const removed = await terraform('state', 'rm', 'module.instances.aws_subnet.this[0]');
    const imported = await terraform('import', 'module.instances.aws_subnet.this[0]', subnet);
    const plan = await terraform('plan', '-input=false', '-detailed-exitcode');

    expect(removed.status).toBe(0);
    expect(imported.output).toContain('Import successful!');
    expect(plan.status).toBe(0);
  });

  it('goes on after the account was killed in the middle of an apply', async () => {
    await terraform('destroy', '-input=false', '-auto-approve');
    const { pid } = account;
    const applying = terraform('apply', '-input=false', '-auto-approve', '-parallelism=1');
    while (account.accountFiles().length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    process.kill(pid, 'SIGKILL');
    const killed = await applying;

    environment = await printedEnvironment(`--folder=${folder}`);
    const again = await applyWithOrphan();
    const plan = await terraform('plan', '-input=false', '-detailed-exitcode');

    expect(killed.status).not.toBe(0);
    expect(again.status).toBe(0);
    expect(plan.status).toBe(0);
  });

  it('destroys', async () => {
    const { status, output } = await terraform('destroy', '-input=false', '-auto-approve');

    expect(status).toBe(0);
    expect(output).toContain('Destroy complete! Resources: 16 destroyed.');
    // What was made when the account was killed, and never acknowledged, no state knows: one resource at most, and if
    // that is the VPC, what AWS makes with it.
    const left = account
      .accountFiles()
      .filter((file) => !/aws_route_table|aws_security_group|aws_network_acl/.test(file));
    expect(left.length).toBeLessThanOrEqual(1);
  });

  it('is told by name of a type that the provider does not have', async () => {
    const other = join(account.home, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'main.tf'), 'resource "aws_time_machine" "this" {}\n');

    const { status, output } = await run('terraform', ['validate', '-no-color'], { cwd: other, env: environment });

    expect(status).toBe(1);
    expect(output).toContain('The provider hashicorp/aws does not support resource type "aws_time_machine"');
  });
});

describe('Terraform whose variables decide between arguments', () => {
  const choices = join(account.home, 'choices');
  let narrowed: Record<string, string | undefined>;
  const choose = (...args: string[]): Promise<CommandResult> =>
    run('terraform', [...args, '-no-color'], { cwd: choices, env: narrowed });
  const planned = async (...variables: string[]): Promise<CommandResult> => {
    const { status, output } = await choose('plan', '-input=false', ...variables.map((variable) => `-var=${variable}`));
    return { status, output: output.replace(/\s+│?\s*/g, ' ') };
  };

  beforeAll(async () => {
    cpSync(join(__dirname, 'foreign-choices'), choices, { recursive: true });
    // The types that it names alone: each run of Terraform takes half a second less than with those of the provider.
    const named = readFileSync(join(choices, 'main.tf'), 'utf8').matchAll(/^(?:resource|data) "(\w+)"/gm);
    const types = new Set([...named].map(([, type]) => type));
    narrowed = await printedEnvironment(`--folder=${choices}`, `--types=${[...types].join(',')}`);
  });

  it('is validated while they are unknown, and refused two names once they are known', async () => {
    await choose('init', '-input=false');
    const valid = await choose('validate');
    const prefixed = await planned('prefixed=true', 'named=false');
    const both = await planned('prefixed=true');

    expect(valid.output).toContain('Success! The configuration is valid.');
    expect(prefixed.output).toContain('Plan: 10 to add, 0 to change, 0 to destroy.');
    expect(both.status).toBe(1);
    for (const type of ['aws_security_group', 'aws_sqs_queue', 'aws_iam_role'])
      expect(both.output).toMatch(new RegExp(`with ${type}\\.this, [^│╵]*?"name": conflicts with name_prefix`));
  });

  it('applies filters that it knows late, overwrites an alarm, and is told of a filter that is not applied', async () => {
    const apply = await choose('apply', '-input=false', '-auto-approve');
    const alarms = account.accountFiles().filter((file) => file.includes('/aws_cloudwatch_metric_alarm/'));
    const strange = await planned('filter=name');

    expect(apply.output).toContain('Apply complete! Resources: 10 added, 0 changed, 0 destroyed.');
    expect(apply.output.replace(/\s+/g, ' ')).toContain('found = [ true, true, ]');
    expect(alarms).toEqual(['us-east-1/cloudwatch/aws_cloudwatch_metric_alarm/errors.json']);
    expect(strange.output).toContain('the sandbox does not filter aws_vpc by "name"');
  });
});

/**
 * Applies; where the resource that was made and never acknowledged holds a name that only one may have (a queue, a
 * bucket, a rule), it is refused as in AWS, imported as a person would, and the apply is run once more.
 */
async function applyWithOrphan(): Promise<CommandResult> {
  const refused = await terraform('apply', '-input=false', '-auto-approve');
  const [, address, type] = /already\s*exists[\s\S]*?with ((aws_\w+)\.[^\s,]+),/i.exec(refused.output) ?? [];
  if (refused.status === 0 || address === undefined) return refused;
  const known = (await terraform('state', 'pull')).output;
  const orphan = account
    .accountFiles()
    .filter((file) => file.includes(`/${type}/`))
    .map((file) => JSON.parse(readFileSync(join(account.sandboxHome, 'account', file), 'utf8')).attributes.id)
    .find((id) => !known.includes(`"${id}"`));
  const imported = await terraform('import', address, orphan);
  return imported.status === 0 ? terraform('apply', '-input=false', '-auto-approve') : imported;
}

function terraformJson(...args: string[]): Promise<{ stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn('terraform', args, { cwd: folder, env: environment });
    let stdout = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.once('close', () => resolve({ stdout }));
  });
}
